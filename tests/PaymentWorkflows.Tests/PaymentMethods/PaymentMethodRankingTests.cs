using CsCheck;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Hosting.PaymentMethods;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.PaymentMethods;

public class PaymentMethodRankingTests
{
    private static readonly Currency Eur = Currency.Parse("eur");
    private static readonly string[] Places = ["BR", "DE", "NL", "SG"];
    private static readonly Currency[] Moneys = [Eur, Currency.Parse("brl"), Currency.Parse("sgd")];

    private static readonly Gen<string> Place = Gen.Int[0, Places.Length - 1].Select(index => Places[index]);
    private static readonly Gen<Currency> Coin = Gen.Int[0, Moneys.Length - 1].Select(index => Moneys[index]);

    private static readonly Gen<PaymentMethod> Method = Gen.Select(
        Place.Array[0, 3], Coin.Array[0, 3], Gen.Long[1, 500], Gen.Long[1, 500], Gen.Bool, Gen.Int[1, 3], Gen.Int[0, 2], Gen.Int[0, 30],
        (places, moneys, min, max, answers, minutes, days, number) => new PaymentMethod
        {
            Name = $"m{number}",
            Names = new Dictionary<string, string> { ["en"] = "M" },
            Traits = new PaymentMethodTraits
            {
                Flow = PaymentFlow.Redirect,
                Outcome = answers ? OutcomeSource.Answer : OutcomeSource.Webhook,
                Expiry = TimeSpan.FromMinutes(minutes),
                CanAuthorize = false,
                Providers = [],
            },
            Countries = places.Length == 0 ? null : [.. places.Distinct()],
            Currencies = moneys.Length == 0 ? null : [.. moneys.Distinct()],
            Limits = min <= max ? [new AmountLimit(Eur, min, max)] : [],
            CaptureModes = [CaptureMode.Automatic],
            SettlementDays = days,
        });

    private static readonly Gen<PaymentMethodCatalogue> Catalogue =
        Method.Array[0, 12].Select(methods => new PaymentMethodCatalogue(methods.DistinctBy(method => method.Name)));

    [Fact]
    public void Exactly_the_methods_that_can_be_used_are_ranked_local_ones_first_and_always_in_one_order() =>
        Gen.Select(Catalogue, Place, Coin, Gen.Long[1, 600]).Sample((catalogue, country, currency, amount) =>
        {
            var asked = new Money(amount, currency);
            var ranked = PaymentMethodRanking.Rank(catalogue, country, asked);

            // Whatever the order of the file, the answer is the same.
            PaymentMethodRanking.Rank(new PaymentMethodCatalogue(catalogue.Methods.Reverse()), country, asked).ShouldBe(ranked);

            // Nothing is there twice, nothing usable is missing, nothing else is there.
            ranked.Distinct().Count().ShouldBe(ranked.Count);
            foreach (var method in catalogue.Methods)
            {
                var use = new PaymentMethodUse { Type = method.Name, Amount = asked, Country = country };
                ranked.Contains(method).ShouldBe(PaymentMethodRules.Check(catalogue, use) is null);
            }

            // No method for every country stands before one for this country, and of two local ones the more local is first.
            foreach (var (first, second) in ranked.Zip(ranked.Skip(1)))
            {
                (first.Countries?.Count ?? int.MaxValue).ShouldBeLessThanOrEqualTo(second.Countries?.Count ?? int.MaxValue);
                if (first.Countries?.Count == second.Countries?.Count)
                {
                    (first.Currencies?.Count ?? int.MaxValue).ShouldBeLessThanOrEqualTo(second.Currencies?.Count ?? int.MaxValue);
                }
            }
        });

    [Theory]
    [InlineData("NL", "eur", 1_000, "ideal,sepa_debit,card")]
    [InlineData("DE", "eur", 1_000, "sepa_debit,card")]
    [InlineData("DE", "eur", 49, "card")]
    [InlineData("BR", "brl", 100_000, "pix,boleto,card")]
    [InlineData("BR", "brl", 499, "pix,card")]
    [InlineData("BR", "brl", 2_000_000, "boleto,card")]
    [InlineData("BR", "usd", 1_000, "card")]
    [InlineData("PL", "pln", 5_000, "blik,card")]
    [InlineData("SG", "sgd", 5_000, "grabpay,card")]
    public void The_repositorys_own_methods_are_ranked_for_a_customer(string country, string currency, long amount, string expected) =>
        string.Join(',', PaymentMethodRanking.Rank(PaymentMethodLoader.Load(MethodFiles.Own), country, new Money(amount, Currency.Parse(currency))).Select(method => method.Name))
            .ShouldBe(expected);

    [Theory]
    [InlineData(null, "Full")]
    [InlineData("en", "Full")]
    [InlineData("pt-BR", "Cheio")]
    [InlineData("pt-br", "Cheio")]
    [InlineData("pt", "Full")]
    [InlineData("de-AT", "Full")]
    [InlineData("en-GB", "Full")]
    public void A_name_is_the_tags_else_the_languages_else_english(string? locale, string name) =>
        PaymentMethodRanking.DisplayName(MethodFiles.Read(MethodFiles.Full).Find("full")!, locale).ShouldBe(name);
}
