using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Domain.Refunds;

/// <summary>What a refund does after its provider answered. Closed: the cases below are all there are.</summary>
public abstract record RefundDecision
{
    private RefundDecision()
    {
    }

    /// <summary>The provider gave the money back.</summary>
    public sealed record Succeeded(ProviderPayment Payment) : RefundDecision;

    /// <summary>The provider has taken it on; the outcome comes by itself.</summary>
    public sealed record AwaitProvider(ProviderPayment Payment) : RefundDecision;

    /// <summary>It was refused or failed: no money moved.</summary>
    public sealed record Failed(string Code, string Message) : RefundDecision;

    /// <summary>It provably never happened: send it again.</summary>
    public sealed record SendAgain : RefundDecision;

    /// <summary>Nobody knows yet: find out.</summary>
    public sealed record Resolve(string Message) : RefundDecision;

    /// <summary>A person has to decide.</summary>
    public sealed record Hold(HoldReason Reason, string Message) : RefundDecision
    {
        /// <summary>Whether it is known that no money moved, so that giving it up frees the amount.</summary>
        public bool MovedNothing { get; init; }
    }

    /// <summary>A person gave it up.</summary>
    /// <param name="Code">Why, for programs.</param>
    /// <param name="Message">Why, for people.</param>
    /// <param name="MovedNothing">Whether it is known that no money moved, so that the amount is free again.</param>
    public sealed record GivenUp(string Code, string Message, bool MovedNothing) : RefundDecision;
}
