using System.Globalization;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Contracts;

/// <summary>The references of business events in the books, where more than one place must know them.</summary>
public static class LedgerReferences
{
    /// <summary>The capture of one business attempt at an order.</summary>
    /// <param name="workflowId">The checkout's workflow id.</param>
    /// <param name="attempt">1 for the first attempt.</param>
    public static string Capture(string workflowId, int attempt) => $"{workflowId}:capture:{attempt}";

    /// <summary>What a person paid another way of a second payment that the provider did not give back.</summary>
    /// <param name="payment">The provider's id of the payment.</param>
    /// <param name="inAll">What has been paid so with it: another part may have to be paid later.</param>
    public static string PaidOutside(string payment, Money inAll) => string.Create(CultureInfo.InvariantCulture, $"{PaidOutsideOf(payment)}:{inAll.Minor}");

    /// <summary>Whether it is a reference of <see cref="PaidOutside"/>.</summary>
    /// <param name="payment">The provider's id of the payment.</param>
    /// <param name="reference">The reference of an entry.</param>
    public static bool IsPaidOutside(string payment, string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var all = PaidOutsideOf(payment);

        // Earlier builds booked one part only, under the name without the amount.
        return reference == all || reference.StartsWith(all + ':', StringComparison.Ordinal);
    }

    private static string PaidOutsideOf(string payment) => $"{WorkflowIds.LatePayment(payment)}:paid_outside";
}
