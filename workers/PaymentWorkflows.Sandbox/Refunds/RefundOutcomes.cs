using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Balances;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Refunds;

/// <summary>What becomes of a refund some seconds after it was made.</summary>
internal static class RefundOutcomes
{
    public static void Succeed(Transaction transaction, JsonObject refund)
    {
        if (refund.Text("status") != "pending")
        {
            return;
        }

        refund["status"] = "succeeded";
        refund.Remove("pending_reason");
        transaction.Save(refund);
        transaction.Emit("refund.updated", refund, new JsonObject { ["status"] = "pending" });
        transaction.Emit("charge.refund.updated", refund, new JsonObject { ["status"] = "pending" });
    }

    /// <summary>The money comes back to the account, and the charge counts as not refunded by that much.</summary>
    public static void Fail(Transaction transaction, JsonObject refund)
    {
        var before = refund.Text("status");
        if (before is not ("pending" or "succeeded"))
        {
            return;
        }

        refund["status"] = "failed";
        refund["failure_reason"] = "expired_or_canceled_card";
        refund["failure_balance_transaction"] = BalanceBook.ForFailedRefund(transaction, refund);
        refund.Remove("pending_reason");
        var charge = transaction.Get("charge", refund.Text("charge"));
        charge["amount_refunded"] = charge.Long("amount_refunded") - refund.Long("amount");
        charge["refunded"] = false;
        transaction.Save(refund);
        transaction.Save(charge);
        transaction.Emit("refund.updated", refund, new JsonObject { ["status"] = before });
        transaction.Emit("refund.failed", refund);
        transaction.Emit("charge.refund.updated", refund, new JsonObject { ["status"] = before });
    }
}
