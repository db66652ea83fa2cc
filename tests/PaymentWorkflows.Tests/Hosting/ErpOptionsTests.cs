using PaymentWorkflows.Hosting.Configuration;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Hosting;

/// <summary>The sections <c>erp</c> and <c>reservations</c>, and the sandbox's ports beside the provider's.</summary>
public class ErpOptionsTests
{
    [Fact]
    public void What_is_left_out_posts_nothing_and_plays_nothing()
    {
        var options = Parse("placement: lean");
        options.Erp.ShouldBeNull();
        (options.Sandbox.Erp, options.Sandbox.Merchant).ShouldBe((null, null));
        options.Reservations.ShouldBe(new ReservationOptions { Patience = TimeSpan.FromMinutes(1), PerMerchantConcurrency = 16 });
    }

    [Fact]
    public void An_ERP_has_an_address_a_key_and_a_time_limit()
    {
        var options = Parse("erp: {base_url: 'https://erp.example/api', api_key: hidden}\nworkers: [{role: erp}]\nreservations: {patience: PT5S, per_merchant_concurrency: 2}");
        options.Erp.ShouldBe(new ErpOptions { BaseUrl = "https://erp.example/api", ApiKey = "hidden", Timeout = TimeSpan.FromSeconds(10) });
        options.LongestCall.ShouldBe(TimeSpan.FromSeconds(30));
        options.Reservations.ShouldBe(new ReservationOptions { Patience = TimeSpan.FromSeconds(5), PerMerchantConcurrency = 2 });
    }

    [Fact]
    public void The_repositorys_own_file_has_an_ERP_and_a_merchant_that_reserves()
    {
        var options = StackOptionsLoader.Load(null, new Dictionary<string, string>(), AppContext.BaseDirectory);
        options.Erp.ShouldNotBeNull().BaseUrl.ShouldBe($"http://{options.Sandbox.Erp}");
        var globex = options.Merchants.Single(merchant => merchant.Id == "globex");
        globex.Reservation.ShouldNotBeNull().Url.Authority.ShouldBe(options.Sandbox.Merchant);
        globex.Notices.ShouldNotBeNull().Url.Authority.ShouldBe(options.Sandbox.Merchant);
        options.Merchants.Single(merchant => merchant.Id == "acme").ShouldBe(new MerchantOptions { Id = "acme" });
    }

    [Theory]
    [InlineData("erp: {api_key: x}", "line 15: erp.base_url is missing; it must be an http or https address")]
    [InlineData("erp: {base_url: 'ftp://erp.example', api_key: x}", "erp.base_url is 'ftp://erp.example' but must be an http or https address")]
    [InlineData("erp: {base_url: 'https://erp.example'}", "line 15: erp.api_key is missing; it must be a text that is not empty.")]
    [InlineData("erp: {base_url: 'https://erp.example', api_key: x, timeout: PT16S}", "erp.timeout is 'PT16S' but must be an ISO 8601 duration from PT0.1S to PT15S.")]
    [InlineData("erp: {base_url: 'https://erp.example', api_key: x, key: y}", "erp.key is not a known key; nearest:")]
    [InlineData("workers: [{role: erp}]", "line 15: workers names the role erp, but there is no section erp that says where the ERP is.")]
    [InlineData("reservations: {patience: PT0.5S}", "reservations.patience is 'PT0.5S' but must be an ISO 8601 duration from PT1S to PT1H.")]
    [InlineData("reservations: {per_merchant_concurrency: 0}", "reservations.per_merchant_concurrency is '0' but must be a whole number from 1 to 1000.")]
    public void A_wrong_value_is_refused(string addition, string expected) =>
        Should.Throw<ConfigurationException>(() => Parse(addition)).Message.ShouldContain(expected);

    [Theory]
    [InlineData("erp: 127.0.0.1:7420", "sandbox.erp uses port 7420, which sandbox.stripe uses too; give each its own port.")]
    [InlineData("erp: 127.0.0.1:7421\n  merchant: localhost:7421", "sandbox.merchant uses port 7421, which sandbox.erp uses too; give each its own port.")]
    [InlineData("merchant: nowhere", "sandbox.merchant is 'nowhere' but must be an address of the form host:port")]
    public void A_port_that_is_taken_is_refused(string addition, string expected) => Should.Throw<ConfigurationException>(
        () => StackOptionsLoader.Parse(SmallestStack.Text.Replace("control: 127.0.0.1:7429", $"control: 127.0.0.1:7429\n  {addition}", StringComparison.Ordinal), "stack.yaml", new Dictionary<string, string>()))
        .Message.ShouldContain(expected);

    private static StackOptions Parse(string addition) => SmallestStack.With(addition);
}
