using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Balances;
using PaymentWorkflows.Sandbox.Cards;
using PaymentWorkflows.Sandbox.Charges;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Refunds;

/// <summary>The beginning of a refund: what it waits for, and what happens to it by itself.</summary>
internal static class RefundStart
{
    /// <summary>How long a card's pending refund takes, and how long until a failing one fails.</summary>
    public static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(3);

    /// <summary>How often a refund that waits for the balance looks at it.</summary>
    public static readonly TimeSpan FundingPause = TimeSpan.FromHours(1);

    private static readonly TimeSpan CustomerTime = TimeSpan.FromDays(1);

    private static readonly TimeSpan CustomerDeadline = TimeSpan.FromDays(45);

    /// <summary>Takes the money, or says what is waited for, and writes refund and charge.</summary>
    /// <exception cref="StripeException">400 when the balance is short and the account refuses then, or the customer cannot be asked.</exception>
    public static void Begin(Transaction transaction, JsonObject charge, JsonObject refund, string? instructionsEmail)
    {
        if (AsksCustomer(transaction, charge))
        {
            instructionsEmail ??= charge["billing_details"]?.OptionalText("email") ?? throw StripeErrors.MissingParameter("instructions_email");
        }

        if (instructionsEmail is not null)
        {
            refund["instructions_email"] = instructionsEmail;
        }

        var charged = charge.Long("amount_refunded") + refund.Long("amount");
        if (IsShort(transaction, refund))
        {
            WaitForFunds(transaction, refund);
        }
        else
        {
            refund["balance_transaction"] = BalanceBook.ForRefund(transaction, refund, ChargeFactory.CardOf(charge) is not null);
            Go(transaction, charge, refund);
        }

        charge["amount_refunded"] = charged;
        charge["refunded"] = charged == charge.Long("amount_captured");
        transaction.Save(refund);
        transaction.Save(charge);
        transaction.Emit("refund.created", refund);
        transaction.Emit("charge.refunded", charge);
    }

    /// <summary>A refund whose money is taken: it is done, or on its way. The caller saves it.</summary>
    public static void Go(Transaction transaction, JsonObject charge, JsonObject refund)
    {
        if (AsksCustomer(transaction, charge))
        {
            Ask(transaction, refund);
            return;
        }

        var (takes, fails) = Behavior(transaction, charge);
        if (takes is null)
        {
            refund["status"] = "succeeded";
        }
        else
        {
            refund["status"] = "pending";
            refund["pending_reason"] = "processing";
        }

        if (fails)
        {
            transaction.Schedule(JobKinds.FailRefund, refund.Id(), transaction.Now + (takes ?? SettlingTime));
        }
        else if (takes is { } duration && duration != Timeout.InfiniteTimeSpan)
        {
            transaction.Schedule(JobKinds.SucceedRefund, refund.Id(), transaction.Now + duration);
        }
    }

    /// <summary>Whether the available balance does not cover a refund and the account cares.</summary>
    /// <exception cref="StripeException">400 <c>balance_insufficient</c> when the account refuses then.</exception>
    public static bool IsShort(Transaction transaction, JsonObject refund)
    {
        if (transaction.ShortBalance == ShortBalance.Overdraw || BalanceBook.Available(transaction, refund.Text("currency")) >= refund.Long("amount"))
        {
            return false;
        }

        return transaction.ShortBalance == ShortBalance.Pending
            ? true
            : throw StripeErrors.State("Insufficient funds in your Stripe balance to refund this amount.", "balance_insufficient");
    }

    private static (TimeSpan? Takes, bool Fails) Behavior(Transaction transaction, JsonObject charge)
    {
        if (ChargeFactory.CardOf(charge) is { } card)
        {
            return card.Refunds switch
            {
                RefundBehavior.Immediate => (null, false),
                RefundBehavior.PendingThenSucceeded => (SettlingTime, false),
                RefundBehavior.SucceededThenFailed => (null, true),
                _ => throw new InvalidOperationException($"unknown behavior {card.Refunds}"),
            };
        }

        var takes = transaction.Methods.Find(charge["payment_method_details"]!.Text("type"))?.Refunds?.Takes;
        return Enum.TryParse<TestRefund>(charge[StoredObject.PrivateMember]?.OptionalText("refund"), out var test)
            ? test switch
            {
                TestRefund.AsUsual => (takes, false),
                TestRefund.StaysPending => (Timeout.InfiniteTimeSpan, false),
                TestRefund.Fails => (takes, true),
                _ => throw new InvalidOperationException($"unknown refund {test}"),
            }
            : (takes, false);
    }

    private static bool AsksCustomer(Transaction transaction, JsonObject charge) =>
        transaction.Methods.Find(charge["payment_method_details"]!.Text("type"))?.Refunds?.AsksCustomer == true;

    private static void Ask(Transaction transaction, JsonObject refund)
    {
        refund["status"] = "requires_action";
        refund["next_action"] = new JsonObject
        {
            ["display_details"] = new JsonObject
            {
                ["email_sent"] = new JsonObject { ["email_sent_at"] = transaction.NowSeconds, ["email_sent_to"] = refund.Text("instructions_email") },
                ["expires_at"] = (transaction.Now + CustomerDeadline).ToUnixTimeSeconds(),
            },
            ["type"] = "display_details",
        };
        transaction.Schedule(JobKinds.SucceedRefund, refund.Id(), transaction.Now + CustomerTime);
    }

    private static void WaitForFunds(Transaction transaction, JsonObject refund)
    {
        refund["status"] = "pending";
        refund["pending_reason"] = "insufficient_funds";
        transaction.Schedule(JobKinds.FundRefund, refund.Id(), transaction.Now + FundingPause);
    }
}
