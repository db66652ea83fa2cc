using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Tax;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Sagas.Running;

/// <summary>Reads the failure of a step. A remote step's comes wrapped in an activity failure, a local one's as it is.</summary>
internal static class StepFailure
{
    /// <summary>The failures that no retry cures; they are never retried, locally or remotely.</summary>
    public static IReadOnlyList<string> NeverRetried { get; } =
    [
        ErrorTypes.AttemptKeyReused, ErrorTypes.OrderAlreadyExists, ErrorTypes.InvalidCheckout, ErrorTypes.InvalidRefund, ErrorTypes.LedgerConflict, ErrorTypes.DocumentConflict,
        ErrorTypes.TaxRefused, ErrorTypes.TaxDataInvalid,
    ];

    /// <summary>Whether a local step that failed so may go on as a remote one.</summary>
    public static bool MayGoOnRemotely(FailureException failure) => TypeOf(failure) is not { } type || !NeverRetried.Contains(type);

    /// <summary>Whether a rule of our own was broken: a mistake in our code, not in the input.</summary>
    public static bool IsBrokenRule(FailureException failure) => TypeOf(failure) is ErrorTypes.AttemptKeyReused or ErrorTypes.LedgerConflict or ErrorTypes.DocumentConflict;

    /// <summary>Why a tax engine refused to compute; null when it was not that.</summary>
    public static TaxFailure? OfTax(FailureException failure) =>
        TypeOf(failure) is ErrorTypes.TaxRefused or ErrorTypes.TaxDataInvalid ? ((ApplicationFailureException)Cause(failure)).Details.ElementAt<TaxFailure>(0) : null;

    /// <summary>Whether a tax engine cannot work with what the customer told.</summary>
    public static bool IsTaxDataInvalid(FailureException failure) => TypeOf(failure) == ErrorTypes.TaxDataInvalid;

    /// <summary>The step's own words.</summary>
    public static string Message(FailureException failure) => Cause(failure).Message;

    private static string? TypeOf(FailureException failure) => (Cause(failure) as ApplicationFailureException)?.ErrorType;

    private static Exception Cause(FailureException failure) => failure is ActivityFailureException { InnerException: { } cause } ? cause : failure;
}
