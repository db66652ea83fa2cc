using System.ComponentModel;
using PaymentWorkflows.Domain.Refunds;

namespace PaymentWorkflows.Gateway.Refunds;

/// <summary>Gives money back.</summary>
public sealed record CreateRefundRequest
{
    [Description("The checkout whose money goes back (chk_...).")]
    public required string Checkout { get; init; }

    [Description("Minor units; all that is left when left out.")]
    public long? Amount { get; init; }

    [Description("'requested_by_customer' by default.")]
    public RefundReason Reason { get; init; }

    [Description("Copied to the provider's object: at most 40 keys of 40 characters, values of 500.")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    [Description("How long the answer may wait for an outcome, 0 to 30000; 10000 by default.")]
    public int WaitMs { get; init; } = 10_000;
}
