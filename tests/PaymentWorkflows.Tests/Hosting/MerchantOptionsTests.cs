using PaymentWorkflows.Hosting.Configuration;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Hosting;

/// <summary>The sections <c>merchants</c> and <c>notices</c>.</summary>
public class MerchantOptionsTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public void Every_part_of_a_merchant_but_its_id_may_be_left_out()
    {
        var options = Parse($$"""
            merchants:
              - id: acme
              - id: globex
                notices:
                  url: https://globex.example/notices?shop=7
                  secret: {{Secret}}
              - id: initech
                notices: {url: "http://127.0.0.1:9000", secret: {{Secret}}, previous_secret: whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX, timeout: PT2S}
                reservation: {url: "https://initech.example/reserve", secret: {{Secret}}, timeout: PT12S}
            """);

        options.Merchants.ShouldBe(
        [
            new MerchantOptions { Id = "acme" },
            new MerchantOptions { Id = "globex", Notices = new EndpointOptions { Url = new Uri("https://globex.example/notices?shop=7"), Secret = Secret, Timeout = TimeSpan.FromSeconds(10) } },
            new MerchantOptions
            {
                Id = "initech",
                Notices = new EndpointOptions
                {
                    Url = new Uri("http://127.0.0.1:9000"), Secret = Secret, PreviousSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", Timeout = TimeSpan.FromSeconds(2),
                },
                Reservation = new EndpointOptions { Url = new Uri("https://initech.example/reserve"), Secret = Secret, Timeout = TimeSpan.FromSeconds(12) },
            },
        ]);
        options.LongestCall.ShouldBe(TimeSpan.FromSeconds(12));
    }

    [Fact]
    public void What_is_left_out_of_the_delivery_has_its_default()
    {
        var options = Parse("notices:\n  first_retry: PT2S");
        options.Notices.ShouldBe(new NoticeOptions { FirstRetry = TimeSpan.FromSeconds(2) });
        (options.Notices.RetryFor, options.Notices.LongestRetry, options.Notices.PerMerchantConcurrency, options.Notices.Poll)
            .ShouldBe((TimeSpan.FromDays(3), TimeSpan.FromHours(1), 4, TimeSpan.FromSeconds(1)));
        Parse("placement: lean").ShouldSatisfyAllConditions(
            left => left.Merchants.ShouldBeEmpty(), left => left.Notices.ShouldBe(new NoticeOptions()), left => left.LongestCall.ShouldBe(TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData("merchants: {id: acme}", "line 15: merchants must be a list")]
    [InlineData("merchants:\n  - name: acme", "line 16: merchants[0].id is missing; it must be a merchant's id: letters, digits, '-', '_' and '.', at most 40.")]
    [InlineData("merchants:\n  - id: ac/me", "line 16: merchants[0].id is 'ac/me' but must be a merchant's id")]
    [InlineData("merchants:\n  - id: acme\n    name: x", "line 17: merchants[0].name is not a known key; nearest:")]
    [InlineData("merchants:\n  - id: acme\n  - id: b\n  - id: acme", "line 18: merchants[2].id is 'acme', which another merchant has already; name each merchant once.")]
    [InlineData("merchants:\n  - id: acme\n    notices: {secret: SECRET}", "line 17: merchants[0].notices.url is missing; it must be an http or https address")]
    [InlineData("merchants:\n  - id: acme\n    notices: {url: 'https://acme.example'}", "line 17: merchants[0].notices.secret is missing; it must be a text that begins with whsec_.")]
    [InlineData("merchants:\n  - id: acme\n    notices: {url: acme.example, secret: SECRET}", "line 17: merchants[0].notices.url must be an http or https address without user name and fragment")]
    [InlineData("merchants:\n  - id: acme\n    notices: {url: 'ftp://acme.example', secret: SECRET}", "merchants[0].notices.url must be an http or https address")]
    [InlineData("merchants:\n  - id: acme\n    reservation: {url: '/reserve', secret: SECRET}", "merchants[0].reservation.url must be an http or https address")]
    [InlineData("merchants:\n  - id: acme\n    notices: {url: 'https://acme.example', secret: SECRET, timeout: PT31S}", "notices.timeout is 'PT31S' but must be an ISO 8601 duration from PT0.1S to PT30S.")]
    [InlineData("notices:\n  retry_for: 3 days", "line 16: notices.retry_for is '3 days' but must be an ISO 8601 duration from PT1S to P30D.")]
    [InlineData("notices:\n  first_retry: PT2H", "line 16: notices.first_retry must not be longer than notices.longest_retry.")]
    [InlineData("notices:\n  per_merchant_concurrency: 0", "line 16: notices.per_merchant_concurrency is '0' but must be a whole number from 1 to 1000.")]
    [InlineData("notices:\n  retries: 5", "line 16: notices.retries is not a known key; nearest:")]
    public void A_wrong_entry_is_refused_with_its_line_and_what_is_allowed(string addition, string expected) =>
        Refused(addition.Replace("SECRET", Secret, StringComparison.Ordinal)).ShouldContain(expected);

    [Theory]
    [InlineData("url: 'https://user:hidden-password@acme.example', secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "notices.url must be")]
    [InlineData("url: 'https://acme.example', secret: hidden-password", "notices.secret must be a text that begins with whsec_.")]
    [InlineData("url: 'https://acme.example', secret: whsec_hidden-password", "notices.secret must be whsec_ and 24 to 64 bytes in base64.")]
    [InlineData("url: 'https://acme.example', secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, previous_secret: hidden-password", "notices.previous_secret must be")]
    public void What_may_be_secret_never_stands_in_the_error(string endpoint, string expected)
    {
        var message = Refused($"merchants:\n  - id: acme\n    notices: {{{endpoint}}}");
        message.ShouldContain($"line 17: merchants[0].{expected}");
        message.ShouldNotContain("hidden-password");
    }

    [Fact]
    public void The_environment_gives_a_secret()
    {
        const string FromEnvironment = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
        var options = Parse(
            $"merchants:\n  - id: acme\n    notices: {{url: 'https://acme.example', secret: {Secret}}}", new() { ["PAY__MERCHANTS__0__NOTICES__SECRET"] = FromEnvironment });
        options.Merchants[0].Notices!.Secret.ShouldBe(FromEnvironment);
    }

    private static StackOptions Parse(string addition, Dictionary<string, string>? environment = null) => SmallestStack.With(addition, environment);

    private static string Refused(string addition) => Should.Throw<ConfigurationException>(() => Parse(addition)).Message;
}
