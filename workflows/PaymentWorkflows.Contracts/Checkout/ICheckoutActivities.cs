using PaymentWorkflows.Contracts.Holds;
using Temporalio.Activities;

namespace PaymentWorkflows.Contracts.Checkout;

/// <summary>The steps that keep a checkout's row, its books, its notices and its audit trail.</summary>
public interface ICheckoutActivities
{
    /// <summary>Finds or writes the row of this business attempt and says how it stands.</summary>
    [Activity("begin_checkout")]
    Task<CheckoutStart> BeginAsync(BeginCheckout begin);

    /// <summary>Writes a step forward in one transaction, tells whoever waits for the answer, and says what the row holds afterwards.</summary>
    [Activity("record_checkout")]
    Task<CheckoutRecorded> RecordAsync(CheckoutRecord record);

    /// <summary>Adds a line to the audit trail.</summary>
    [Activity("write_audit")]
    Task AuditAsync(AuditLine line);
}
