using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Balances;

/// <summary>Writes balance transactions. Amounts are minor units of the currency, which is also the settlement currency.</summary>
internal static class BalanceBook
{
    /// <summary>How long a card's funds stay pending.</summary>
    public static readonly TimeSpan PendingPeriod = TimeSpan.FromDays(2);

    // 1.5 % plus 25 minor units.
    private static readonly FeeTraits CardFee = new(BasisPoints: 150, Fixed: 25);

    /// <summary>The fee for a card payment.</summary>
    public static long ChargeFee(long amount, string currency) => ChargeFee(CardFee, amount, currency);

    /// <summary>The share, rounded half up, plus the fixed part; in whole units where the currency has no smaller ones.</summary>
    public static long ChargeFee(FeeTraits price, long amount, string currency)
    {
        var fee = (((amount * price.BasisPoints) + 5_000) / 10_000) + price.Fixed;
        return currency is "isk" or "ugx" ? (fee + 99) / 100 * 100 : fee;
    }

    /// <summary>Records a captured charge with the provider's fee.</summary>
    public static string ForCharge(Transaction transaction, JsonObject charge, long amount, bool availableAtOnce)
    {
        var currency = charge.Text("currency");
        var traits = transaction.Methods.Find(charge["payment_method_details"]!.Text("type"));
        return Write(
            transaction,
            currency,
            amount,
            ChargeFee(traits?.Fee ?? CardFee, amount, currency),
            "Stripe processing fees",
            IsCard(charge) ? "charge" : "payment",
            "charge",
            charge.Id(),
            charge.OptionalText("description"),
            availableAtOnce ? TimeSpan.Zero : traits?.Settles ?? PendingPeriod);
    }

    /// <summary>Records money going back to the customer; no fee is returned.</summary>
    public static string ForRefund(Transaction transaction, JsonObject refund, bool ofCard) => Write(
        transaction,
        (string)refund["currency"]!,
        -refund.Long("amount"),
        0,
        null,
        ofCard ? "refund" : "payment_refund",
        "refund",
        (string)refund["id"]!,
        "REFUND FOR PAYMENT",
        pending: TimeSpan.Zero);

    /// <summary>Records the return of a refund that failed.</summary>
    public static string ForFailedRefund(Transaction transaction, JsonObject refund) => Write(
        transaction,
        (string)refund["currency"]!,
        refund.Long("amount"),
        0,
        null,
        "refund_failure",
        "refund_failure",
        (string)refund["id"]!,
        "REFUND FAILURE",
        pending: TimeSpan.Zero);

    /// <summary>Records the withdrawal of a disputed amount with the dispute fee.</summary>
    public static string ForDispute(Transaction transaction, string dispute, string currency, long amount, long fee) => Write(
        transaction, currency, -amount, fee, "Dispute fee", "adjustment", "dispute", dispute, "Chargeback withdrawal", pending: TimeSpan.Zero);

    /// <summary>Records the return of a disputed amount that was won; the fee stays.</summary>
    public static string ForWonDispute(Transaction transaction, string dispute, string currency, long amount) => Write(
        transaction, currency, amount, 0, null, "adjustment", "dispute_reversal", dispute, "Chargeback reversal", pending: TimeSpan.Zero);

    /// <summary>What is available of a currency now, in minor units; what this transaction itself did counts from its end.</summary>
    public static long Available(Transaction transaction, string currency) => transaction.Objects
        .OfKind(BalanceEndpoints.Kind)
        .Select(stored => stored.Read())
        .Where(value => value.Text("currency") == currency && value.Long("available_on") <= transaction.NowSeconds)
        .Sum(value => value.Long("net"));

    /// <summary>Sets <c>status</c> by what the clock says now.</summary>
    public static void Refresh(JsonObject balanceTransaction, long nowSeconds) =>
        balanceTransaction["status"] = balanceTransaction.Long("available_on") <= nowSeconds ? "available" : "pending";

    private static bool IsCard(JsonObject charge) => (string?)charge["payment_method_details"]?["type"] == "card";

    private static string Write(
        Transaction transaction,
        string currency,
        long amount,
        long fee,
        string? feeDescription,
        string type,
        string category,
        string source,
        string? description,
        TimeSpan pending)
    {
        var id = Identifiers.New("txn");
        var fees = new JsonArray();
        if (fee > 0)
        {
            fees.Add(new JsonObject
            {
                ["amount"] = fee,
                ["application"] = null,
                ["currency"] = currency,
                ["description"] = feeDescription,
                ["type"] = "stripe_fee",
            });
        }

        transaction.Save(new JsonObject
        {
            ["id"] = id,
            ["object"] = "balance_transaction",
            ["amount"] = amount,
            ["available_on"] = (transaction.Now + pending).ToUnixTimeSeconds(),
            ["balance_type"] = "payments",
            ["created"] = transaction.NowSeconds,
            ["currency"] = currency,
            ["description"] = description,
            ["exchange_rate"] = null,
            ["fee"] = fee,
            ["fee_details"] = fees,
            ["net"] = amount - fee,
            ["reporting_category"] = category,
            ["source"] = source,
            ["status"] = pending == TimeSpan.Zero ? "available" : "pending",
            ["type"] = type,
        });
        return id;
    }
}
