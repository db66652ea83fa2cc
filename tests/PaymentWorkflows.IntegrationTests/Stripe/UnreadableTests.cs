using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Domain.Payments;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>Answers that are none: whatever comes, no call of the adapter throws anything but "busy", and none takes it for an outcome.</summary>
[Trait("Category", "Slow")]
public sealed class UnreadableTests
{
    private static readonly string[] Bodies =
    [
        "", "{}", "null", "[]", "1", "\"text\"", "no json", "<html><body>Bad gateway</body></html>", "{\"error\":", "{\"error\":null}", "{\"error\":\"text\"}", "{\"error\":{}}",
        "{\"data\":null}", "{\"data\":[]}",
        "{\"data\":[null],\"has_more\":true}", "{\"object\":\"list\",\"data\":[],\"has_more\":true}",
        "{\"object\":\"search_result\",\"data\":[],\"has_more\":true,\"next_page\":\"x\"}", "{\"object\":\"list\",\"data\":[null]}", "{\"id\":1}", "{\"id\":\"pi_1\",\"object\":\"payment_intent\",\"amount\":\"many\"}",
        "{\"id\":\"pi_1\",\"object\":\"payment_intent\",\"status\":\"succeeded\",\"amount\":100,\"currency\":\"zzz\"}",
        "{\"id\":\"pi_1\",\"object\":\"payment_intent\",\"status\":\"requires_luck\",\"amount\":100,\"currency\":\"eur\"}",
        "{\"id\":\"re_1\",\"object\":\"refund\",\"status\":\"lost\",\"amount\":100,\"currency\":\"eur\",\"payment_intent\":\"pi_1\"}",
        "{\"id\":\"pi_1\",\"object\":\"payment_intent\",\"status\":\"succeeded\",\"amount\":150,\"amount_received\":150,\"currency\":\"isk\"}",
    ];

    public static TheoryData<int> Statuses => [200, 201, 202, 204, 301, 307, 400, 402, 404, 405, 409, 413, 418, 424, 500, 502, 503, 504, 520, 599];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task An_answer_that_is_not_the_providers_leaves_the_outcome_unknown(int status)
    {
        foreach (var body in Bodies)
        {
            await using var responder = new Responder(Reply.Of(status, status == 204 ? "" : body));
            using var adapter = StripeAdapter.For(responder.Address);
            foreach (var (name, call) in Calls(adapter))
            {
                (await call()).ShouldBe("Unknown", $"{name} answered {status} {body}");
            }
        }
    }

    [Theory]
    [InlineData(401, "NotAttempted")]
    [InlineData(403, "NotAttempted")]
    [InlineData(429, "busy")]
    public async Task Statuses_that_say_the_request_did_not_pass_are_believed_from_anybody(int status, string expected)
    {
        foreach (var body in (string[])["", "no json", "<html/>", "{\"error\":\"text\"}"])
        {
            await using var responder = new Responder(Reply.Of(status, body));
            using var adapter = StripeAdapter.For(responder.Address);
            foreach (var (name, call) in Calls(adapter))
            {
                (await call()).ShouldBe(expected, $"{name} answered {status} {body}");
            }
        }
    }

    [Fact]
    public async Task A_payment_whose_charge_is_in_another_currency_contradicts_itself()
    {
        const string Payment = """
            {"id":"pi_1","object":"payment_intent","status":"succeeded","amount":100,"amount_received":100,"currency":"eur",
             "latest_charge":{"id":"ch_1","object":"charge","amount":100,"amount_refunded":0,"currency":"CHARGED"}}
            """;
        await using var same = new Responder(Reply.Of(200, Payment.Replace("CHARGED", "eur", StringComparison.Ordinal)));
        await using var other = new Responder(Reply.Of(200, Payment.Replace("CHARGED", "usd", StringComparison.Ordinal)));
        using var good = StripeAdapter.For(same.Address);
        using var bad = StripeAdapter.For(other.Address);
        (await good.Payments.ReadAsync("pi_1", Cancel)).ShouldBeOfType<MoneyVerdict.Succeeded>();
        (await bad.Payments.ReadAsync("pi_1", Cancel)).ShouldBeUnknown(UnknownCause.UnreadableAnswer);
        (await bad.Payments.SendAsync(Orders.Pay(), Cancel)).ShouldBeUnknown(UnknownCause.UnreadableAnswer);
    }

    [Fact]
    public async Task A_refund_whose_charge_is_in_another_currency_contradicts_itself()
    {
        await using var responder = new Responder(Reply.Of(200, """
            {"id":"re_1","object":"refund","status":"succeeded","amount":100,"currency":"eur","payment_intent":"pi_1",
             "charge":{"id":"ch_1","object":"charge","amount":100,"amount_captured":100,"currency":"usd"}}
            """));
        using var adapter = StripeAdapter.For(responder.Address);
        (await adapter.Payments.SendAsync(Orders.Refund("pi_1", Orders.Eur(100)), Cancel)).ShouldBeUnknown(UnknownCause.UnreadableAnswer);
    }

    [Fact]
    public async Task Two_payments_under_one_attempt_key_are_nothing_to_choose_from()
    {
        var key = Orders.NewKey();
        var (one, other) = (Paid("pi_1", key), Paid("pi_2", key));
        await using var responder = new Responder(Reply.Of(200, "{\"object\":\"search_result\",\"has_more\":false,\"data\":[" + one + "," + other + "]}"));
        using var adapter = StripeAdapter.For(responder.Address);
        (await adapter.Payments.FindAsync(key, Cancel)).ShouldBeUnknown(UnknownCause.UnreadableAnswer);
        (await adapter.Payments.FindAsync(Orders.NewKey(), Cancel)).ShouldBeRefused(RefusalCause.Absent, "resource_missing");
    }

    private static string Paid(string id, AttemptKey key) =>
        "{\"object\":\"payment_intent\",\"status\":\"succeeded\",\"amount\":100,\"amount_received\":100,\"currency\":\"eur\",\"id\":\"" + id
        + "\",\"metadata\":{\"attempt_key\":\"" + key + "\"}}";

    private static IEnumerable<(string Name, Func<Task<string>> Call)> Calls(StripeAdapter adapter)
    {
        var (payments, customers, setups) = (adapter.Payments, adapter.Customers, adapter.Setups);
        yield return ("authorize", Told(() => payments.SendAsync(Orders.Pay(), Cancel)));
        yield return ("capture", Told(() => payments.SendAsync(Orders.Capture("pi_1", Orders.Eur(100)), Cancel)));
        yield return ("cancel", Told(() => payments.CancelAsync("pi_1", "k", Cancel)));
        yield return ("refund", Told(() => payments.SendAsync(Orders.Refund("pi_1", Orders.Eur(100)), Cancel)));
        yield return ("read", Told(() => payments.ReadAsync("pi_1", Cancel)));
        yield return ("find", Told(() => payments.FindAsync(Orders.NewKey(), Cancel)));
        yield return ("find refund", Told(() => payments.FindRefundAsync("pi_1", Orders.NewKey(), Cancel)));
        yield return ("ensure customer", Told(() => customers.EnsureAsync(Orders.Customer(), "k", Cancel)));
        yield return ("set up", Told(() => setups.SetUpAsync(Orders.Setup("cus_1"), "k", Cancel)));
        yield return ("read set-up", Told(() => setups.ReadAsync("seti_1", Cancel)));
        yield return ("find set-up", Told(() => setups.FindAsync("cus_1", Orders.NewKey(), Cancel)));
    }

    private static Func<Task<string>> Told<T>(Func<Task<T>> call) => async () =>
    {
        try
        {
            return (await call())!.GetType().Name;
        }
        catch (ProviderBusyException)
        {
            return "busy";
        }
    };
}
