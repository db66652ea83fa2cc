using System.Diagnostics;
using System.Text;
using System.Text.Json;
using PaymentWorkflows.Activities;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Notices;

/// <summary>What a merchant's backend gets, and which answers count.</summary>
public sealed class NoticeWireTests(PostgresFixture server) : NoticeTests(server)
{
    private const string PreviousSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

    [Fact]
    public async Task A_notice_has_its_public_shape_and_the_checkout_as_the_API_gives_it()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        await TellAsync(checkout, 1, "checkout.requires_action", CheckoutStatus.RequiresAction);
        var then = CheckoutResource.Of((await Stores.Checkouts.FindAsync(checkout.Id, Cancelled))!);
        await TellAsync(checkout, 2);
        await Process().DispatchAsync();

        var notice = await Acme.NextAsync(Cancelled);
        (notice.Method, notice.Target, notice.Headers["Content-Type"]).ShouldBe(("POST", "/notices?shop=7", "application/json; charset=utf-8"));
        notice.Id.ShouldMatch("^evt_[0-9a-f]{32}$");
        Encoding.UTF8.GetString(notice.Body).ShouldBe(
            $$"""{"id":"{{notice.Id}}","object":"event","type":"checkout.requires_action","created":"2026-11-24T12:00:00.000Z","transaction_id":"{{checkout.TransactionId}}","merchant":"acme","data":{"object":{{JsonSerializer.Serialize(then, ApiJson.Options)}}},"sequence":1}""");
        notice.Headers["Transaction-Id"].ShouldBe(checkout.TransactionId.Value);
        notice.Headers["webhook-id"].ShouldBe(notice.Id);
        notice.Headers.ContainsKey("traceparent").ShouldBeFalse();
        notice.IsGenuine(Acme.Secret, Clock.GetUtcNow()).ShouldBeTrue();
        notice.IsGenuine(PreviousSecret, Clock.GetUtcNow()).ShouldBeFalse();
    }

    [Fact]
    public async Task While_a_secret_is_replaced_a_notice_is_signed_with_both()
    {
        await ToldAsync(1);
        var process = new NoticeProcess(Database, Clock, Wants("acme", Acme, PreviousSecret));
        await using (process)
        {
            await process.DispatchAsync();
        }

        var notice = await Acme.NextAsync(Cancelled);
        notice.IsGenuine(Acme.Secret, Clock.GetUtcNow()).ShouldBeTrue();
        notice.IsGenuine(PreviousSecret, Clock.GetUtcNow()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_notice_carries_the_trace_of_its_fact()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        string parent;
        using (var fact = new Activity("record").SetIdFormat(ActivityIdFormat.W3C).Start())
        {
            parent = fact.Id!;
            await TellAsync(checkout);
        }

        await Process().DispatchAsync();
        (await Acme.NextAsync(Cancelled)).Headers["traceparent"].ShouldBe(parent);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(299)]
    public async Task Any_2xx_is_taken_as_received(int status)
    {
        await ToldAsync(1);
        var process = Process();
        Acme.AnswerWith(status);
        await process.DispatchAsync();
        var line = (await ListAsync(process)).ShouldHaveSingleItem();
        (line.State, line.Attempts, line.LastStatus, line.LastError, line.DeliveredAt, line.NextDue).ShouldBe((NoticeState.Delivered, 1, status, null, Noon, null));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(400)]
    [InlineData(410)]
    [InlineData(500)]
    public async Task Nothing_else_is_and_no_redirect_is_followed(int status)
    {
        await ToldAsync(1);
        var process = Process();
        Acme.Answer = (_, response) =>
        {
            response.StatusCode = status;
            response.RedirectLocation = new Uri(Acme.Url, "/elsewhere").ToString();
            return Task.CompletedTask;
        };
        await process.DispatchAsync();
        var line = (await ListAsync(process)).ShouldHaveSingleItem();
        (line.State, line.Attempts, line.LastStatus, line.LastError).ShouldBe((NoticeState.Due, 1, status, $"answered {status}"));
        Acme.Received.ShouldHaveSingleItem().Target.ShouldBe("/notices?shop=7");
    }

    [Fact]
    public async Task A_backend_that_does_not_answer_in_time_or_is_not_there_has_not_got_it()
    {
        await ToldAsync(1);
        var process = Process();
        Acme.Hang();
        var round = process.DispatchAsync();
        await Acme.NextAsync(Cancelled);
        round.IsCompleted.ShouldBeFalse();
        Clock.Advance(TimeSpan.FromSeconds(10));
        await round;
        (await ListAsync(process)).ShouldHaveSingleItem().LastError.ShouldBe("no answer within 10 s");

        await Acme.DisposeAsync();
        Clock.Advance(TimeSpan.FromSeconds(10));
        (await process.DispatchAsync()).ShouldBe(1);
        (await ListAsync(process)).ShouldHaveSingleItem().LastError.ShouldBe("not reached: ConnectionError");
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        await ToldAsync(1);
        var process = Process();
        var sent = new TaskCompletionSource();
        Acme.Answer = async (_, response) =>
        {
            response.SendChunked = true;
            try
            {
                for (var page = new byte[65_536]; ;)
                {
                    await response.OutputStream.WriteAsync(page);
                }
            }
            finally
            {
                sent.SetResult();
            }
        };
        await process.DispatchAsync();
        (await ListAsync(process)).ShouldHaveSingleItem().State.ShouldBe(NoticeState.Delivered);
        await sent.Task.WaitAsync(TimeSpan.FromSeconds(40), Cancelled);
    }

    [Fact]
    public async Task No_secret_no_address_and_nothing_of_a_body_stands_in_a_log_line_or_an_error()
    {
        await ToldAsync(1);
        var process = Process();
        Acme.Answer = async (_, response) =>
        {
            response.StatusCode = 500;
            await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes("the backend's own words"));
        };
        await process.DispatchAsync();
        Acme.AnswerWith(200);
        Clock.Advance(TimeSpan.FromSeconds(10));
        await process.DispatchAsync();

        var text = process.Logs.Text + string.Join('\n', await ListAsync(process));
        text.ShouldContain("was not taken (answered 500)");
        text.ShouldContain("is delivered: 200");
        foreach (var hidden in new[] { Acme.Secret, Acme.Secret["whsec_".Length..], "shop=7", "own words", "\"object\"", "v1," })
        {
            text.ShouldNotContain(hidden);
        }
    }

    [Fact]
    public async Task Merchants_that_want_no_notices_get_none_and_keep_theirs()
    {
        await ToldAsync(1, merchant: "nobody");
        var process = Process();
        (await process.DispatchAsync()).ShouldBe(0);
        (await ListAsync(process, NoticeState.Due)).ShouldHaveSingleItem().Merchant.ShouldBe("nobody");
    }
}
