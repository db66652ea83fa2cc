namespace PaymentWorkflows.Sandbox.Methods;

/// <summary>What a test value brings about.</summary>
internal sealed record TestOutcome
{
    public string Name { get; init; } = string.Empty;

    public required TestStep Then { get; init; }

    public TimeSpan After { get; init; }

    /// <summary>Error code of a failure.</summary>
    public string? Code { get; init; }

    /// <summary>What is paid more or less than asked for, in minor units.</summary>
    public long Difference { get; init; }

    /// <summary>Reason of the dispute that follows.</summary>
    public string? Dispute { get; init; }

    public TestRefund Refund { get; init; }

    /// <summary>Whether it is an addition that Stripe does not have.</summary>
    public bool Sandbox { get; init; }
}

/// <summary>What happens to the payment by itself.</summary>
internal enum TestStep
{
    /// <summary>Nothing, until somebody acts or it expires.</summary>
    Wait,

    Pay,

    Fail,

    Expire,

    /// <summary>It expires at its time and is paid after that.</summary>
    PayLate,
}

/// <summary>What happens to refunds of the payment.</summary>
internal enum TestRefund
{
    AsUsual,

    StaysPending,

    Fails,
}
