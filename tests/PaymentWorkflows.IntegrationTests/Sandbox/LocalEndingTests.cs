using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Endings that only time, a test value or another amount brings.</summary>
public sealed class LocalEndingTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RawClient Raw => sandbox.Raw;

    [Theory]
    [InlineData("succeed_immediately", 3, "succeeded", 2000)]
    [InlineData("succeed_with_delay", 3, "requires_action", 0)]
    [InlineData("expire_immediately", 3, "requires_payment_method", 0)]
    [InlineData("fill_never", 600, "requires_action", 0)]
    [InlineData("pay_less", 3, "succeeded", 1900)]
    [InlineData("pay_more", 3, "succeeded", 2100)]
    public async Task The_word_in_the_billing_email_decides_the_end_of_a_voucher(string word, int seconds, string status, long received)
    {
        var made = await PayAsync("boleto", $"anything_{word}@any.example");
        await AdvanceAsync(TimeSpan.FromSeconds(seconds));
        var ended = await Raw.GetAsync($"/v1/payment_intents/{made.Id}?expand[]=latest_charge.balance_transaction");
        (ended.Text("status"), (long)ended.Body["amount_received"]!).ShouldBe((status, received));
        if (received > 0)
        {
            ((long)ended.Body["latest_charge"]!["amount"]!, (long)ended.Body["latest_charge"]!["balance_transaction"]!["amount"]!).ShouldBe((received, received));
            ((long)ended.Body["amount"]!).ShouldBe(2000);
        }
    }

    [Fact]
    public async Task A_voucher_without_a_test_value_is_paid_after_three_minutes()
    {
        var made = await PayAsync("boleto", "jenny@any.example");
        await AdvanceAsync(TimeSpan.FromMinutes(2));
        (await LocalMethods.StatusAsync(Raw, made.Id)).ShouldBe("requires_action");
        await AdvanceAsync(TimeSpan.FromMinutes(2));
        (await LocalMethods.StatusAsync(Raw, made.Id)).ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_code_that_nobody_scans_expires_at_the_time_asked_for()
    {
        var made = await PayAsync("pix", "fill_never@any.example", "payment_method_options[pix][expires_after_seconds]=60");
        ((long)made.Body["next_action"]!["pix_display_qr_code"]!["expires_at"]! - (long)made.Body["created"]!).ShouldBe(60);
        ((long)made.Body["payment_method_options"]!["pix"]!["expires_after_seconds"]!).ShouldBe(60);
        await AdvanceAsync(TimeSpan.FromSeconds(61));
        var expired = await Raw.GetAsync($"/v1/payment_intents/{made.Id}");
        (expired.Text("status"), (string?)expired.Body["last_payment_error"]!["code"], expired.Body["next_action"])
            .ShouldBe(("requires_payment_method", "payment_intent_payment_attempt_expired", null));
        (await LocalMethods.EventsAsync(Raw, made.Id))[^1].ShouldBe("payment_intent.payment_failed");
        using var late = await LocalMethods.ActAsync(Raw, made.Id, "approve");
        ((int)late.StatusCode).ShouldBe(409);
    }

    [Fact]
    public async Task A_voucher_lasts_to_the_end_of_its_last_day_in_its_country()
    {
        var made = await PayAsync("boleto", "fill_never@any.example", "payment_method_options[boleto][expires_after_days]=2");
        var until = DateTimeOffset.FromUnixTimeSeconds((long)made.Body["next_action"]!["boleto_display_details"]!["expires_at"]!).ToOffset(TimeSpan.FromHours(-3));
        var from = DateTimeOffset.FromUnixTimeSeconds((long)made.Body["created"]!).ToOffset(TimeSpan.FromHours(-3));
        (until.Date, until.TimeOfDay).ShouldBe((from.Date.AddDays(2), new TimeSpan(23, 59, 59)));
    }

    [Fact]
    public async Task Another_amount_can_be_paid_only_where_the_method_allows_it()
    {
        var voucher = await PayAsync("boleto", "fill_never@any.example");
        using (var paid = await LocalMethods.ActAsync(Raw, voucher.Id, "approve?amount=1500"))
        {
            ((int)paid.StatusCode).ShouldBe(200);
        }

        var less = await Raw.GetAsync($"/v1/payment_intents/{voucher.Id}");
        (less.Text("status"), (long)less.Body["amount_received"]!, (long)less.Body["amount"]!).ShouldBe(("succeeded", 1500, 2000));
        var redirect = await PayAsync("ideal", "fill_never@any.example");
        using var refused = await LocalMethods.ActAsync(Raw, redirect.Id, "approve?amount=1500");
        ((int)refused.StatusCode).ShouldBe(409);
        (await LocalMethods.StatusAsync(Raw, redirect.Id)).ShouldBe("requires_action");
    }

    [Fact]
    public async Task Money_that_comes_after_the_expiry_pays_an_open_intent()
    {
        var made = await PayAsync("boleto", "pay_late@any.example");

        // Three days to the end of the last one, wherever in the day this one is, and one more.
        await AdvanceAsync(TimeSpan.FromDays(5));
        var late = await Raw.GetAsync($"/v1/payment_intents/{made.Id}");
        var events = await LocalMethods.EventsAsync(Raw, made.Id);
        late.Text("status").ShouldBe("succeeded");
        events.Where(type => type.StartsWith("payment_intent", StringComparison.Ordinal))
            .ShouldBe(["payment_intent.created", "payment_intent.requires_action", "payment_intent.payment_failed", "payment_intent.succeeded"]);
    }

    [Fact]
    public async Task Money_that_comes_after_a_cancel_stands_with_the_canceled_intent_and_can_be_looked_up()
    {
        var made = await PayAsync("multibanco", "fill_never@any.example");
        using (await LocalMethods.ActAsync(Raw, made.Id, "expire"))
        {
            (await Raw.PostAsync($"/v1/payment_intents/{made.Id}/cancel")).Text("status").ShouldBe("canceled");
        }

        (await Raw.Http.GetStringAsync($"/pay/{made.Id}", Cancel)).ShouldContain("late");
        using (var paid = await LocalMethods.ActAsync(Raw, made.Id, "late"))
        {
            ((int)paid.StatusCode).ShouldBeInRange(200, 303);
        }

        var late = await Raw.GetAsync($"/v1/payment_intents/{made.Id}?expand[]=latest_charge");
        (late.Text("status"), (long)late.Body["amount_received"]!, (string?)late.Body["latest_charge"]!["status"]).ShouldBe(("canceled", 2000, "succeeded"));
        (await LocalMethods.EventsAsync(Raw, made.Id)).ShouldContain("charge.succeeded");
        (await LocalMethods.EventsAsync(Raw, made.Id)).ShouldNotContain("payment_intent.succeeded");
        (await Raw.PostAsync("/v1/refunds", $"payment_intent={made.Id}&instructions_email=a@b.example")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Late_money_is_taken_once_and_only_while_the_method_takes_it()
    {
        var made = await PayAsync("boleto", "fill_never@any.example");
        await AdvanceAsync(TimeSpan.FromDays(8));
        (await LocalMethods.StatusAsync(Raw, made.Id)).ShouldBe("requires_payment_method");
        using var tooLate = await LocalMethods.ActAsync(Raw, made.Id, "late");
        ((int)tooLate.StatusCode).ShouldBe(409);
        var redirect = await PayAsync("ideal", "fill_never@any.example");
        using var never = await LocalMethods.ActAsync(Raw, redirect.Id, "late");
        ((int)never.StatusCode).ShouldBe(409);
    }

    [Fact]
    public async Task A_phone_that_says_nothing_times_out_and_one_that_declines_tells_why()
    {
        var silent = await PayAsync("blik", "fill_never@any.example");
        await AdvanceAsync(TimeSpan.FromMinutes(3));
        ((string?)(await Raw.GetAsync($"/v1/payment_intents/{silent.Id}")).Body["last_payment_error"]!["code"]).ShouldBe("payment_intent_payment_attempt_expired");
        var declined = await PayAsync("blik", "fill_never@any.example");
        using var answer = await LocalMethods.ActAsync(Raw, declined.Id, "fail");
        ((string?)(await Raw.GetAsync($"/v1/payment_intents/{declined.Id}")).Body["last_payment_error"]!["code"]).ShouldBe("payment_method_customer_decline");
    }

    private async Task<RawAnswer> PayAsync(string type, string email, string more = "")
    {
        var method = (await LocalMethods.AllAsync(sandbox.Process)).Single(one => (string?)one["type"] == type);
        var made = await Raw.PostAsync("/v1/payment_intents", LocalMethods.Form(method, email) + (more.Length > 0 ? "&" + more : string.Empty));
        made.Status.ShouldBe(200, made.Body.ToJsonString());
        return made;
    }

    private Task AdvanceAsync(TimeSpan by) => sandbox.Control.AdvanceAsync(by, Cancel);
}
