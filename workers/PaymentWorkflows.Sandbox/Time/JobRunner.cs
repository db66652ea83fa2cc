using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Balances;
using PaymentWorkflows.Sandbox.Charges;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.PaymentIntents;
using PaymentWorkflows.Sandbox.Refunds;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Webhooks;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Time;

/// <summary>Does what the sandbox's clock has made due, in the order of its time. The caller holds the state's gate.</summary>
internal static class JobRunner
{
    /// <summary>Runs all due jobs and hands their changes to the journal.</summary>
    /// <returns>The deliveries that have to be made.</returns>
    public static IReadOnlyList<Delivery> RunDue(SandboxState state, Func<string, bool> sends)
    {
        var now = state.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        List<Delivery>? deliveries = null;
        while (state.FirstDue(now) is { } job)
        {
            // It happens at its own time, however late the clock was looked at; so does what it brings about.
            var transaction = new Transaction(state, DateTimeOffset.FromUnixTimeMilliseconds(job.DueAt), sends);
            Run(transaction, job);
            deliveries ??= [];
            deliveries.AddRange(transaction.Apply());
            state.Remove(job);
        }

        if (deliveries is null)
        {
            return [];
        }

        state.Commit();
        return deliveries;
    }

    private static void Run(Transaction transaction, DueJob job)
    {
        switch (job.Kind)
        {
            case JobKinds.ExpireAuthorization:
                CaptureEndpoints.Expire(transaction, transaction.Get(PaymentIntentEndpoints.Kind, job.Target));
                break;
            case JobKinds.ExpireAction:
                LocalOutcomes.Expire(transaction, transaction.Get(PaymentIntentEndpoints.Kind, job.Target));
                break;
            case JobKinds.PayAction:
                LocalOutcomes.Pay(transaction, transaction.Get(PaymentIntentEndpoints.Kind, job.Target));
                break;
            case JobKinds.FailAction:
                LocalOutcomes.Fail(transaction, transaction.Get(PaymentIntentEndpoints.Kind, job.Target));
                break;
            case JobKinds.PayLate:
                LocalOutcomes.PayLate(transaction, transaction.Get(PaymentIntentEndpoints.Kind, job.Target));
                break;
            case JobKinds.SettleCharge:
                SettleCharge(transaction, transaction.Get("charge", job.Target));
                break;
            case JobKinds.SucceedRefund:
                RefundOutcomes.Succeed(transaction, transaction.Get(RefundEndpoints.Kind, job.Target));
                break;
            case JobKinds.FailRefund:
                RefundOutcomes.Fail(transaction, transaction.Get(RefundEndpoints.Kind, job.Target));
                break;
            case JobKinds.FundRefund:
                RefundOutcomes.Fund(transaction, transaction.Get(RefundEndpoints.Kind, job.Target));
                break;
            default:
                throw new InvalidOperationException($"unknown job kind '{job.Kind}'");
        }
    }

    private static void SettleCharge(Transaction transaction, JsonObject charge)
    {
        if (charge["balance_transaction"] is not null)
        {
            return;
        }

        var card = ChargeFactory.CardOf(charge);
        charge["balance_transaction"] =
            BalanceBook.ForCharge(transaction, charge, charge.Long("amount_captured"), card?.BypassesPending ?? false);
        transaction.Save(charge);
        transaction.Emit("charge.updated", charge, new JsonObject { ["balance_transaction"] = null });
    }
}
