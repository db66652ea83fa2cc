using CsCheck;
using PaymentWorkflows.Domain;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Domain;

public class MoneyTests
{
    private static readonly Currency Eur = Currency.Parse("eur");
    private static readonly Gen<long> Minor = Gen.Long[-1_000_000_000_000, 1_000_000_000_000];

    [Fact]
    public void Allocation_keeps_every_cent_and_stays_within_one_of_the_exact_share() =>
        Gen.Select(Minor, Gen.Long[0, 1_000_000].List[1, 12]).Where((_, weights) => weights.Sum() > 0).Sample((minor, weights) =>
        {
            var parts = new Money(minor, Eur).Allocate(weights);
            parts.Sum(part => part.Minor).ShouldBe(minor);
            var total = (Int128)weights.Sum();
            foreach (var (part, weight) in parts.Zip(weights))
            {
                var error = ((Int128)part.Minor * total) - ((Int128)minor * weight);
                (Int128.Abs(error) < total).ShouldBeTrue($"{part} of {minor} for {weight}/{total}");
            }
        });

    [Fact]
    public void Equal_remainders_go_to_the_earlier_part() =>
        new Money(10, Eur).Allocate([1, 1, 1]).Select(part => part.Minor).ShouldBe([4, 3, 3]);

    [Fact]
    public void A_loss_is_allocated_as_its_mirror() =>
        Gen.Select(Minor, Gen.Long[1, 99].List[1, 6]).Sample((minor, weights) =>
            new Money(-minor, Eur).Allocate(weights).ShouldBe(new Money(minor, Eur).Allocate(weights).Select(part => -part)));

    [Fact]
    public void Addition_has_an_inverse_and_never_mixes_currencies()
    {
        Gen.Select(Minor, Minor).Sample((a, b) => (new Money(a, Eur) + new Money(b, Eur) - new Money(b, Eur)).ShouldBe(new Money(a, Eur)));
        Should.Throw<CurrencyMismatchException>(() => new Money(1, Eur) + new Money(1, Currency.Parse("usd")));
        Should.Throw<CurrencyMismatchException>(() => new Money(1, Eur) < new Money(2, Currency.Parse("usd")));
    }

    [Fact]
    public void Overflow_is_an_error_and_not_another_amount()
    {
        Should.Throw<OverflowException>(() => new Money(long.MaxValue, Eur) + new Money(1, Eur));
        Should.Throw<OverflowException>(() => new Money(long.MaxValue, Eur) * 2);
        Should.Throw<OverflowException>(() => -new Money(long.MinValue, Eur));
    }

    [Theory]
    [InlineData("eur", 12050, "EUR 120.50")]
    [InlineData("eur", -5, "EUR -0.05")]
    [InlineData("jpy", 500, "JPY 500")]
    [InlineData("kwd", 1234, "KWD 1.234")]
    public void People_read_an_amount_in_the_currencys_own_digits(string currency, long minor, string text) =>
        new Money(minor, Currency.Parse(currency)).ToString().ShouldBe(text);

    [Theory]
    [InlineData("EUR", true)]
    [InlineData("eur", true)]
    [InlineData("hrk", false)]
    [InlineData("xxx", false)]
    [InlineData("eu", false)]
    [InlineData(null, false)]
    public void Only_active_currencies_exist(string? code, bool known) => Currency.TryParse(code, null, out _).ShouldBe(known);

    [Fact]
    public void A_value_that_was_never_set_cannot_be_used()
    {
        Should.Throw<InvalidOperationException>(() => default(Currency).Code);
        Should.Throw<InvalidOperationException>(() => default(CheckoutId).Value);
    }

    [Theory]
    [InlineData("chk_1", true)]
    [InlineData("chk_", false)]
    [InlineData("ord_1", false)]
    [InlineData("chk_a/b", false)]
    [InlineData("chk_a b", false)]
    [InlineData("chk_ä", false)]
    public void A_checkout_id_has_its_prefix_and_safe_letters(string text, bool valid) => CheckoutId.TryParse(text, null, out _).ShouldBe(valid);
}
