using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Balances;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Lists;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Disputes;

/// <summary><c>/v1/disputes</c>.</summary>
internal static class DisputeEndpoints
{
    public const string Kind = "dispute";

    private static readonly string[] Answerable = ["needs_response", "warning_needs_response"];

    public static JsonObject Retrieve(ApiCall call) => call.Transaction.Get(Kind, call.Id, "dispute");

    public static JsonObject List(ApiCall call) => ObjectList.Answer(call, Kind, ["charge", "payment_intent"]);

    /// <summary>Takes evidence; the words <c>winning_evidence</c> and <c>losing_evidence</c> decide the dispute at once.</summary>
    public static JsonObject Update(ApiCall call)
    {
        var dispute = Retrieve(call);
        dispute["metadata"] = call.Arguments.MergeMetadata(dispute["metadata"]);
        if (call.Arguments.Hash("evidence") is not { } evidence)
        {
            call.Transaction.Save(dispute);
            return dispute;
        }

        RequireAnswerable(dispute);
        foreach (var (name, text) in evidence)
        {
            dispute["evidence"]![name] = text?.DeepClone();
        }

        var details = dispute["evidence_details"]!;
        details["has_evidence"] = true;
        if (call.Arguments.Flag("submit") == false)
        {
            call.Transaction.Save(dispute);
            call.Transaction.Emit("charge.dispute.updated", dispute);
            return dispute;
        }

        details["submission_count"] = details.Long("submission_count") + 1;
        dispute["status"] = dispute.Text("status") == "needs_response" ? "under_review" : "warning_under_review";
        call.Transaction.Save(dispute);
        call.Transaction.Emit("charge.dispute.updated", dispute);
        Decide(call.Transaction, dispute, dispute["evidence"]!.OptionalText("uncategorized_text"));
        return dispute;
    }

    /// <summary>Accepts the dispute: it is lost.</summary>
    public static JsonObject Close(ApiCall call)
    {
        var dispute = Retrieve(call);
        RequireAnswerable(dispute);
        End(call.Transaction, dispute, won: false);
        return dispute;
    }

    private static void Decide(Transaction transaction, JsonObject dispute, string? words)
    {
        if (words is "winning_evidence" or "losing_evidence")
        {
            End(transaction, dispute, words == "winning_evidence");
        }
    }

    private static void End(Transaction transaction, JsonObject dispute, bool won)
    {
        var inquiry = dispute.Text("status").StartsWith("warning", StringComparison.Ordinal);
        dispute["status"] = inquiry ? "warning_closed" : won ? "won" : "lost";
        if (won && !inquiry)
        {
            var movement = BalanceBook.ForWonDispute(transaction, dispute.Id(), dispute.Text("currency"), dispute.Long("amount"));
            dispute["balance_transactions"]!.AsArray().Add(transaction.Get("balance_transaction", movement).DeepClone());
        }

        transaction.Save(dispute);
        transaction.Emit("charge.dispute.closed", dispute);
        if (won && !inquiry)
        {
            transaction.Emit("charge.dispute.funds_reinstated", dispute);
        }
    }

    private static void RequireAnswerable(JsonObject dispute)
    {
        if (!Answerable.Contains(dispute.Text("status")))
        {
            throw StripeErrors.State($"This dispute has a status of {dispute.Text("status")} and takes no evidence any more.", "intent_invalid_state");
        }
    }
}
