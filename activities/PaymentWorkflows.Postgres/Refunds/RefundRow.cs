using System.Text.Json;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Postgres.Refunds;

#pragma warning disable IDE1006, CA1812, SA1300 // Dapper fills the columns by their names.

/// <summary>The columns that a refund is read from.</summary>
internal sealed record RefundRow(
    string id, string checkout_id, string transaction_id, string merchant, string customer_id, string currency, string input, string view, DateTime created_at, DateTime? started_at)
{
    public const string Columns = "id, checkout_id, transaction_id, merchant, customer_id, currency::text AS currency, input::text AS input, view::text AS view, created_at, started_at";

    public StoredRefund ToRefund() => new()
    {
        Id = RefundId.Parse(id),
        CheckoutId = CheckoutId.Parse(checkout_id),
        TransactionId = TransactionId.Parse(transaction_id),
        Merchant = MerchantId.Parse(merchant),
        Customer = CustomerId.Parse(customer_id),
        Currency = Currency.Parse(currency),
        Input = Read<RefundInput>(input),
        View = Read<RefundView>(view),
        CreatedAt = created_at,
        StartedAt = started_at,
    };

    private T Read<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, PaymentWorkflowsJson.Options) ?? throw new InvalidOperationException($"Refund {id} has an empty {typeof(T).Name}.");
}

/// <summary>What a checkout's row says of its refunds.</summary>
internal sealed record RefundSums(long amount_captured, long amount_refunded, long refund_reserved, long refund_booked, long refund_payable, long refunded_outside)
{
    public const string Columns = "amount_captured, amount_refunded, refund_reserved, refund_booked, refund_payable, refunded_outside";
}

/// <summary>What a refund's row says of its part in them.</summary>
internal sealed record RefundPart(
    string status, int revision, long amount, bool reserved, bool of_payable, bool owed, long? booked_of_sale, string input, DateTime created_at, DateTime? started_at, string customer_id, string currency, string view)
{
    public const string Columns = "status, revision, amount, reserved, of_payable, owed, booked_of_sale, input::text AS input, created_at, started_at, customer_id, currency::text AS currency, view::text AS view";
}
