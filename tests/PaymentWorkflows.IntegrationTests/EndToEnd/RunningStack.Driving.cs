using System.Diagnostics;
using System.Text.Json.Nodes;
using Npgsql;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using Shouldly;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>What tests do with the running stack.</summary>
public sealed partial class RunningStack
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(25);

    /// <summary>A look may cost a query of a workflow or all that the sandbox knows: what takes seconds is not looked at forty times in each.</summary>
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Starts a checkout as a .NET caller without the Gateway does.</summary>
    public Task<WorkflowHandle<ICheckoutWorkflow, CheckoutResult>> StartAsync(CheckoutInput input) => Temporal.StartWorkflowAsync(
        (ICheckoutWorkflow workflow) => workflow.RunAsync(input),
        new WorkflowOptions(WorkflowIds.Checkout(input.Merchant, input.Order), TaskQueues.Sagas));

    /// <summary>Starts a checkout, or finds it, and waits for the answer, in one call.</summary>
    public Task<CheckoutAnswer> BuyAsync(CheckoutInput input) => Temporal.CheckoutAsync(input, TestContext.Current.CancellationToken).WaitAsync(Patience);

    /// <summary>The running workflow of an order.</summary>
    public WorkflowHandle<ICheckoutWorkflow, CheckoutResult> Of(CheckoutInput input) =>
        Temporal.GetWorkflowHandle<ICheckoutWorkflow, CheckoutResult>(WorkflowIds.Checkout(input.Merchant, input.Order));

    /// <summary>The process that has the workflow's latest task, and with it the steps that a lean saga takes.</summary>
    public static async Task<string> HolderOfAsync(WorkflowHandle handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        var started = (await handle.FetchHistoryAsync()).Events.Last(one => one.EventType == EventType.WorkflowTaskStarted);
        return started.WorkflowTaskStartedEventAttributes.Identity.Split('@')[0];
    }

    /// <summary>Ends processes as a power cut would; returns when they are seen to have died, so that nothing is asked of the old ones.</summary>
    public async Task KillAsync(params IReadOnlyList<string> names)
    {
        var before = names.ToDictionary(name => name, RestartsOf);
        foreach (var name in names)
        {
            Kill(name);
        }

        foreach (var name in names)
        {
            await EventuallyAsync(() => Task.FromResult(RestartsOf(name)), restarts => restarts > before[name]);
        }
    }

    /// <summary>How a checkout ended.</summary>
    /// <exception cref="TimeoutException">It has not ended.</exception>
    public static Task<CheckoutResult> EndOf(WorkflowHandle<ICheckoutWorkflow, CheckoutResult> handle) => handle.GetResultAsync().WaitAsync(Patience);

    /// <summary>The checkout's view once it is as wanted.</summary>
    public static Task<CheckoutView> UntilAsync(WorkflowHandle<ICheckoutWorkflow, CheckoutResult> handle, Func<CheckoutView, bool> wanted) =>
        EventuallyAsync(() => ViewAsync(handle), view => view is not null && wanted(view))!;

    /// <summary>Waits until a workflow exists that something else starts.</summary>
    public static Task UntilKnownAsync(WorkflowHandle handle) => EventuallyAsync(
        async () =>
        {
            try
            {
                return (await handle.DescribeAsync()).Status;
            }
            catch (RpcException unknown) when (unknown.Code == RpcException.StatusCode.NotFound)
            {
                return (WorkflowExecutionStatus?)null;
            }
        },
        status => status is not null);

    /// <summary>The view once the checkout is held.</summary>
    public static async Task<HeldView> UntilHeldAsync(WorkflowHandle<ICheckoutWorkflow, CheckoutResult> handle) => (await UntilAsync(handle, view => view.Held is not null)).Held!;

    /// <summary>
    /// A purchase and its refund in both placements. The first ones of a process take seconds, which are the compiler's; no test's patience
    /// is meant for those.
    /// </summary>
    private async Task WarmUpAsync()
    {
        using var gateway = Gateway();
        foreach (var placement in Enum.GetValues<Placement>())
        {
            var input = Purchase.With(placement: placement) with { Merchant = MerchantId.Parse("warm_up") };
            var paid = await EndOf(await StartAsync(input));
            await gateway.CancelCheckoutAsync(paid.CheckoutId.Value, "only to warm up", CancellationToken.None);
            await EventuallyAsync(
                () => gateway.GetCheckoutAsync(paid.CheckoutId.Value, CancellationToken.None), shown => shown.GetProperty("status").GetString() == "canceled");
        }
    }

    /// <summary>What the customer does on the provider's page of a payment: approve, fail, expire, late.</summary>
    public async Task VisitAsync(CheckoutView view, string action)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var response = await browser.PostAsync(new Uri($"http://{Options.Sandbox.Stripe}/pay/{view.Payment!.Id}/{action}"), null, TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBeLessThan(400, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A person's act.</summary>
    public static Task ActAsync(WorkflowHandle<ICheckoutWorkflow, CheckoutResult> handle, HoldAction action, string? evidence = null)
    {
        var act = new Intervention { Action = HoldRules.Name(action), Actor = "dana", Reason = "it is right", Evidence = evidence };
        return handle.SignalAsync(workflow => workflow.InterveneAsync(act));
    }

    /// <summary>
    /// Plays a saga until one costs no more than the given events and state transitions, a few times at most: on a busy machine a step may be
    /// tried twice, so what an undisturbed one costs is the least of a few.
    /// </summary>
    /// <param name="events">History events.</param>
    /// <param name="transitions">State transitions of the server.</param>
    /// <param name="play">Plays one to its end; gives its workflow id.</param>
    public async Task ShouldCostAtMostAsync(int events, int transitions, Func<Task<string>> play)
    {
        var (leastEvents, leastTransitions) = (long.MaxValue, long.MaxValue);
        for (var tries = 0; tries < 4 && (leastEvents > events || leastTransitions > transitions); tries++)
        {
            var id = await play();
            var described = (await Temporal.WorkflowService.DescribeWorkflowExecutionAsync(new() { Namespace = "default", Execution = new() { WorkflowId = id } })).WorkflowExecutionInfo;
            (leastEvents, leastTransitions) = (Math.Min(leastEvents, described.HistoryLength), Math.Min(leastTransitions, described.StateTransitionCount));
        }

        leastEvents.ShouldBeLessThanOrEqualTo(events);
        leastTransitions.ShouldBeLessThanOrEqualTo(transitions);
    }

    /// <summary>Plays while a worker of the test carries out one kind of saga, with activities of the test.</summary>
    public async Task WithWorkerAsync<TWorkflow>(string queue, object activities, Func<Task> play)
    {
        ArgumentNullException.ThrowIfNull(activities);
        using var worker = new TemporalWorker(Temporal, new TemporalWorkerOptions(queue).AddWorkflow<TWorkflow>().AddAllActivities(activities.GetType(), activities));
        await worker.ExecuteAsync(play);
    }

    /// <summary>Reads again and again, without a pause that decides anything, until it is as wanted.</summary>
    /// <exception cref="TimeoutException">It never was; the message carries what was read last.</exception>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> read, Func<T, bool> wanted)
    {
        var begin = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(FirstInterval);
        while (true)
        {
            var seen = await read();
            if (wanted(seen))
            {
                return seen;
            }

            if (Stopwatch.GetElapsedTime(begin) > Patience)
            {
                throw new TimeoutException($"It was still {seen} after {Patience.TotalSeconds} s.");
            }

            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            tick.Period = tick.Period * 1.25 < LongestInterval ? tick.Period * 1.25 : LongestInterval;
        }
    }

    /// <summary>What the provider really did for a transaction.</summary>
    public async Task<Truth> TruthOfAsync(TransactionId transaction) => Truth.Of(await Control.TruthAsync(TestContext.Current.CancellationToken), transaction);

    /// <summary>A query over the books and rows, as the application role sees them.</summary>
    public async Task<IReadOnlyList<T>> RowsAsync<T>(string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(Options.AppConnectionString());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(reader.GetFieldValue<T>(0));
        }

        return rows;
    }

    /// <summary>A statement that no process of the product may make, to play a mistake in our code and its repair.</summary>
    public async Task ExecuteAsOwnerAsync(string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(Options.OwnerConnectionString());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Kinds of the ledger entries of a transaction with what they add to each account, oldest first.</summary>
    public Task<IReadOnlyList<string>> BooksOfAsync(TransactionId transaction) => RowsAsync<string>(
        """
        SELECT entry.kind || ' ' || string_agg(posting.account || ' ' || posting.amount, ', ' ORDER BY posting.line)
        FROM pay.ledger_entries entry JOIN pay.ledger_postings posting ON posting.entry_id = entry.id
        WHERE entry.transaction_id = $1 GROUP BY entry.id ORDER BY entry.id
        """,
        transaction.Value);

    /// <summary>What the Web UI shows of a workflow: its current details, and the signals and queries it declares.</summary>
    public async Task<string> DetailsOfAsync(string workflowId)
    {
        var answer = await Temporal.WorkflowService.QueryWorkflowAsync(new()
        {
            Namespace = "default",
            Execution = new() { WorkflowId = workflowId },
            Query = new() { QueryType = "__temporal_workflow_metadata" },
        });
        return answer.QueryResult.Payloads_[0].Data.ToStringUtf8();
    }

    private static async Task<CheckoutView?> ViewAsync(WorkflowHandle<ICheckoutWorkflow, CheckoutResult> handle)
    {
        try
        {
            return await handle.QueryAsync(workflow => workflow.View());
        }
        catch (Exception e) when (e is WorkflowQueryFailedException or RpcException)
        {
            // It has not begun, or its worker is being replaced.
            return null;
        }
    }
}

/// <summary>What the provider really did for one transaction.</summary>
public sealed record Truth(IReadOnlyList<JsonObject> Intents)
{
    private IEnumerable<JsonObject> Charges => Intents.SelectMany(intent => intent["charges"]!.AsArray()).Select(charge => charge!.AsObject());

    /// <summary>How many charges took money.</summary>
    public int Charged => Charges.Count(charge => (long)charge["captured"]! > 0);

    public long Captured => Charges.Sum(charge => (long)charge["captured"]!);

    public long Refunded => Charges.Sum(charge => (long)charge["refunded"]!);

    /// <summary>The statuses of the payments, in the order they were made.</summary>
    public IReadOnlyList<string> Statuses => [.. Intents.Select(intent => (string)intent["status"]!)];

    public static Truth Of(JsonObject truth, TransactionId transaction) => new(
        [.. truth["payment_intents"]!.AsArray().Select(intent => intent!.AsObject()).Where(intent => (string?)intent["metadata"]?["transaction_id"] == transaction.Value)]);
}
