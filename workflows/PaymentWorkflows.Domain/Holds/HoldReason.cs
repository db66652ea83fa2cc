namespace PaymentWorkflows.Domain.Holds;

/// <summary>Why a saga waits for a person.</summary>
public enum HoldReason
{
    /// <summary>Look-ups with back-off and the webhook could not tell by the deadline whether money moved.</summary>
    UnknownOutcome,

    /// <summary>A step that must be taken back cannot be.</summary>
    CompensationFailed,

    /// <summary>The provider's amount, currency or state is not what we asked for.</summary>
    ProviderContradiction,

    /// <summary>The provider refuses our credentials.</summary>
    CredentialsRefused,

    /// <summary>The provider refuses the request itself, so a retry of the same would be refused again.</summary>
    RequestRefused,

    /// <summary>A rule of the deployment wants a person to look at the payment before its money is taken.</summary>
    Review,

    /// <summary>A refund cannot be made, or failed after it had succeeded: the customer has not got the money.</summary>
    RefundFailed,

    /// <summary>The tax was computed anew and the total is not what the customer agreed to.</summary>
    AmountChanged,

    /// <summary>The ERP or the tax engine refuses a document of money that has moved.</summary>
    DocumentRefused,

    /// <summary>A rule of our own was broken (a key or a reference used for something else): a mistake in our code, repaired by a new build.</summary>
    BrokenRule,
}
