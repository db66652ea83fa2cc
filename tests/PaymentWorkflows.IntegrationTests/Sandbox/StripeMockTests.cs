using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>What the sandbox accepts, Stripe's published description accepts too, and what it does not know is unknown there.</summary>
[Trait("Category", "Slow")]
public sealed partial class StripeMockTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    // {0} is the id that the first request of the sequence was answered with.
    private static readonly (string Name, (string Method, string Path, string Form)[] Steps)[] Sequences =
    [
        ("authorize, capture, refund",
        [
            ("POST", "/v1/payment_intents", "amount=1000&currency=eur&payment_method=pm_card_visa&confirm=true&capture_method=manual&metadata[order]=1&expand[0]=latest_charge.balance_transaction&transfer_group=g&description=d"),
            ("POST", "/v1/payment_intents/{0}/capture", "amount_to_capture=600"),
            ("POST", "/v1/refunds", "payment_intent={0}&amount=100&reason=requested_by_customer&metadata[a]=b"),
            ("GET", "/v1/refunds?payment_intent={0}&limit=5", ""),
            ("GET", "/v1/payment_intents/{0}?expand[]=latest_charge", ""),
        ]),
        ("customer and set-up",
        [
            ("POST", "/v1/customers", "email=a@b.example&name=A&metadata[k]=v&address[country]=DE"),
            ("POST", "/v1/setup_intents", "customer={0}&payment_method=pm_card_visa&confirm=true&usage=off_session&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never"),
            ("POST", "/v1/payment_intents", "amount=1000&currency=usd&customer={0}&payment_method=pm_card_visa&confirm=true&off_session=true&statement_descriptor=SHOP&allowed_payment_method_types[]=card"),
            ("GET", "/v1/payment_methods?customer={0}&type=card", ""),
            ("GET", "/v1/customers/search?query=email:'a@b.example'", ""),
            ("DELETE", "/v1/customers/{0}", ""),
        ]),
        ("cancel and read",
        [
            ("POST", "/v1/payment_intents", "amount=1000&currency=usd&automatic_payment_methods[enabled]=true&setup_future_usage=off_session&excluded_payment_method_types[]=klarna"),
            ("POST", "/v1/payment_intents/{0}", "metadata[order]=7&description=x"),
            ("POST", "/v1/payment_intents/{0}/cancel", "cancellation_reason=abandoned"),
            ("GET", "/v1/payment_intents?limit=3&created[gte]=1", ""),
            ("GET", "/v1/payment_intents/search?query=metadata['order']:'7'&limit=1", ""),
            ("GET", "/v1/charges?limit=3&expand[]=data.balance_transaction", ""),
            ("GET", "/v1/events?types[]=payment_intent.created&delivery_success=true", ""),
            ("GET", "/v1/balance_transactions?type=charge&created[lt]=99999999999", ""),
            ("GET", "/v1/balance", ""),
            ("GET", "/v1/disputes?limit=1", ""),
        ]),
        ("refused by both",
        [
            ("POST", "/v1/payment_intents", "amount=1000&currency=usd&nonsense=1"),
            ("POST", "/v1/payment_intents", "currency=usd"),
            ("POST", "/v1/payment_intents", "amount=abc&currency=usd"),
            ("POST", "/v1/refunds", "payment_intent=pi_1&colour=red"),
            ("GET", "/v1/nonsense", ""),
        ]),
    ];

    [Fact]
    public async Task Both_accept_and_refuse_the_same_requests()
    {
        await using var mock = await StripeMock.StartOrSkipAsync(TestContext.Current.CancellationToken);
        using var published = new RawClient(mock.Address, "sk_test_123");
        foreach (var (name, steps) in Sequences)
        {
            var first = string.Empty;
            foreach (var (method, path, form) in steps)
            {
                var ours = await SendAsync(sandbox.Raw, method, Fill(path, first), Fill(form, first));
                var theirs = await SendAsync(published, method, Fill(path, first), Fill(form, first));
                (ours.Status / 100).ShouldBe(theirs.Status / 100, $"{name}: {method} {path} {form}\nours {ours.Body.ToJsonString()}\ntheirs {theirs.Body.ToJsonString()}");
                first = first.Length == 0 && ours.Text("id") is { } id ? id : first;
            }
        }
    }

    private static string Fill(string text, string id) => Placeholder().Replace(text, id);

    private static Task<RawAnswer> SendAsync(RawClient client, string method, string path, string form) => method switch
    {
        "POST" => client.PostAsync(path, form),
        "DELETE" => client.DeleteAsync(path),
        _ => client.GetAsync(path),
    };

    [GeneratedRegex(@"\{0\}")]
    private static partial Regex Placeholder();
}
