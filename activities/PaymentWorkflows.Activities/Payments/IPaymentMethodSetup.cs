using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>
/// Keeps a payment method for payments that are made while the customer is away. Each call is made once; each answer is a verdict.
/// Source: docs.stripe.com/payments/setup-intents.
/// </summary>
/// <exception cref="ProviderBusyException">The provider did nothing and says when to try again; thrown by every member.</exception>
public interface IPaymentMethodSetup
{
    /// <summary>Creates and confirms a set-up; attempt key, transaction id, workflow id and merchant go into its metadata.</summary>
    Task<SetupVerdict> SetUpAsync(SetupOrder order, string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>Reads a set-up. NotAttempted with <see cref="RefusalCause.Absent"/>: no such set-up; with <see cref="RefusalCause.State"/>: it was canceled.</summary>
    Task<SetupVerdict> ReadAsync(string setupId, CancellationToken cancellationToken);

    /// <summary>
    /// Looks for the set-up that an attempt made, among those of its customer. Answers as <see cref="ReadAsync"/>; a list is never behind,
    /// so that finding nothing proves absence as soon as nothing is under way any more.
    /// </summary>
    Task<SetupVerdict> FindAsync(string providerCustomerId, AttemptKey key, CancellationToken cancellationToken);
}

/// <summary>A payment method that is to be kept.</summary>
public sealed record SetupOrder
{
    /// <summary>The attempt key, for the metadata.</summary>
    public required AttemptKey Key { get; init; }

    public required TransactionId TransactionId { get; init; }
    public required string WorkflowId { get; init; }
    public required MerchantId Merchant { get; init; }

    /// <summary>The provider's id of the customer that the payment method will belong to (<c>cus_...</c>).</summary>
    public required string ProviderCustomerId { get; init; }

    /// <summary>For example <c>card</c>.</summary>
    public required string PaymentMethodType { get; init; }

    /// <summary>The token that the customer's browser got from the provider.</summary>
    public required string PaymentMethodToken { get; init; }

    /// <summary>Where the customer comes back to after 3-D Secure; null leaves that to the provider's own script.</summary>
    public string? ReturnUrl { get; init; }
}
