using System.Text.Json;
using PaymentWorkflows.Activities;
using PaymentWorkflows.Contracts.Reservations;

namespace PaymentWorkflows.Worker.Reservations;

/// <summary>What a merchant's backend is asked, and what it answers, as they stand on the wire.</summary>
internal static class ReservationWire
{
    /// <summary>The request's body. The merchant's own things alone: who pays how is not its concern.</summary>
    public static byte[] Write(ReservationRequest request, string action) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            request.Id,
            Object = "reservation",
            Action = action,
            TransactionId = request.TransactionId.Value,
            Merchant = request.Merchant.Value,
            Order = request.Order.Value,
            Checkout = request.CheckoutId.Value,
            Customer = request.Customer.Value,
            Currency = request.Amount.Currency.Code,
            Amount = request.Amount.Minor,
            Lines = request.Lines.Select(line => new { line.Sku, line.Description, line.Quantity, line.UnitAmount }),
        },
        ApiJson.Options);

    /// <summary>The answer; null when the body is none.</summary>
    public static Answer? Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<Answer>(body, ApiJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An answer.</summary>
    /// <param name="Status"><c>reserved</c>, <c>rejected</c>, <c>released</c> or <c>refused</c>.</param>
    /// <param name="Reference">The merchant's own id of the reservation.</param>
    /// <param name="Code">Why not, such as <c>out_of_stock</c>.</param>
    /// <param name="Message">Why not, for people.</param>
    internal sealed record Answer(string? Status, string? Reference, string? Code, string? Message);
}
