using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Provider;
using PaymentWorkflows.Domain.Checkout;
using Shouldly;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>
/// A signal that arrives while a workflow closes makes the server refuse the workflow task, and all local steps of that task run again.
/// Here signals rain on each checkout from its start to its end, so that this happens for certain.
/// </summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class LostTaskTests(RunningStack stack)
{
    private const int Checkouts = 8;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_that_run_again_pay_once_and_decline_once_and_make_no_second_attempt()
    {
        var paid = await RainOnAsync(() => Purchase.With());
        var declined = await RainOnAsync(() => Purchase.With("pm_card_visa_chargeDeclined"));
        var expired = await RainOnAsync(() => Purchase.With("pm_card_authenticationRequired", policies: Purchase.Patient with { CustomerActionExpiry = TimeSpan.FromMilliseconds(300) }));

        // Without this the test would prove nothing.
        paid.Concat(declined).Concat(expired).Sum(one => one.LostTasks).ShouldBeGreaterThan(0);
        await ShouldEndAsync(paid, CheckoutStatus.Completed, charged: 1, books: 1);
        await ShouldEndAsync(declined, CheckoutStatus.Declined, charged: 0, books: 0);
        await ShouldEndAsync(expired, CheckoutStatus.Expired, charged: 0, books: 0);
    }

    [Fact]
    public async Task A_cancel_that_meets_a_closing_checkout_either_gives_all_back_or_comes_too_late()
    {
        var inputs = Enumerable.Range(0, Checkouts).Select(_ => Purchase.With()).ToList();
        var ends = await Task.WhenAll(inputs.Select(async (input, number) =>
        {
            var handle = await stack.StartAsync(input);
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1 + (number * 2)));
            await tick.WaitForNextTickAsync(Cancel);
            try
            {
                await handle.SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("changed their mind")));
            }
            catch (RpcException ended) when (ended.Code == RpcException.StatusCode.NotFound)
            {
                // Completed already.
            }

            return await RunningStack.EndOf(handle);
        }));
        foreach (var end in ends)
        {
            end.View.Status.ShouldBeOneOf(CheckoutStatus.Completed, CheckoutStatus.Canceled);
            var truth = await stack.TruthOfAsync(end.TransactionId);
            (truth.Captured - truth.Refunded).ShouldBe(end.View.Status == CheckoutStatus.Completed ? Purchase.Amount : 0);
            truth.Charged.ShouldBeLessThanOrEqualTo(1);
            var net = await stack.RowsAsync<long>(
                "SELECT coalesce(sum(amount), 0)::bigint FROM pay.ledger_postings JOIN pay.ledger_entries ON id = entry_id WHERE transaction_id = $1 AND account IN ('4000', '4900')",
                end.TransactionId.Value);
            net.ShouldBe([truth.Refunded - truth.Captured]);
            (await stack.RowsAsync<string>("SELECT status FROM pay.checkouts WHERE id = $1", end.CheckoutId.Value)).ShouldBe([end.View.Status == CheckoutStatus.Completed ? "completed" : "canceled"]);
        }
    }

    private async Task<IReadOnlyList<Rained>> RainOnAsync(Func<CheckoutInput> purchase) => await Task.WhenAll(Enumerable.Range(0, Checkouts).Select(async _ =>
    {
        var handle = await stack.StartAsync(purchase());
        using var over = new CancellationTokenSource();
        var rain = RainAsync(handle, over.Token);
        var result = await RunningStack.EndOf(handle);
        await over.CancelAsync();
        await rain;
        var lost = (await handle.FetchHistoryAsync()).Events.Count(one => one.EventType == EventType.WorkflowTaskFailed);
        return new Rained(handle.Id, result, lost);
    }));

    private static async Task RainAsync(WorkflowHandle<ICheckoutWorkflow, CheckoutResult> handle, CancellationToken over)
    {
        for (var drop = 0; !over.IsCancellationRequested; drop++)
        {
            try
            {
                var signal = new ProviderEventSignal($"evt_{drop}", "payment_intent.succeeded", null);
                await handle.SignalAsync(workflow => workflow.ProviderEventAsync(signal));
            }
            catch (RpcException ended) when (ended.Code == RpcException.StatusCode.NotFound)
            {
                return;
            }
        }
    }

    private async Task ShouldEndAsync(IReadOnlyList<Rained> checkouts, CheckoutStatus status, int charged, int books)
    {
        foreach (var (workflowId, result, _) in checkouts)
        {
            (result.View.Status, result.Attempt).ShouldBe((status, 1));
            (await stack.TruthOfAsync(result.TransactionId)).Charged.ShouldBe(charged);
            (await stack.BooksOfAsync(result.TransactionId)).Count.ShouldBe(books);
            (await stack.RowsAsync<long>("SELECT count(*) FROM pay.checkouts WHERE workflow_id = $1", workflowId)).ShouldBe([1]);
        }
    }

    private sealed record Rained(string WorkflowId, CheckoutResult Result, int LostTasks);
}
