using CsCheck;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Stripe;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>ISO 4217 minor units to Stripe's and back (docs.stripe.com/currencies).</summary>
public sealed class MinorUnitsTests
{
    // Written down from the documentation, apart from the table under test.
    private const string ZeroDecimal = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf";
    private const string ThreeDecimal = "bhd jod kwd omr tnd";

    private static readonly Currency[] Currencies = [.. Letters().Where(code => Currency.TryParse(code, null, out _)).Select(code => Currency.Parse(code))];

    private static readonly Gen<Currency> AnyCurrency = Gen.Int[0, Currencies.Length - 1].Select(index => Currencies[index]);

    [Fact]
    public void Every_active_currency_is_tried() => Currencies.Length.ShouldBeGreaterThan(150);

    [Fact]
    public void What_can_be_expressed_comes_back_unchanged() =>
        Gen.Select(AnyCurrency, Gen.Long[-1_000_000_000_000, 1_000_000_000_000]).Sample((currency, minor) =>
            StripeMinorUnits.ToStripe(new Money(minor, currency)) is not { } sent || StripeMinorUnits.FromStripe(sent, currency) == new Money(minor, currency));

    [Fact]
    public void What_cannot_be_expressed_is_refused_and_nothing_else_is() =>
        Gen.Select(AnyCurrency, Gen.Long[-1_000_000_000_000, 1_000_000_000_000]).Sample((currency, minor) =>
        {
            var refused = currency.Code == "mga" ? minor % 100 != 0 : currency.MinorDigits == 3 && minor % 10 != 0;
            return (StripeMinorUnits.ToStripe(new Money(minor, currency)) is null) == refused;
        });

    [Fact]
    public void What_the_provider_says_comes_back_unchanged_or_is_refused() =>
        Gen.Select(AnyCurrency, Gen.Long[0, 99_999_999]).Sample((currency, amount) =>
        {
            try
            {
                var read = StripeMinorUnits.FromStripe(amount, currency);
                return StripeMinorUnits.ToStripe(read) is not { } again || again == amount;
            }
            catch (FormatException)
            {
                return currency.Code is "isk" or "ugx" && amount % 100 != 0;
            }
        });

    [Fact]
    public void No_amount_however_large_overflows()
    {
        foreach (var currency in Currencies)
        {
            foreach (var minor in (long[])[long.MinValue, long.MinValue / 100, long.MaxValue / 100, long.MaxValue])
            {
                Should.NotThrow(() => StripeMinorUnits.ToStripe(new Money(minor, currency)), $"{minor} {currency}");
            }
        }

        StripeMinorUnits.ToStripe(new Money(long.MaxValue, Currency.Parse("isk"))).ShouldBeNull();
        StripeMinorUnits.ToStripe(new Money(long.MaxValue, Currency.Parse("eur"))).ShouldBe(long.MaxValue);
    }

    [Fact]
    public void Zero_decimal_currencies_count_whole_units()
    {
        foreach (var currency in ZeroDecimal.Split(' ').Select(code => Currency.Parse(code)))
        {
            var seven = 7 * (currency.MinorDigits == 0 ? 1 : 100);
            StripeMinorUnits.ToStripe(new Money(seven, currency)).ShouldBe(7, currency.Code);
            StripeMinorUnits.FromStripe(7, currency).ShouldBe(new Money(seven, currency));
        }
    }

    [Fact]
    public void Three_decimal_currencies_end_in_zero()
    {
        foreach (var currency in ThreeDecimal.Split(' ').Select(code => Currency.Parse(code)))
        {
            StripeMinorUnits.ToStripe(new Money(5_120, currency)).ShouldBe(5_120, currency.Code);
            StripeMinorUnits.ToStripe(new Money(5_124, currency)).ShouldBeNull(currency.Code);
        }
    }

    [Theory]
    [InlineData("isk", 5, 500)]
    [InlineData("ugx", 5, 500)]
    [InlineData("mga", 500, 5)]
    [InlineData("eur", 5, 5)]
    [InlineData("huf", 1_045, 1_045)]
    public void Special_cases_keep_two_digits_that_are_always_00(string code, long iso, long stripe)
    {
        var currency = Currency.Parse(code);
        StripeMinorUnits.ToStripe(new Money(iso, currency)).ShouldBe(stripe);
        StripeMinorUnits.FromStripe(stripe, currency).ShouldBe(new Money(iso, currency));
    }

    [Theory]
    [InlineData("isk")]
    [InlineData("ugx")]
    public void Digits_that_must_be_00_and_are_not_are_refused(string code) =>
        Should.Throw<FormatException>(() => StripeMinorUnits.FromStripe(550, Currency.Parse(code))).Message.ShouldContain("550");

    [Fact]
    public void An_ariary_with_iraimbilanja_cannot_be_sent() => StripeMinorUnits.ToStripe(new Money(550, Currency.Parse("mga"))).ShouldBeNull();

    private static IEnumerable<string> Letters() =>
        from first in Enumerable.Range('a', 26)
        from second in Enumerable.Range('a', 26)
        from third in Enumerable.Range('a', 26)
        select new string([(char)first, (char)second, (char)third]);
}
