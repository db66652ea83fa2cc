namespace PaymentWorkflows.Sandbox.Cards;

/// <summary>A test card and all that it makes happen.</summary>
/// <param name="Alias">Without <c>pm_card_</c> or <c>tok_</c>.</param>
/// <param name="Number">The full number.</param>
internal sealed record TestCard(string Alias, string Number)
{
    public string Brand { get; init; } = "visa";

    public string Country { get; init; } = "US";

    public string Funding { get; init; } = "credit";

    /// <summary>How the payment is refused (after authentication, where that is asked for); null when it is not.</summary>
    public Decline? Decline { get; init; }

    /// <summary>Whether attaching to a customer is refused as well.</summary>
    public bool RefusesAttach { get; init; }

    public AuthenticationNeed Authentication { get; init; }

    public string RiskLevel { get; init; } = "normal";

    public string CvcCheck { get; init; } = "pass";

    public string ZipCheck { get; init; } = "pass";

    public RefundBehavior Refunds { get; init; }

    /// <summary>The reasons of the disputes that follow a successful charge.</summary>
    public IReadOnlyList<string> Disputes { get; init; } = [];

    /// <summary>Whether the dispute is an inquiry, which withdraws no funds.</summary>
    public bool IsInquiry { get; init; }

    public bool IsEarlyFraudWarning { get; init; }

    /// <summary>Whether the funds are available at once.</summary>
    public bool BypassesPending { get; init; }

    public string Last4 => Number[^4..];
}
