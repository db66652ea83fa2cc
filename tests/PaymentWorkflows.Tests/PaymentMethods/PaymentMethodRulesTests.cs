using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.PaymentMethods;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.PaymentMethods;

public class PaymentMethodRulesTests
{
    private static readonly PaymentMethodCatalogue Catalogue = MethodFiles.Read(MethodFiles.Full);

    private static readonly PaymentMethodUse Right = new()
    {
        Type = "full",
        Amount = new Money(1_000, Currency.Parse("brl")),
        Country = "BR",
        Fields = ["customer.name", "customer.tax_id", "payment_method.code"],
    };

    public static TheoryData<string, PaymentMethodUse, string, string> Problems => new()
    {
        { "an unknown method", Right with { Type = "cash" }, "payment_method.type", "plain, full" },
        { "a name in another case", Right with { Type = "Full" }, "payment_method.type", "plain, full" },
        { "another currency", Right with { Amount = new Money(1_000, Currency.Parse("eur")) }, "currency", "brl, nok" },
        { "another country", Right with { Country = "DE" }, "customer.country", "BR, NO" },
        { "too little", Right with { Amount = new Money(499, Currency.Parse("brl")) }, "lines", "500 to 4999999" },
        { "too much", Right with { Amount = new Money(5_000_000, Currency.Parse("brl")) }, "lines", "500 to 4999999" },
        { "too much of a currency without a least", Right with { Amount = new Money(101, Currency.Parse("nok")) }, "lines", "at most 100" },
        { "a capture that is not possible", Right with { Capture = CaptureMode.Manual }, "capture", "automatic" },
        { "a missing field", Right with { Fields = ["customer.name", "payment_method.code"] }, "customer.tax_id", "required" },
        { "a token that is not wanted", Right with { Fields = [.. Right.Fields, "payment_method.token"] }, "payment_method.token", "left out" },
    };

    [Fact]
    public void What_the_method_takes_is_no_problem()
    {
        PaymentMethodRules.Check(Catalogue, Right).ShouldBeNull();
        PaymentMethodRules.Check(Catalogue, Right with { Amount = new Money(500, Currency.Parse("brl")) }).ShouldBeNull();
        PaymentMethodRules.Check(Catalogue, Right with { Amount = new Money(4_999_999, Currency.Parse("brl")) }).ShouldBeNull();
        PaymentMethodRules.Check(Catalogue, Right with { Fields = [.. Right.Fields, "customer.email", "return_url"] }).ShouldBeNull();
    }

    [Fact]
    public void A_country_that_nobody_named_is_not_checked() => PaymentMethodRules.Check(Catalogue, Right with { Country = null }).ShouldBeNull();

    [Fact]
    public void A_field_that_only_the_provider_is_given_may_be_there() =>
        PaymentMethodRules.Check(
            MethodFiles.Read(MethodFiles.With("[customer.name, customer.tax_id, payment_method.code]", "[customer.name]").Replace("]: customer.tax_id", "]: payment_method.code", StringComparison.Ordinal)),
            Right).ShouldBeNull();

    [Theory]
    [MemberData(nameof(Problems))]
    public void What_the_method_does_not_take_is_told_by_field_with_what_is_allowed(string what, PaymentMethodUse use, string field, string allowed)
    {
        var problem = PaymentMethodRules.Check(Catalogue, use).ShouldNotBeNull(what);
        problem.Field.ShouldBe(field);
        problem.Message.ShouldContain(allowed);
        problem.Kind.ShouldBe(what.StartsWith("a missing", StringComparison.Ordinal) ? PaymentMethodProblemKind.Missing : PaymentMethodProblemKind.Invalid);
    }
}
