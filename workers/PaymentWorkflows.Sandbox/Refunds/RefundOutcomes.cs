using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Balances;
using PaymentWorkflows.Sandbox.Charges;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Refunds;

/// <summary>What becomes of a refund after it was made.</summary>
internal static class RefundOutcomes
{
    private static readonly TimeSpan FundingDeadline = TimeSpan.FromDays(30);

    public static void Succeed(Transaction transaction, JsonObject refund)
    {
        var before = refund.Text("status");
        if (before is not ("pending" or "requires_action"))
        {
            return;
        }

        refund["status"] = "succeeded";
        refund.Remove("pending_reason");
        refund.Remove("next_action");
        if (refund["destination_details"]?["card"] is JsonObject card)
        {
            card["reference"] = Identifiers.RandomText(23);
            card["reference_status"] = "available";
        }

        transaction.Save(refund);
        Tell(transaction, refund, before);
    }

    /// <summary>The money comes back to the account, and the charge counts as not refunded by that much.</summary>
    public static void Fail(Transaction transaction, JsonObject refund)
    {
        if (refund.Text("status") is "pending" or "succeeded")
        {
            var card = refund["destination_details"]?.OptionalText("type") == "card";
            GiveUp(transaction, refund, "failed", card ? "expired_or_canceled_card" : "declined");
        }
    }

    /// <summary>Looks whether the balance covers a refund by now; gives it up when it has not for long.</summary>
    public static void Fund(Transaction transaction, JsonObject refund)
    {
        if (refund.Text("status") != "pending" || refund.OptionalText("pending_reason") != "insufficient_funds")
        {
            return;
        }

        if (BalanceBook.Available(transaction, refund.Text("currency")) >= refund.Long("amount"))
        {
            var charge = transaction.Get("charge", refund.Text("charge"));
            refund["balance_transaction"] = BalanceBook.ForRefund(transaction, refund, ChargeFactory.CardOf(charge) is not null);
            refund.Remove("pending_reason");
            RefundStart.Go(transaction, charge, refund);
            transaction.Save(refund);
            Tell(transaction, refund, "pending");
            return;
        }

        if (transaction.Now - DateTimeOffset.FromUnixTimeSeconds(refund.Long("created")) >= FundingDeadline)
        {
            GiveUp(transaction, refund, "failed", "insufficient_funds");
            return;
        }

        transaction.Schedule(JobKinds.FundRefund, refund.Id(), transaction.Now + RefundStart.FundingPause);
    }

    /// <summary>Ends a refund without effect: what was taken comes back.</summary>
    /// <param name="status"><c>failed</c> or <c>canceled</c>.</param>
    /// <param name="reason"><c>failure_reason</c>, or null.</param>
    public static void GiveUp(Transaction transaction, JsonObject refund, string status, string? reason)
    {
        var before = refund.Text("status");
        foreach (var kind in (string[])[JobKinds.SucceedRefund, JobKinds.FailRefund, JobKinds.FundRefund])
        {
            transaction.CancelJobs(kind, refund.Id());
        }

        refund["status"] = status;
        refund.Remove("pending_reason");
        refund.Remove("next_action");
        if (reason is not null)
        {
            refund["failure_reason"] = reason;
        }

        if (refund["balance_transaction"] is not null)
        {
            refund["failure_balance_transaction"] = BalanceBook.ForFailedRefund(transaction, refund);
        }

        var charge = transaction.Get("charge", refund.Text("charge"));
        charge["amount_refunded"] = charge.Long("amount_refunded") - refund.Long("amount");
        charge["refunded"] = false;
        transaction.Save(refund);
        transaction.Save(charge);
        Tell(transaction, refund, before);
        if (status == "failed")
        {
            transaction.Emit("refund.failed", refund);
        }
    }

    private static void Tell(Transaction transaction, JsonObject refund, string before)
    {
        transaction.Emit("refund.updated", refund, new JsonObject { ["status"] = before });
        transaction.Emit("charge.refund.updated", refund, new JsonObject { ["status"] = before });
    }
}
