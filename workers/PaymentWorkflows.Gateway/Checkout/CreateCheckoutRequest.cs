using System.ComponentModel;
using System.Text.Json.Serialization;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain.Checkout;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>Starts a checkout.</summary>
public sealed record CreateCheckoutRequest
{
    [Description("Who is paid: at most 40 letters, digits, '_', '-', '.'.")]
    public required string Merchant { get; init; }

    [Description("The merchant's own name of what is paid, unique within the merchant: at most 100 letters, digits, '_', '-', '.'. An order can be paid once.")]
    public required string Order { get; init; }

    public required CustomerRequest Customer { get; init; }

    [Description("ISO 4217 code in lower case.")]
    public required string Currency { get; init; }

    [Description("1 to 100 lines.")]
    public required IReadOnlyList<CheckoutLineRequest> Lines { get; init; }

    [Description("'none' by default; 'automatic' needs a configured tax engine.")]
    public TaxMode Tax { get; init; }

    [Description("Whether prices contain tax; 'exclusive' by default.")]
    public TaxBehavior TaxBehavior { get; init; }

    [Description("'automatic' by default; 'manual' waits for a capture request.")]
    public CaptureMode Capture { get; init; }

    public required PaymentMethodRequest PaymentMethod { get; init; }

    [Description("Absolute http(s) address the customer comes back to, at most 2048 characters.")]
    public string? ReturnUrl { get; init; }

    [Description("Copied to the provider's object: at most 40 keys of 40 characters, values of 500.")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    [Description("How long the answer may wait for an outcome, 0 to 30000; 10000 by default.")]
    public int WaitMs { get; init; } = 10_000;
}

/// <summary>Who pays.</summary>
public sealed record CustomerRequest
{
    [Description("The merchant's own id of the customer: at most 64 letters, digits, '_', '-', '.'. No personal data.")]
    public required string Id { get; init; }

    public string? Email { get; init; }

    [Description("At most 200 characters. Some payment methods require it.")]
    public string? Name { get; init; }

    [Description("ISO 3166-1 alpha-2, upper case.")]
    public string? Country { get; init; }

    public string? PostalCode { get; init; }

    [Description("The number by which the customer's state knows the customer, with its usual punctuation, at most 40 characters. Some payment methods require it.")]
    public string? TaxId { get; init; }
}

/// <summary>One line of what is bought.</summary>
public sealed record CheckoutLineRequest
{
    public required string Sku { get; init; }
    public required string Description { get; init; }

    [Description("From 1.")]
    public required int Quantity { get; init; }

    [Description("Price of one, in minor units.")]
    public required long UnitAmount { get; init; }

    public string? TaxCode { get; init; }
}

/// <summary>How the customer pays.</summary>
public sealed record PaymentMethodRequest
{
    [Description("The name of a payment method of this deployment, such as 'card': GET /v1/payment-methods lists them.")]
    public required string Type { get; init; }

    [Description("The provider's token (pm_... or tok_...); never a card number. For methods whose required_fields name it, and for no others.")]
    public string? Token { get; init; }

    [Description("A code that the customer typed, at most 12 letters and digits. For methods whose required_fields name it, and for no others.")]
    public string? Code { get; init; }
}

/// <summary>Takes the money of a checkout with manual capture.</summary>
public sealed record CaptureCheckoutRequest
{
    [Description("Minor units; all that is authorized when left out.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Amount { get; init; }
}

/// <summary>Undoes a checkout.</summary>
public sealed record CancelCheckoutRequest
{
    [Description("Why, for the audit trail: 1 to 500 characters.")]
    public required string Reason { get; init; }
}
