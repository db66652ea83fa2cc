using PaymentWorkflows.Domain.Payments;
using Stripe;

namespace PaymentWorkflows.Stripe.Errors;

/// <summary>What an error of Stripe means, before it is told in the words of one port. Closed.</summary>
internal abstract record StripeFailure
{
    private StripeFailure()
    {
    }

    /// <summary>The issuer, the network or Stripe said no.</summary>
    /// <param name="Decline">Why, and what helps.</param>
    /// <param name="Error">Stripe's error, which may carry the object as it stands.</param>
    public sealed record Declined(Decline Decline, StripeError Error) : StripeFailure;

    /// <summary>Known not to have been carried out.</summary>
    public sealed record Refused(RefusalCause Cause, string Code, string Message) : StripeFailure
    {
        /// <summary>The parameter that was refused, where Stripe names one.</summary>
        public string? Param { get; init; }
    }

    /// <summary>It may or may not have been carried out.</summary>
    public sealed record Unclear(UnknownCause Cause, string Message) : StripeFailure;
}
