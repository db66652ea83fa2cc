using System.Net;
using System.Net.Sockets;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.TestKit.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>Connections that are never made leave nothing behind; connections that break leave the outcome open.</summary>
public sealed class TransportTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_connection_is_busy_because_nothing_left_the_machine()
    {
        using var adapter = StripeAdapter.For(new Uri($"http://127.0.0.1:{FreePort.Next()}"));
        await ShouldBeUnreachableAsync(adapter);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_busy()
    {
        using var adapter = StripeAdapter.For(new Uri("http://stripe.invalid"));
        await ShouldBeUnreachableAsync(adapter);
    }

    [Fact]
    public async Task A_secure_connection_that_is_not_agreed_on_is_busy()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var hangUp = HangUpAsync(listener, over.Token);
        using var adapter = StripeAdapter.For(new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"));
        await ShouldBeUnreachableAsync(adapter);
        await over.CancelAsync();
        await hangUp;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_breaks_after_the_request_leaves_the_outcome_open(bool reset)
    {
        await using var responder = new Responder(Reply.Nothing(reset ? Ending.Reset : Ending.Close));
        using var adapter = StripeAdapter.For(responder.Address);
        (await adapter.Payments.SendAsync(Orders.Pay(), Cancel)).ShouldBeUnknown(UnknownCause.ConnectionLost);
        responder.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(200, "{\"id\":\"pi_1\"")]
    [InlineData(402, "{\"error\":{\"type\":\"card_error\"")]
    public async Task A_connection_that_breaks_within_the_answer_leaves_the_outcome_open(int status, string body)
    {
        await using var responder = new Responder(Reply.Truncated(status, body));
        using var adapter = StripeAdapter.For(responder.Address);
        (await adapter.Payments.SendAsync(Orders.Pay(), Cancel)).ShouldBeUnknown(UnknownCause.ConnectionLost);
    }

    [Fact]
    public async Task An_answer_that_never_comes_is_a_time_out()
    {
        await using var responder = new Responder(Reply.Nothing(Ending.NeverAnswer));
        using var adapter = StripeAdapter.For(responder.Address, TimeSpan.FromMilliseconds(300));
        (await adapter.Payments.SendAsync(Orders.Pay(), Cancel)).ShouldBeUnknown(UnknownCause.Timeout);
        responder.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_caller_who_gives_up_gets_no_verdict_that_nobody_knows()
    {
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var responder = new Responder(async _ =>
        {
            await caller.CancelAsync();
            return Reply.Nothing(Ending.NeverAnswer);
        });
        using var adapter = StripeAdapter.For(responder.Address);
        await Should.ThrowAsync<OperationCanceledException>(() => adapter.Payments.SendAsync(Orders.Pay(), caller.Token));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed_because_that_would_be_a_second_send(int status)
    {
        await using var elsewhere = new Responder(Reply.Error(400, "parameter_missing"));
        await using var responder = new Responder(Reply.Of(status, "", ("Location", new Uri(elsewhere.Address, "/v1/payment_intents").ToString())));
        using var adapter = StripeAdapter.For(responder.Address);
        (await adapter.Payments.SendAsync(Orders.Pay(), Cancel)).ShouldBeUnknown(UnknownCause.UnreadableAnswer);
        (responder.Requests.Count, elsewhere.Requests.Count).ShouldBe((1, 0));
    }

    private static async Task ShouldBeUnreachableAsync(StripeAdapter adapter)
    {
        var busy = await Should.ThrowAsync<ProviderBusyException>(() => adapter.Payments.SendAsync(Orders.Pay(), Cancel));
        (busy.Code, busy.RetryAfter).ShouldBe(("unreachable", TimeSpan.FromSeconds(1)));
        await Should.ThrowAsync<ProviderBusyException>(() => adapter.Payments.ReadAsync("pi_1", Cancel));
        await Should.ThrowAsync<ProviderBusyException>(() => adapter.Customers.EnsureAsync(Orders.Customer(), "k", Cancel));
        await Should.ThrowAsync<ProviderBusyException>(() => adapter.Setups.SetUpAsync(Orders.Setup("cus_1"), "k", Cancel));
    }

    private static async Task HangUpAsync(TcpListener listener, CancellationToken over)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(over);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
