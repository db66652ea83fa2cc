using System.Text.Json.Nodes;

namespace PaymentWorkflows.Sandbox.Methods;

/// <summary>One payment method other than a card, by its traits. <c>Data/stripe-methods.yaml</c> explains the members.</summary>
internal sealed record MethodTraits
{
    /// <summary>The name on the wire; the key in the data.</summary>
    public string Type { get; init; } = string.Empty;

    public required MethodFlow Flow { get; init; }

    /// <summary>Lower-case ISO 4217 codes; empty means any.</summary>
    public IReadOnlyList<string> Currencies { get; init; } = [];

    /// <summary>Where its customers live, upper-case ISO 3166 codes; for the catalogue only.</summary>
    public IReadOnlyList<string> Countries { get; init; } = [];

    public NextActionTraits? NextAction { get; init; }

    /// <summary>Template of the text that the customer scans or types.</summary>
    public string? Code { get; init; }

    /// <summary>The members of <c>payment_method_options</c> that are answered, with their defaults.</summary>
    public JsonObject Options { get; init; } = [];

    /// <summary>Options that a confirmation must give, each with the pattern of its value.</summary>
    public IReadOnlyDictionary<string, string> RequiredOptions { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public JsonObject Details { get; init; } = [];

    public JsonObject Charge { get; init; } = [];

    /// <summary>Paths into the payment method, for example <c>billing_details.name</c>.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    public TaxIdTraits? TaxId { get; init; }

    public AccountTraits? Account { get; init; }

    /// <summary>Template of the mandate's details; null when none is asked for.</summary>
    public JsonObject? Mandate { get; init; }

    public ExpiryTraits? Expiry { get; init; }

    public TimeSpan? Late { get; init; }

    public bool OtherAmount { get; init; }

    /// <summary>Limits in minor units by currency.</summary>
    public IReadOnlyDictionary<string, LimitTraits> Limits { get; init; } = new Dictionary<string, LimitTraits>(StringComparer.Ordinal);

    /// <summary>Null when the provider refunds nothing.</summary>
    public RefundTraits? Refunds { get; init; }

    /// <summary>From the payment to the available balance.</summary>
    public TimeSpan Settles { get; init; } = TimeSpan.FromDays(2);

    public FeeTraits Fee { get; init; } = new();

    /// <summary>Whether evidence can win a dispute; without it the money is just gone.</summary>
    public bool Challengeable { get; init; } = true;

    /// <summary>Error code of a payment that the customer or the bank turned down.</summary>
    public string Decline { get; init; } = "payment_intent_payment_attempt_failed";

    public TestTraits Tests { get; init; } = new();
}

/// <summary>What a confirmation answers.</summary>
/// <param name="Type">Also the name of the member that holds <paramref name="Fields"/>.</param>
internal sealed record NextActionTraits(string Type, JsonObject Fields);

/// <summary>The customer's tax number, where the method wants one.</summary>
/// <param name="Digits">Allowed numbers of digits.</param>
internal sealed record TaxIdTraits(string Field, IReadOnlyList<int> Digits);

/// <summary>The account that is debited.</summary>
/// <param name="Field">The parameter that holds its number.</param>
/// <param name="Check">Null, or <c>mod97</c> for the check digits of ISO 13616.</param>
internal sealed record AccountTraits(string Field, string? Check = null);

/// <summary>How long the customer may take.</summary>
/// <param name="Option">The parameter that says otherwise, in <paramref name="Unit"/> from <paramref name="Min"/> to <paramref name="Max"/>.</param>
/// <param name="Unit"><c>seconds</c>, <c>minutes</c>, <c>hours</c> or <c>days</c>.</param>
/// <param name="AtOption">The parameter that says it as a time in seconds since 1970.</param>
/// <param name="DayEndsAtOffset">The offset from UTC, such as <c>-03:00</c>, at the end of whose day it ends.</param>
internal sealed record ExpiryTraits(
    TimeSpan After,
    string? Option = null,
    string Unit = "seconds",
    string? AtOption = null,
    long Min = 0,
    long Max = long.MaxValue,
    string? DayEndsAtOffset = null);

internal sealed record LimitTraits(long? Min = null, long? Max = null);

/// <summary>What can be given back.</summary>
/// <param name="Takes">How long a refund is pending; null when it succeeds at once.</param>
/// <param name="AsksCustomer">Whether the customer must say first where the money goes.</param>
/// <param name="Destination">The type in <c>destination_details</c>; null is the method's own.</param>
internal sealed record RefundTraits(bool Partial, TimeSpan Window, TimeSpan? Takes = null, bool AsksCustomer = false, string? Destination = null);

/// <summary>The provider's price.</summary>
/// <param name="BasisPoints">Hundredths of a percent of the amount.</param>
/// <param name="Fixed">Minor units.</param>
internal sealed record FeeTraits(long BasisPoints = 0, long Fixed = 0);

/// <summary>What the method's test values bring about; names of outcomes.</summary>
internal sealed record TestTraits
{
    public IReadOnlyList<string> Emails { get; init; } = [];

    public IReadOnlyList<TestNumber> Numbers { get; init; } = [];

    /// <summary>Without any test value; null waits for a person.</summary>
    public string? Otherwise { get; init; }
}

/// <summary>A test account.</summary>
/// <param name="Token">A payment method that is made with this number, if there is one.</param>
internal sealed record TestNumber(string Number, string Outcome, string? Token = null);
