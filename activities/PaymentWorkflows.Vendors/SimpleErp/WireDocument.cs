using System.Text.Json;
using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Vendors.SimpleErp;

/// <summary>A document as it is sent. It names people by id only.</summary>
internal sealed record WireDocument
{
    public required string Number { get; init; }
    public required ErpDocumentKind Kind { get; init; }
    public required string Merchant { get; init; }
    public required string Order { get; init; }
    public required string Customer { get; init; }
    public required string Checkout { get; init; }
    public required string TransactionId { get; init; }
    public required string Currency { get; init; }
    public required long Amount { get; init; }
    public required DateTimeOffset Date { get; init; }
    public required IReadOnlyList<Tax> Taxes { get; init; }
    public required IReadOnlyList<Line> Lines { get; init; }
    public string? RefersTo { get; init; }
    public string? ProviderReference { get; init; }

    public static WireDocument Of(ErpDocument document) => new()
    {
        Number = document.Number,
        Kind = document.Kind,
        Merchant = document.Merchant.Value,
        Order = document.Order.Value,
        Customer = document.Customer.Value,
        Checkout = document.CheckoutId.Value,
        TransactionId = document.TransactionId.Value,
        Currency = document.Amount.Currency.Code,
        Amount = document.Amount.Minor,
        Date = document.Date,
        Taxes = [.. document.Taxes.Select(tax => new Tax(tax.Jurisdiction, tax.Amount.Minor))],
        Lines = [.. document.Lines.Select(line => new Line(line.Sku, line.Description, line.Quantity, line.UnitAmount))],
        RefersTo = document.RefersTo,
        ProviderReference = document.ProviderReference,
    };

    /// <summary>The document of an answer.</summary>
    /// <exception cref="ErpUnavailableException">The body is none: what happened is to be looked up.</exception>
    public static ErpRecord Read(byte[] body)
    {
        try
        {
            if (JsonSerializer.Deserialize<Answer>(body, WireJson.Options) is { } answer)
            {
                return new ErpRecord(answer.Id, answer.Number, answer.Kind, new Money(answer.Amount, Domain.Currency.Parse(answer.Currency)));
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException)
        {
            throw new ErpUnavailableException("The ERP's answer cannot be read.", inner: unreadable);
        }

        throw new ErpUnavailableException("The ERP's answer is empty.");
    }

    internal sealed record Tax(string Jurisdiction, long Amount);

    internal sealed record Line(string Sku, string Description, int Quantity, long UnitAmount);

    private sealed record Answer(string Id, string Number, ErpDocumentKind Kind, string Currency, long Amount);
}
