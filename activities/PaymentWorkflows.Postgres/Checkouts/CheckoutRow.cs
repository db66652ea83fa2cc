using System.Text.Json;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;

namespace PaymentWorkflows.Postgres.Checkouts;

#pragma warning disable IDE1006, CA1812, SA1300 // Dapper fills the columns by their names.

/// <summary>The columns that a checkout is read from.</summary>
internal sealed record CheckoutRow(
    string id, string transaction_id, int attempt, string content_hash, string input, string view, DateTime created_at, DateTime? started_at, string? accepted_trace)
{
    public const string Columns = "id, transaction_id, attempt, content_hash, input::text AS input, view::text AS view, created_at, started_at, accepted_trace";

    public StoredCheckout ToCheckout() => new()
    {
        Id = CheckoutId.Parse(id),
        TransactionId = TransactionId.Parse(transaction_id),
        Attempt = attempt,
        ContentHash = content_hash,
        Input = Read<CheckoutInput>(input),
        View = Read<CheckoutView>(view),
        CreatedAt = created_at,
        StartedAt = started_at,
        TraceParent = accepted_trace,
    };

    /// <summary>Reads the column <c>status</c>.</summary>
    public static CheckoutStatus Status(string text) => JsonSerializer.Deserialize<CheckoutStatus>($"\"{text}\"", PaymentWorkflowsJson.Options);

    private T Read<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, PaymentWorkflowsJson.Options) ?? throw new InvalidOperationException($"Checkout {id} has an empty {typeof(T).Name}.");
}
