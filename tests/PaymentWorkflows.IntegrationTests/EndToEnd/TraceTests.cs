using System.Diagnostics;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.IntegrationTests.Telemetry;
using Shouldly;
using Temporalio.Client;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>The spans that the running processes send: one trace from the request to the notice, each span once, everything under what caused it.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class TraceTests(RunningStack stack) : IAsyncLifetime, IDisposable
{
    private readonly AppBackend backend = new(stack);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stack.Control.ClearFaultsAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose() => backend.Dispose();

    [Fact]
    public async Task A_checkout_with_three_d_secure_is_one_trace_from_the_request_to_the_notice()
    {
        var (trace, caller, header) = AppBackend.NewTrace();
        var bought = await backend.BuyAsync("pm_card_authenticationRequired", header);
        bought.Status.ShouldBe("requires_action");
        await AppBackend.ApproveAsync(bought);
        await EndAsync(bought);
        var spans = await WholeAsync(trace, caller, "POST /v1/checkouts", "RunWorkflow:Checkout", "RunActivity:post_erp_documents", "notify checkout.completed", "SignalWorkflow:provider_event", "HandleSignal:provider_event");

        var request = One(spans, "POST /v1/checkouts");
        request.Parent.ShouldBe(caller);
        var start = One(spans, "StartWorkflow:Checkout");
        start.Parent.ShouldBe(request.Id);
        var run = One(spans, "RunWorkflow:Checkout");
        run.Parent.ShouldBe(start.Id);
        run.Tags[TelemetryNames.Outcome].ShouldBe("completed");
        (run.End - run.Begin).ShouldBeGreaterThan(0UL);

        var activities = spans.Where(span => span.Name.StartsWith("RunActivity:", StringComparison.Ordinal)).ToArray();
        activities.ShouldAllBe(span => span.Parent == run.Id);
        activities.Select(span => span.Name).Distinct().ShouldBe(["RunActivity:begin_checkout", "RunActivity:authorize_payment", "RunActivity:record_checkout", "RunActivity:post_erp_documents"], ignoreOrder: true);
        One(activities, "RunActivity:begin_checkout");

        var calls = spans.Where(span => span.Name.StartsWith("stripe ", StringComparison.Ordinal)).ToArray();
        calls.ShouldAllBe(span => activities.Any(activity => activity.Id == span.Parent));
        One(calls, "stripe POST /v1/payment_intents").Tags[TelemetryNames.ProviderRequest].ShouldStartWith("req_");

        var delivered = spans.Where(span => span.Name.StartsWith("deliver payment_intent.", StringComparison.Ordinal)).ToArray();
        delivered.ShouldNotBeEmpty();
        delivered.ShouldAllBe(span => span.Parent == request.Id && span.Links.Count == 1);
        var told = spans.First(span => span.Name == "SignalWorkflow:provider_event");
        delivered.ShouldContain(span => span.Id == told.Parent);
        var heard = spans.Where(span => span.Name == "HandleSignal:provider_event").ToArray();
        heard.ShouldAllBe(span => span.Parent == run.Id);
        heard.SelectMany(span => span.Links).ShouldContain(told.Id);

        var booked = One(spans, "write ledger");
        activities.Single(span => span.Id == booked.Parent).Name.ShouldBe("RunActivity:record_checkout");
        var notice = One(spans, "notify checkout.completed");
        notice.Parent.ShouldBe(booked.Id);
        stack.Acme.Received.Single(one => one.Headers.GetValueOrDefault("traceparent")?.Contains(notice.Id, StringComparison.Ordinal) == true).Headers["Transaction-Id"].ShouldBe(bought.Transaction);

        spans.Select(span => span.Id).ShouldBeUnique();
        spans.ShouldAllBe(span => span.Tags[TelemetryNames.TransactionId] == bought.Transaction);
        spans.SelectMany(span => span.Tags.Keys).ShouldAllBe(tag => TelemetryNames.Tags.Contains(tag));
        run.Tags[TelemetryNames.Merchant].ShouldBe("acme");
        run.Tags[TelemetryNames.CheckoutId].ShouldBe(bought.Id);
        run.Tags[TelemetryNames.WorkflowId].ShouldBe(bought.Workflow);
    }

    [Fact]
    public async Task A_workflow_that_is_replayed_on_another_worker_emits_nothing_twice_and_goes_on_under_the_same_span()
    {
        var (trace, _, header) = AppBackend.NewTrace();
        var bought = await backend.BuyAsync("pm_card_authenticationRequired", header);
        await stack.Spans.UntilAsync(trace, spans => spans.Any(span => span.Name == "notify checkout.requires_action") && spans.Any(span => span.Name == "RunActivity:begin_checkout")
            && spans.Any(span => span.Name == "RunActivity:record_checkout") && spans.Any(span => span.Name == "POST /v1/checkouts"));
        await stack.KillAsync(await RunningStack.HolderOfAsync(stack.Temporal.GetWorkflowHandle(bought.Workflow)));
        await AppBackend.ApproveAsync(bought);
        await EndAsync(bought);
        var spans = await CompleteAsync(trace);

        var run = One(spans, "RunWorkflow:Checkout");
        One(spans, "RunActivity:begin_checkout").Parent.ShouldBe(run.Id);
        var activities = spans.Where(span => span.Name.StartsWith("RunActivity:", StringComparison.Ordinal)).ToArray();
        activities.ShouldAllBe(span => span.Parent == run.Id);
        activities.Select(span => span.Process).Distinct().Count().ShouldBeGreaterThanOrEqualTo(1);
        spans.Where(span => span.Name == "HandleSignal:provider_event").ShouldAllBe(span => span.Parent == run.Id);
        spans.Select(span => span.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task A_caller_who_does_not_trace_is_not_traced_and_its_decision_is_handed_on()
    {
        var (trace, _, header) = AppBackend.NewTrace(sampled: false);
        var bought = await backend.BuyAsync(traceParent: header);
        await EndAsync(bought);
        var told = await RunningStack.EventuallyAsync(
            () => Task.FromResult(stack.Acme.Received.FirstOrDefault(one => one.Headers.GetValueOrDefault("Transaction-Id") == bought.Transaction)), one => one is not null);
        told!.Headers["traceparent"].ShouldStartWith($"00-{trace}-");
        told.Headers["traceparent"].ShouldEndWith("-00");

        // By the time that a later purchase has been told of, the spans of this one would have come.
        var (later, _, laterHeader) = AppBackend.NewTrace();
        await EndAsync(await backend.BuyAsync(traceParent: laterHeader));
        await CompleteAsync(later);
        stack.Spans.Of(trace).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_caller_without_the_Gateway_has_its_update_and_its_run_in_its_own_trace()
    {
        // As a .NET backend does it: the interceptor on its own client, a span of its own around the call.
        using var own = new Activity("the backend's own span").SetIdFormat(ActivityIdFormat.W3C).Start();
        own.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        var trace = own.TraceId;
        using var listening = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> wanted) => wanted.Parent.TraceId == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listening);
        var client = await TemporalClient.ConnectAsync(new TemporalClientConnectOptions(stack.Options.Temporal.Address)
        {
            DataConverter = PaymentWorkflowsJson.DataConverter,
            Interceptors = [new PaymentWorkflows.Hosting.Telemetry.TracingInterceptor()],
        });
        var answer = await client.CheckoutAsync(Purchase.With(), Cancel);
        answer.View.Status.ShouldBe(CheckoutStatus.Completed);
        var spans = await CompleteAsync(trace.ToHexString());
        var run = One(spans, "RunWorkflow:Checkout");
        run.Tags[TelemetryNames.TransactionId].ShouldBe(answer.TransactionId.Value);
        spans.Where(span => span.Name.StartsWith("HandleUpdate:", StringComparison.Ordinal)).ShouldAllBe(span => span.Parent == run.Id);
        spans.Where(span => span.Name.StartsWith("RunActivity:", StringComparison.Ordinal)).ShouldAllBe(span => span.Parent == run.Id);
    }

    [Fact]
    public async Task A_workflow_that_nobody_led_a_trace_to_begins_its_own()
    {
        var paid = await RunningStack.EndOf(await stack.StartAsync(Purchase.With()));
        var run = await RunningStack.EventuallyAsync(
            () => Task.FromResult(stack.Spans.All.FirstOrDefault(span => span.Name == "RunWorkflow:Checkout" && span.Tags.GetValueOrDefault(TelemetryNames.TransactionId) == paid.TransactionId.Value)),
            span => span is not null);
        run!.Parent.ShouldBeEmpty();
        var spans = await CompleteAsync(run.Trace);
        spans.Where(span => span.Name.StartsWith("RunActivity:", StringComparison.Ordinal)).ShouldAllBe(span => span.Parent == run.Id);
    }

    [Fact]
    public async Task A_refund_is_one_trace_from_the_request_to_the_notice()
    {
        var bought = await backend.BuyAsync();
        await EndAsync(bought);
        var (trace, caller, header) = AppBackend.NewTrace();
        var refund = await backend.RefundAsync(bought.Id, 1000, header);
        refund.GetProperty("status").GetString().ShouldBe("succeeded");
        var spans = await WholeAsync(trace, caller, "RunWorkflow:Refund", "stripe POST /v1/refunds", "notify refund.succeeded", "RunActivity:post_erp_documents");

        var request = One(spans, "POST /v1/refunds");
        request.Parent.ShouldBe(caller);
        var run = One(spans, "RunWorkflow:Refund");
        run.Parent.ShouldBe(One(spans, "StartWorkflow:Refund").Id);
        One(spans, "StartWorkflow:Refund").Parent.ShouldBe(request.Id);
        var activities = spans.Where(span => span.Name.StartsWith("RunActivity:", StringComparison.Ordinal)).ToArray();
        activities.ShouldAllBe(span => span.Parent == run.Id);
        activities.ShouldContain(span => span.Id == One(spans, "stripe POST /v1/refunds").Parent);
        var booked = One(spans, "write ledger");
        activities.Single(span => span.Id == booked.Parent).Name.ShouldBe("RunActivity:record_refund");
        One(spans, "notify refund.succeeded").Parent.ShouldBe(booked.Id);
        spans.ShouldAllBe(span => span.Tags[TelemetryNames.TransactionId] == bought.Transaction);
        spans.SelectMany(span => span.Tags.Keys).ShouldAllBe(tag => TelemetryNames.Tags.Contains(tag));
    }

    [Fact]
    public async Task A_checkout_whose_steps_run_on_workers_of_their_own_is_one_trace_with_the_act_of_the_person_who_stepped_in()
    {
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = "/v1/payment_intents" }, kind = "unavailable", times = 0 }, Cancel);
        var handle = await stack.StartAsync(Purchase.With(placement: Placement.Isolated, policies: Purchase.Patient with { UnknownDeadline = TimeSpan.FromSeconds(1), Erp = true }));
        await RunningStack.UntilHeldAsync(handle);
        await stack.Control.ClearFaultsAsync(Cancel);
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(CheckoutStatus.Completed);

        var run = await RunningStack.EventuallyAsync(
            () => Task.FromResult(stack.Spans.All.FirstOrDefault(span => span.Name == "RunWorkflow:Checkout" && span.Tags.GetValueOrDefault(TelemetryNames.TransactionId) == result.TransactionId.Value)),
            span => span is not null);
        var spans = await WholeAsync(run!.Trace, null, "notify checkout.completed", "RunActivity:post_erp_documents", "HandleSignal:intervene", "RunActivity:authorize_payment", "RunActivity:authorize_payment");
        One(spans, "HandleSignal:intervene").Parent.ShouldBe(run.Id);
        var activities = spans.Where(span => span.Name.StartsWith("RunActivity:", StringComparison.Ordinal)).ToArray();
        activities.ShouldAllBe(span => span.Parent == run.Id);
        activities.Where(span => span.Name == "RunActivity:authorize_payment").ShouldAllBe(span => span.Process != run.Process);
        activities.Count(span => span.Name == "RunActivity:authorize_payment").ShouldBeGreaterThan(1);
        spans.Where(span => span.Name.StartsWith("stripe ", StringComparison.Ordinal)).ShouldAllBe(span => activities.Any(activity => activity.Id == span.Parent));
        spans.Select(span => span.Id).ShouldBeUnique();
    }

    /// <summary>A purchase's spans once each process has reported its own; those that are there for this purchase alone are named.</summary>
    private Task<IReadOnlyList<ReceivedSpan>> CompleteAsync(string trace, params string[] more) => stack.Spans.UntilAsync(trace, spans =>
        more.All(name => spans.Any(span => span.Name == name))
        && spans.Any(span => span.Name == "RunWorkflow:Checkout") && spans.Any(span => span.Name == "notify checkout.completed") && spans.Any(span => span.Name == "write ledger")
        && spans.Where(span => span.Name == "write ledger").All(span => spans.Any(other => other.Id == span.Parent)));

    /// <summary>A trace with these spans in it (a name given twice: two of them), once what caused each span is there, too. Each process sends its own when it will.</summary>
    private Task<IReadOnlyList<ReceivedSpan>> WholeAsync(string trace, string? caller, params string[] wanted) =>
        stack.Spans.UntilAsync(trace, spans => wanted.GroupBy(name => name).All(one => spans.Count(span => span.Name == one.Key) >= one.Count()) && IsWhole(spans, caller));

    /// <summary>Whether what caused each span is there, too; the caller's own span never is.</summary>
    private static bool IsWhole(IReadOnlyList<ReceivedSpan> spans, string? caller)
    {
        var known = spans.Select(span => span.Id).Append("").ToHashSet(StringComparer.Ordinal);
        return spans.Select(span => span.Parent).All(parent => parent == caller || known.Contains(parent));
    }

    private static ReceivedSpan One(IEnumerable<ReceivedSpan> spans, string name) => spans.Where(span => span.Name == name).ShouldHaveSingleItem();

    private async Task EndAsync(Bought bought) =>
        (await RunningStack.EndOf(stack.Temporal.GetWorkflowHandle<ICheckoutWorkflow, CheckoutResult>(bought.Workflow))).View.Status.ShouldBe(CheckoutStatus.Completed);
}
