using CsCheck;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Tax;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Domain;

public class TaxShareTests
{
    private static readonly Currency Eur = Currency.Parse("eur");

    [Fact]
    public void Refunds_in_whatever_pieces_give_back_exactly_the_tax_of_the_whole() =>
        Gen.Select(Gen.Long[1, 99_999_999], Gen.Long[0, 99_999_999], Gen.Long[0, 99_999_999], Gen.Long[1, 99_999_999].Array[0, 6], (whole, one, other, cuts) => (whole, one: one % (whole + 1), other, cuts))
            .Sample(drawn =>
            {
                TaxShare[] shares = [new("de", new Money(drawn.one, Eur)), new("fr", new Money(drawn.other % (drawn.whole - drawn.one + 1), Eur))];
                var whole = new Money(drawn.whole, Eur);
                long[] points = [0, .. drawn.cuts.Select(cut => cut % (drawn.whole + 1)).Order(), drawn.whole];
                var parts = points.Zip(points.Skip(1), (from, to) => TaxShare.Between(shares, whole, new Money(from, Eur), new Money(to, Eur))).ToArray();
                parts.SelectMany(part => part).ShouldAllBe(share => share.Amount.Minor > 0);
                foreach (var share in shares)
                {
                    parts.SelectMany(part => part).Where(part => part.Jurisdiction == share.Jurisdiction).Sum(part => part.Amount.Minor).ShouldBe(share.Amount.Minor);
                }
            });

    [Fact]
    public void Components_of_one_jurisdiction_are_one_share()
    {
        TaxComponent Component(string jurisdiction, long amount) => new(jurisdiction, "vat", 19m, new Money(1_000, Eur), new Money(amount, Eur), "standard_rated");
        TaxShare.Of([Component("fr", 5), Component("de", 3), Component("fr", 2), Component("it", 0)])
            .ShouldBe([new TaxShare("de", new Money(3, Eur)), new TaxShare("fr", new Money(7, Eur))]);
    }
}
