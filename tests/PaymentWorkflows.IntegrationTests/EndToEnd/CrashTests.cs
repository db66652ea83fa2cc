using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Npgsql;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Hosting.Configuration;
using Shouldly;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>Processes that are killed at the worst moment: nothing acknowledged is lost, and money moves once.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class CrashTests(RunningStack stack) : IAsyncLifetime
{
    private const string Payments = "/v1/payment_intents";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stack.Control.ClearFaultsAsync(Cancel);

    public async ValueTask DisposeAsync()
    {
        await stack.Control.ClearFaultsAsync(CancellationToken.None);
        await stack.UntilAllRunAsync();
    }

    [Fact]
    public async Task A_worker_killed_before_its_charge_leaves_a_charge_that_happens_once()
    {
        // The step stops at its very first write: the intent. So the provider has not been called when the worker dies.
        await using var blocker = new NpgsqlConnection(stack.Options.OwnerConnectionString());
        await blocker.OpenAsync(Cancel);
        await using (var transaction = await blocker.BeginTransactionAsync(Cancel))
        {
            await using var take = new NpgsqlCommand("LOCK TABLE pay.payment_attempts IN EXCLUSIVE MODE", blocker, transaction);
            await take.ExecuteNonQueryAsync(Cancel);
            var handle = await stack.StartAsync(Purchase.With(placement: Placement.Isolated));
            await RunningStack.EventuallyAsync(
                () => stack.RowsAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%payment_attempts%'"), waiting => waiting[0] > 0);
            await stack.KillAsync("worker-payments-1");
            await transaction.RollbackAsync(Cancel);
            await ShouldBeChargedOnceAsync(await RunningStack.EndOf(handle));
        }
    }

    [Theory]
    [InlineData(Placement.Isolated)]
    [InlineData(Placement.Lean)]
    public async Task A_worker_killed_while_the_provider_works_leaves_a_charge_that_happens_once(Placement placement)
    {
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = Payments }, kind = "slow", times = 1, delay_ms = 800 }, Cancel);
        var seen = await RequestsAsync();
        var handle = await stack.StartAsync(Purchase.With(placement: placement));
        await SendingAsync(handle);
        await stack.KillAsync(placement == Placement.Isolated ? "worker-payments-1" : await RunningStack.HolderOfAsync(handle));
        await ShouldBeChargedOnceAsync(await RunningStack.EndOf(handle));
        (await RequestsAsync()).ShouldBeGreaterThan(seen);
    }

    [Fact]
    public async Task A_worker_that_is_asked_to_stop_finishes_the_charge_that_it_has_begun()
    {
        // Far shorter than the stack's timeout of 1 s: a call that is given up is looked for by whoever comes next.
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = Payments }, kind = "slow", times = 1, delay_ms = 400 }, Cancel);
        var handle = await stack.StartAsync(Purchase.With(placement: Placement.Isolated));
        await SendingAsync(handle);
        var restarts = stack.RestartsOf("worker-payments-1");
        stack.AskToStop("worker-payments-1");
        await RunningStack.EventuallyAsync(() => Task.FromResult(stack.RestartsOf("worker-payments-1")), now => now > restarts);
        var result = await RunningStack.EndOf(handle);
        await ShouldBeChargedOnceAsync(result);

        // The one that was asked to stop did it: nobody had to look, or send again.
        (await stack.RowsAsync<int>("SELECT send_number FROM pay.payment_attempts WHERE transaction_id = $1", result.TransactionId.Value)).ShouldBe([0]);
        (await handle.FetchHistoryAsync()).Events.Where(one => one.EventType == EventType.ActivityTaskStarted)
            .ShouldAllBe(one => one.ActivityTaskStartedEventAttributes.Attempt == 1);
    }

    [Theory]
    [InlineData(Placement.Isolated)]
    [InlineData(Placement.Lean)]
    public async Task A_worker_killed_after_its_charge_leaves_a_charge_that_happens_once(Placement placement)
    {
        // The provider has committed and does not answer, so the worker has nothing to write down when it dies.
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = Payments }, kind = "commit_then_hang", times = 1 }, Cancel);
        var handle = await stack.StartAsync(Purchase.With(placement: placement));
        var transaction = await SendingAsync(handle);
        await RunningStack.EventuallyAsync(() => stack.TruthOfAsync(transaction), truth => truth.Charged == 1);
        await stack.KillAsync(placement == Placement.Isolated ? "worker-payments-1" : await RunningStack.HolderOfAsync(handle));
        await ShouldBeChargedOnceAsync(await RunningStack.EndOf(handle));
    }

    [Fact]
    public async Task A_worker_killed_while_it_gives_money_back_leaves_a_refund_that_happens_once()
    {
        var input = Purchase.With(placement: Placement.Isolated);
        var paid = await RunningStack.EndOf(await stack.StartAsync(input));
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = "/v1/refunds" }, kind = "commit_then_hang", times = 1 }, Cancel);
        using var gateway = stack.Gateway();
        var canceling = gateway.CancelCheckoutAsync(paid.CheckoutId.Value, "changed their mind", Cancel);
        await RunningStack.EventuallyAsync(() => stack.TruthOfAsync(paid.TransactionId), truth => truth.Refunded == Purchase.Amount);
        await stack.KillAsync("worker-payments-1");
        await canceling;
        (await RunningStack.EndOf(stack.Of(input))).View.Status.ShouldBe(CheckoutStatus.Canceled);
        (await stack.TruthOfAsync(paid.TransactionId)).Refunded.ShouldBe(Purchase.Amount);
        (await stack.BooksOfAsync(paid.TransactionId)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_Gateway_killed_between_the_commit_and_the_start_has_its_checkout_started_by_another()
    {
        // Temporal stands still, so the start cannot get through; the row is committed.
        var body = Body(out var order);
        using var http = Http(1);
        stack.Halt("temporal");
        Task<HttpResponseMessage> lost;
        try
        {
            lost = http.SendAsync(Post(body, $"key-{order}"), Cancel);
            await RunningStack.EventuallyAsync(() => stack.RowsAsync<long>("SELECT count(*) FROM pay.checkouts WHERE order_id = $1", order), rows => rows[0] == 1);
            await stack.KillAsync("gateway-1");
        }
        finally
        {
            stack.Resume("temporal");
        }

        await Should.ThrowAsync<HttpRequestException>(() => lost);
        var result = await RunningStack.EventuallyAsync(() => StatusOfAsync(order), status => status == "completed");
        result.ShouldBe("completed");
        await ShouldBeChargedOnceAsync(await RunningStack.EndOf(Handle(order)));
    }

    [Fact]
    public async Task A_caller_whose_Gateway_died_repeats_its_key_at_another_and_gets_its_checkout()
    {
        // Charged, and nobody learns of it before the Gateway is dead: neither by an answer nor by a look.
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = Payments }, kind = "commit_then_hang", times = 1 }, Cancel);
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = Payments }, kind = "unavailable", times = 0 }, Cancel);
        await stack.Control.AddFaultAsync(new { match = new { method = "GET", path = $"{Payments}/search" }, kind = "unavailable", times = 0 }, Cancel);
        var body = Body(out var order, waitMs: 30_000);
        using var first = Http(1);
        var lost = first.SendAsync(Post(body, $"key-{order}"), Cancel);
        var transaction = await SendingAsync(Handle(order));
        await RunningStack.EventuallyAsync(() => stack.TruthOfAsync(transaction), truth => truth.Charged == 1);
        await stack.KillAsync("gateway-1");
        await stack.Control.ClearFaultsAsync(Cancel);
        await Should.ThrowAsync<HttpRequestException>(() => lost);

        using var second = Http(2);
        var answer = await RunningStack.EventuallyAsync(
            async () =>
            {
                using var response = await second.SendAsync(Post(body, $"key-{order}"), Cancel);
                return (Status: (int)response.StatusCode, Body: await response.Content.ReadAsStringAsync(Cancel));
            },
            response => response.Status != 409);
        answer.Status.ShouldBe(200);
        JsonDocument.Parse(answer.Body).RootElement.GetProperty("status").GetString().ShouldBeOneOf("completed", "processing");
        await RunningStack.EventuallyAsync(() => StatusOfAsync(order), status => status == "completed");
        await ShouldBeChargedOnceAsync(await RunningStack.EndOf(Handle(order)));
        (await stack.RowsAsync<long>("SELECT count(*) FROM pay.checkouts WHERE order_id = $1", order)).ShouldBe([1]);
    }

    [Fact]
    public async Task Two_Gateways_share_their_callers_keys()
    {
        var body = Body(out var order);
        using var first = Http(1);
        using var second = Http(2);
        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => (number % 2 == 0 ? first : second).SendAsync(Post(body, $"key-{order}"), Cancel)));
        responses.Count(response => (int)response.StatusCode == 201 && !response.Headers.Contains("Idempotent-Replayed")).ShouldBe(1);
        responses.ShouldAllBe(response => (int)response.StatusCode == 201 || (int)response.StatusCode == 409);
        foreach (var response in responses)
        {
            response.Dispose();
        }

        using var replayed = await second.SendAsync(Post(body, $"key-{order}"), Cancel);
        replayed.Headers.GetValues("Idempotent-Replayed").ShouldBe(["true"]);
        await ShouldBeChargedOnceAsync(await RunningStack.EndOf(Handle(order)));
    }

    [Fact]
    public async Task Three_workers_of_one_role_share_the_load()
    {
        var seen = new HashSet<string>();
        await RunningStack.EventuallyAsync(
            async () =>
            {
                foreach (var handle in await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => stack.StartAsync(Purchase.With()))))
                {
                    await ShouldBeChargedOnceAsync(await RunningStack.EndOf(handle));
                    var tasks = (await handle.FetchHistoryAsync()).Events.Where(one => one.EventType == EventType.WorkflowTaskStarted);
                    seen.UnionWith(tasks.Select(one => one.WorkflowTaskStartedEventAttributes.Identity.Split('@')[0]));
                }

                return seen.Count(worker => worker.StartsWith("worker-sagas", StringComparison.Ordinal));
            },
            workers => workers == 3);
    }

    [Fact]
    public async Task Two_Gateways_and_three_workers_share_the_load_and_any_of_them_may_be_killed()
    {
        const int Checkouts = 30;
        using var first = Http(1);
        using var second = Http(2);
        var orders = new List<string>();
        var callers = new List<Task>();
        var direct = new List<WorkflowHandle<ICheckoutWorkflow, CheckoutResult>>();
        for (var number = 0; number < Checkouts; number++)
        {
            if (number % 3 == 0)
            {
                direct.Add(await stack.StartAsync(Purchase.With(placement: number % 2 == 0 ? Placement.Lean : Placement.Isolated)));
                continue;
            }

            var body = Body(out var order);
            orders.Add(order);
            callers.Add(InsistAsync(number % 2 == 0 ? [first, second] : [second, first], body, order));
            if (number is 10 or 17 or 22)
            {
                stack.Kill(number switch { 10 => "worker-sagas-1", 17 => "worker-payments-1", _ => "gateway-2" });
            }
        }

        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromMinutes(2), Cancel);
        foreach (var order in orders)
        {
            await RunningStack.EventuallyAsync(() => StatusOfAsync(order), status => status == "completed");
            await ShouldBeChargedOnceAsync(await RunningStack.EndOf(Handle(order)));
        }

        foreach (var handle in direct)
        {
            await ShouldBeChargedOnceAsync(await RunningStack.EndOf(handle));
        }

        (await stack.RowsAsync<long>("SELECT coalesce(max(entries), 0) FROM (SELECT count(*) AS entries FROM pay.ledger_entries WHERE kind = 'capture' GROUP BY transaction_id) AS counted"))
            .ShouldBe([1]);
        foreach (var name in new[] { "worker-sagas-1", "worker-payments-1", "gateway-2" })
        {
            stack.RestartsOf(name).ShouldBeGreaterThan(0);
        }
    }

    /// <summary>As a good caller does: repeats the same key, at one Gateway after the other, until it is answered.</summary>
    private static async Task InsistAsync(HttpClient[] gateways, string body, string order)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var response = await gateways[tries % gateways.Length].SendAsync(Post(body, $"key-{order}"), Cancel);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }

                ((int)response.StatusCode).ShouldBeOneOf(409, 503);
            }
            catch (HttpRequestException)
            {
                // This Gateway is dead or dying.
            }

            await tick.WaitForNextTickAsync(Cancel);
        }
    }

    /// <summary>Waits until the attempt to charge is in the table, so that its request is on its way; gives the transaction.</summary>
    private async Task<TransactionId> SendingAsync(WorkflowHandle handle) => TransactionId.Parse((await RunningStack.EventuallyAsync(
        () => stack.RowsAsync<string>("SELECT transaction_id FROM pay.payment_attempts WHERE workflow_id = $1", handle.Id), rows => rows.Count == 1))[0]);

    private async Task<int> RequestsAsync() => (await stack.Control.TruthAsync(Cancel))["requests"]!.AsArray().Count;

    private async Task ShouldBeChargedOnceAsync(CheckoutResult result)
    {
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        var truth = await stack.TruthOfAsync(result.TransactionId);
        (truth.Charged, truth.Captured, truth.Refunded).ShouldBe((1, Purchase.Amount, 0));
        (await stack.BooksOfAsync(result.TransactionId)).Count.ShouldBe(1);
    }

    private async Task<string?> StatusOfAsync(string order) =>
        (await stack.RowsAsync<string>("SELECT status FROM pay.checkouts WHERE order_id = $1", order)).SingleOrDefault();

    private WorkflowHandle<ICheckoutWorkflow, CheckoutResult> Handle(string order) =>
        stack.Temporal.GetWorkflowHandle<ICheckoutWorkflow, CheckoutResult>($"checkout/acme/{order}");

    private HttpClient Http(int gateway)
    {
        var http = new HttpClient { BaseAddress = new Uri($"http://{HostPort.Parse(stack.Options.Gateway.Address).Next(gateway - 1)}"), Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", stack.Options.Gateway.ApiKey);
        return http;
    }

    private static HttpRequestMessage Post(string body, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/checkouts") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private static string Body(out string order, int waitMs = 3_000)
    {
        order = Purchase.With().Order.Value;
        return JsonSerializer.Serialize(new
        {
            merchant = "acme",
            order,
            customer = new { id = "cus_42" },
            currency = "eur",
            lines = new[] { new { sku = "book", description = "A book", quantity = 2, unit_amount = Purchase.Amount / 2 } },
            payment_method = new { type = "card", token = "pm_card_visa" },
            wait_ms = waitMs,
        });
    }
}
