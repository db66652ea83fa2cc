using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PaymentWorkflows.Activities.Reservations;
using PaymentWorkflows.Contracts.Reservations;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.IntegrationTests.EndToEnd;
using PaymentWorkflows.IntegrationTests.Notices;
using PaymentWorkflows.IntegrationTests.Sandbox;
using PaymentWorkflows.Worker.Merchants;
using PaymentWorkflows.Worker.Reservations;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Reservations;

/// <summary>Signed requests to a merchant's backend over real sockets: only its own word is a yes or a no.</summary>
public sealed class MerchantReservationTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>, IAsyncLifetime
{
    private readonly ServiceProvider services = new ServiceCollection().AddHttpClient().BuildServiceProvider();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await sandbox.Control.SendAsync(HttpMethod.Delete, "/merchant/faults", null, Cancel);

    public async ValueTask DisposeAsync() => await services.DisposeAsync();

    [Fact]
    public async Task Goods_are_set_aside_once_and_let_go_once()
    {
        var request = Request(quantity: 2);
        await StockAsync(request, 3);
        var first = (await Backend().ReserveAsync(request, Cancel)).ShouldBeOfType<StepVerdict.Done>();
        (await Backend().ReserveAsync(request, Cancel)).ShouldBe(first);
        (await LeftAsync(request)).ShouldBe(1);
        (await Backend().ReleaseAsync(request, Cancel)).ShouldBe(first);
        (await Backend().ReleaseAsync(request, Cancel)).ShouldBe(first);
        (await LeftAsync(request)).ShouldBe(3);
    }

    [Fact]
    public async Task What_is_not_there_is_refused_in_the_merchants_words()
    {
        var request = Request(quantity: 2);
        await StockAsync(request, 1);
        var refused = (await Backend().ReserveAsync(request, Cancel)).ShouldBeOfType<StepVerdict.Refused>();
        (refused.Code, refused.Message).ShouldBe(("out_of_stock", $"Of '{request.Lines[0].Sku}' only 1 are left."));
        (await LeftAsync(request)).ShouldBe(1);
    }

    [Fact]
    public async Task A_release_of_nothing_is_done_and_a_request_that_was_late_reserves_nothing()
    {
        var request = Request();
        await StockAsync(request, 5);
        (await Backend().ReleaseAsync(request, Cancel)).ShouldBeOfType<StepVerdict.Done>();
        (await Backend().ReserveAsync(request, Cancel)).ShouldBeOfType<StepVerdict.Refused>().Code.ShouldBe("released");
        (await LeftAsync(request)).ShouldBe(5);
    }

    [Theory]
    [InlineData("down")]
    [InlineData("unavailable")]
    public async Task A_backend_that_is_away_reserved_nothing_and_may_be_asked_again(string kind)
    {
        var request = Request();
        await FaultAsync(new { kind, times = 1 });
        await Should.ThrowAsync<MerchantUnavailableException>(() => Backend().ReserveAsync(request, Cancel));
        (await Backend().ReserveAsync(request, Cancel)).ShouldBeOfType<StepVerdict.Done>();
    }

    [Fact]
    public async Task An_answer_that_was_lost_is_asked_for_again_and_reserves_once()
    {
        var request = Request();
        await StockAsync(request, 5);
        await FaultAsync(new { kind = "commit_then_hang", times = 1 });

        // Long enough for the backend to have read it: what was not read reserves nothing.
        (await Should.ThrowAsync<MerchantUnavailableException>(() => Backend(Endpoint() with { Timeout = TimeSpan.FromSeconds(2) }).ReserveAsync(request, Cancel))).Message.ShouldBe("globex's backend did not answer within 2 s.");
        (await Backend().ReserveAsync(request, Cancel)).ShouldBeOfType<StepVerdict.Done>();
        (await LeftAsync(request)).ShouldBe(4);
    }

    [Fact]
    public async Task A_signature_that_the_backend_does_not_take_says_nothing_about_the_goods()
    {
        var backend = Backend(Endpoint() with { Secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] });
        (await backend.ReserveAsync(Request(), Cancel)).ShouldBe(new StepVerdict.Unknown("globex's backend answered 401 and neither 'reserved' nor 'rejected'."));
        (await Backend(Endpoint() with { Secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", sandbox.Process.MerchantSecret] }).ReserveAsync(Request(), Cancel)).ShouldBeOfType<StepVerdict.Done>();
    }

    [Fact]
    public async Task A_merchant_without_an_endpoint_is_not_guessed_at() =>
        (await Backend().ReserveAsync(Request() with { Merchant = MerchantId.Parse("acme") }, Cancel))
            .ShouldBe(new StepVerdict.Unknown("Merchant acme has no reservation endpoint in this deployment."));

    [Theory]
    [InlineData(200, """{"status":"rejected","code":"out_of_stock"}""", "refused out_of_stock out_of_stock")]
    [InlineData(409, """{"status":"rejected","message":"Gone."}""", "refused rejected Gone.")]
    [InlineData(422, """{"status":"rejected","code":"card 4242424242424242","message":"card 4242424242424242"}""", "refused rejected rejected")]
    [InlineData(200, """{"status":"reserved"}""", "done ID")]
    [InlineData(201, """{"status":"reserved","reference":"r7","more":1}""", "done r7")]
    [InlineData(404, """{"status":"reserved"}""", "unknown")]
    [InlineData(404, """{"status":"rejected"}""", "unknown")]
    [InlineData(200, """{"status":"released"}""", "unknown")]
    [InlineData(200, "<html>welcome</html>", "unknown")]
    [InlineData(204, "", "unknown")]
    [InlineData(302, "", "unknown")]
    [InlineData(500, """{"status":"reserved"}""", "unavailable")]
    [InlineData(429, "", "unavailable")]
    public async Task Each_answer_is_read_as_what_it_says(int status, string body, string expected)
    {
        await using var backend = new NoticeReceiver
        {
            Answer = async (_, response) =>
            {
                response.StatusCode = status;
                await response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body), Cancel);
            },
        };
        var request = Request();
        var read = await ReadAsync(() => Backend(Endpoint() with { Url = backend.Url, Secrets = [backend.Secret], Timeout = TimeSpan.FromSeconds(10) }).ReserveAsync(request, Cancel));
        read.ShouldBe(expected.Replace("ID", request.Id, StringComparison.Ordinal));

        var sent = backend.Received.Single();
        sent.IsGenuine(backend.Secret, TimeProvider.System.GetUtcNow()).ShouldBeTrue();
        (sent.Headers["webhook-id"], sent.Headers["Transaction-Id"]).ShouldBe((request.Id, request.TransactionId.Value));
        sent.Json.GetProperty("action").GetString().ShouldBe("reserve");
        sent.Json.GetProperty("lines")[0].GetProperty("quantity").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task One_merchant_that_hangs_fills_its_own_slots_only()
    {
        await using var hanging = new NoticeReceiver();
        hanging.Hang();
        var slow = new MerchantEndpoint(MerchantId.Parse("slow"), hanging.Url, [hanging.Secret], TimeSpan.FromSeconds(20));
        var backend = new MerchantReservations(services.GetRequiredService<IHttpClientFactory>(), [slow, Endpoint()], new ReservationOptions { PerMerchantConcurrency = 2 }, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var waiting = Enumerable.Range(0, 2).Select(_ => backend.ReserveAsync(Request() with { Merchant = slow.Merchant }, stop.Token)).ToArray();
        await RunningStack.EventuallyAsync(() => Task.FromResult(hanging.Received.Count), count => count == 2);
        (await Should.ThrowAsync<MerchantUnavailableException>(() => backend.ReserveAsync(Request() with { Merchant = slow.Merchant }, Cancel))).Message.ShouldContain("as many as may");
        (await backend.ReserveAsync(Request(), Cancel)).ShouldBeOfType<StepVerdict.Done>();
        await stop.CancelAsync();
        foreach (var one in waiting)
        {
            await Should.ThrowAsync<OperationCanceledException>(() => one);
        }
    }

    private static async Task<string> ReadAsync(Func<Task<StepVerdict>> ask)
    {
        try
        {
            return await ask() switch
            {
                StepVerdict.Done done => $"done {done.Reference}",
                StepVerdict.Refused refused => $"refused {refused.Code} {refused.Message}",
                _ => "unknown",
            };
        }
        catch (MerchantUnavailableException)
        {
            return "unavailable";
        }
    }

    private MerchantReservations Backend(MerchantEndpoint? endpoint = null) =>
        new(services.GetRequiredService<IHttpClientFactory>(), [endpoint ?? Endpoint()], new ReservationOptions(), TimeProvider.System);

    private MerchantEndpoint Endpoint() =>
        new(MerchantId.Parse("globex"), new Uri(sandbox.Process.Merchant, "/reservations"), [sandbox.Process.MerchantSecret], TimeSpan.FromSeconds(20));

    private static ReservationRequest Request(int quantity = 1)
    {
        var id = Guid.NewGuid().ToString("N");
        return new ReservationRequest
        {
            Id = $"chk_{id}:reserve",
            CheckoutId = CheckoutId.Parse($"chk_{id}"),
            TransactionId = TransactionId.Parse($"txn_{id}"),
            Merchant = MerchantId.Parse("globex"),
            Order = OrderId.Parse("ord_1"),
            Customer = CustomerId.Parse("cus_1"),
            Lines = [new CheckoutLine($"sku-{id}", "A thing", quantity, 1000, null)],
            Amount = new Money(1000 * quantity, Currency.Parse("eur")),
        };
    }

    private Task StockAsync(ReservationRequest request, int quantity) =>
        sandbox.Control.SendAsync(HttpMethod.Post, "/merchant/stock", new { sku = request.Lines[0].Sku, quantity }, Cancel);

    private async Task<long> LeftAsync(ReservationRequest request) =>
        (long)((JsonObject)(await sandbox.Control.SendAsync(HttpMethod.Get, "/merchant", null, Cancel))["stock"]!)[request.Lines[0].Sku]!;

    private Task FaultAsync(object fault) => sandbox.Control.SendAsync(HttpMethod.Post, "/merchant/faults", fault, Cancel);
}
