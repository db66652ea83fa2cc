using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Domain.Checkout;

/// <summary>What a checkout does after its provider answered. Closed: the cases below are all there are.</summary>
public abstract record PaymentDecision
{
    private PaymentDecision()
    {
    }

    /// <summary>The money is taken, all of it.</summary>
    public sealed record Captured(ProviderPayment Payment) : PaymentDecision;

    /// <summary>The money is reserved.</summary>
    public sealed record Authorized(ProviderPayment Payment) : PaymentDecision;

    /// <summary>The customer has to act.</summary>
    public sealed record AwaitCustomer(ProviderPayment Payment, NextAction Action) : PaymentDecision;

    /// <summary>The provider is still at it.</summary>
    public sealed record AwaitProvider(ProviderPayment Payment) : PaymentDecision;

    /// <summary>The payment was refused.</summary>
    public sealed record Decline(Payments.Decline Why, ProviderPayment? Payment) : PaymentDecision;

    /// <summary>The payment ended without money: it was canceled, by us or at the provider.</summary>
    public sealed record Ended(ProviderPayment Payment) : PaymentDecision;

    /// <summary>It provably never happened: send it again.</summary>
    public sealed record SendAgain : PaymentDecision;

    /// <summary>Nobody knows yet: find out.</summary>
    public sealed record Resolve(UnknownCause Cause, string Message) : PaymentDecision;

    /// <summary>A person has to decide.</summary>
    public sealed record Hold(HoldReason Reason, string Message) : PaymentDecision
    {
        /// <summary>The provider's facts, where it named a payment.</summary>
        public ProviderPayment? Payment { get; init; }
    }
}
