using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Refunds;

namespace PaymentWorkflows.Activities.Refunds;

/// <summary>What the deployment gives each new refund; fixed in its input, so that a running saga keeps what it began with.</summary>
/// <param name="Placement">Where steps run.</param>
/// <param name="Policies">Deadlines.</param>
public sealed record RefundDefaults(Placement Placement, RefundPolicies Policies);
