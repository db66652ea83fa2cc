using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.PaymentMethods;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.PaymentMethods;

public class PaymentMethodLoaderTests
{
    [Fact]
    public void The_repositorys_own_file_offers_methods_of_every_flow()
    {
        var catalogue = PaymentMethodLoader.Load(MethodFiles.Own);
        catalogue.Methods.Select(method => method.Traits.Flow).Distinct().ShouldBe(Enum.GetValues<PaymentFlow>(), ignoreOrder: true);
        catalogue.Names[0].ShouldBe("card");
    }

    [Fact]
    public void Every_key_arrives_where_it_belongs()
    {
        var method = MethodFiles.Read(MethodFiles.Full).Find("full").ShouldNotBeNull();
        method.Names.ShouldBe(new Dictionary<string, string> { ["en"] = "Full", ["pt-BR"] = "Cheio" }, ignoreOrder: true);
        method.Countries.ShouldBe(["BR", "NO"]);
        method.Currencies.ShouldBe([Currency.Parse("brl"), Currency.Parse("nok")]);
        method.Limits.ShouldBe([new AmountLimit(Currency.Parse("brl"), 500, 4_999_999), new AmountLimit(Currency.Parse("nok"), null, 100)]);
        method.CaptureModes.ShouldBe([CaptureMode.Automatic]);
        method.Disputes.ShouldBe(new DisputeRules(TimeSpan.FromDays(56), false));
        method.SettlementDays.ShouldBe(0);
        method.RequiredFields.ShouldBe(["customer.name", "customer.tax_id", "payment_method.code"]);
        var traits = method.Traits;
        (traits.Flow, traits.Outcome, traits.Expiry, traits.Late, traits.CanAuthorize)
            .ShouldBe((PaymentFlow.Voucher, OutcomeSource.Webhook, TimeSpan.FromDays(3), TimeSpan.FromDays(2), false));
        traits.Refunds.ShouldBe(new RefundTraits(false, TimeSpan.FromDays(90)));
        var provider = traits.Providers.ShouldHaveSingleItem();
        (provider.Provider, provider.Type, provider.Flow, provider.NextAction, provider.ExpiryParameter)
            .ShouldBe(("stripe", "slip", PaymentFlow.Voucher, "slip_display_details", "payment_method_options[slip][expires_after_seconds]"));
        provider.Fields.ShouldBe([new ProviderField("payment_method_data[slip][tax_id]", "customer.tax_id")]);
    }

    [Fact]
    public void What_is_left_out_is_absent()
    {
        var method = MethodFiles.Read(MethodFiles.Full).Find("plain").ShouldNotBeNull();
        (method.Countries, method.Currencies, method.Disputes, method.Traits.Late, method.Traits.Refunds).ShouldBe((null, null, null, null, null));
        (method.Limits.Count, method.RequiredFields.Count, method.Traits.Providers[0].Fields.Count).ShouldBe((0, 0, 0));
        method.Traits.CanAuthorize.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(MethodExamples.Wrong), MemberType = typeof(MethodExamples))]
    [MemberData(nameof(MethodExamples.Incomparable), MemberType = typeof(MethodExamples))]
    public void A_wrong_entry_is_refused_with_file_line_field_and_what_is_allowed(string piece, string by, int line, string field, string allowed)
    {
        var message = Should.Throw<ConfigurationException>(() => MethodFiles.Read(MethodFiles.With(piece, by))).Message;
        message.ShouldStartWith($"{MethodFiles.FileName}, line {line}: ");
        message.ShouldContain(field);
        message.ShouldContain(allowed);
    }

    [Fact]
    public void A_method_that_is_named_twice_is_refused_with_its_line()
    {
        var twice = MethodFiles.Full + "  plain:\n    names: { en: Again }\n";
        var message = Should.Throw<ConfigurationException>(() => MethodFiles.Read(twice)).Message;
        message.ShouldStartWith($"{MethodFiles.FileName}, line {twice.Split('\n').Length - 2}: ");
        message.ShouldContain("plain");
    }

    [Theory]
    [InlineData("", "methods is missing")]
    [InlineData("methods:\n", "methods is empty")]
    [InlineData("methods: {}\n", "methods is missing")]
    [InlineData("methods: [", "not valid YAML")]
    [InlineData("methods: []\n", "methods must be a section")]
    public void A_file_without_methods_is_refused(string text, string reason) =>
        Should.Throw<ConfigurationException>(() => MethodFiles.Read(text)).Message.ShouldContain(reason);

    [Fact]
    public void A_file_that_is_not_there_is_named_with_the_key_that_points_to_it() =>
        Should.Throw<ConfigurationException>(() => PaymentMethodLoader.Load("/nowhere/methods.yaml")).Message.ShouldContain("payment_methods");
}
