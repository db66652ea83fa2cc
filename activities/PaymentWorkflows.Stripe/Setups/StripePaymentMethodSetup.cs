using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Stripe.Errors;
using PaymentWorkflows.Stripe.Payments;
using Stripe;

namespace PaymentWorkflows.Stripe.Setups;

/// <summary>Payment methods kept by SetupIntents. Sources: docs.stripe.com/api/setup_intents, docs.stripe.com/payments/setup-intents.</summary>
internal sealed class StripePaymentMethodSetup(IStripeClient client) : IPaymentMethodSetup
{
    private readonly SetupIntentService setups = new(client);

    public Task<SetupVerdict> SetUpAsync(SetupOrder order, string idempotencyKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        var options = new SetupIntentCreateOptions
        {
            Customer = order.ProviderCustomerId,
            PaymentMethod = order.PaymentMethodToken,
            AllowedPaymentMethodTypes = [order.PaymentMethodType],
            Confirm = true,
            Usage = "off_session",
            Metadata = new Dictionary<string, string>
            {
                [MetadataKeys.AttemptKey] = order.Key.Value,
                [MetadataKeys.TransactionId] = order.TransactionId.Value,
                [MetadataKeys.WorkflowId] = order.WorkflowId,
                [MetadataKeys.Merchant] = order.Merchant.Value,
            },
        };

        // A member that is set to null would be sent as an empty one.
        if (order.ReturnUrl is not null)
        {
            options.ReturnUrl = order.ReturnUrl;
        }

        return StripeErrors.GuardAsync(
            async () => Verdict(await setups.CreateAsync(options, new RequestOptions { IdempotencyKey = idempotencyKey }, cancellationToken)),
            lookUp: false,
            Tell,
            cancellationToken);
    }

    public Task<SetupVerdict> ReadAsync(string setupId, CancellationToken cancellationToken) => StripeErrors.GuardAsync(
        async () => Verdict(await setups.GetAsync(setupId, null, null, cancellationToken)), lookUp: true, Tell, cancellationToken);

    public Task<SetupVerdict> FindAsync(string providerCustomerId, AttemptKey key, CancellationToken cancellationToken) => StripeErrors.GuardAsync(
        async () =>
        {
            var options = new SetupIntentListOptions { Customer = providerCustomerId, Limit = 100 };
            await foreach (var setup in StripePages.AllAsync(after => setups.ListAsync(StripePages.After(options, after), null, cancellationToken)))
            {
                // Newest first: a later send of the attempt says more than an earlier one.
                if (setup.Metadata?.GetValueOrDefault(MetadataKeys.AttemptKey) == key.Value)
                {
                    return Verdict(setup);
                }
            }

            return new SetupVerdict.NotAttempted(RefusalCause.Absent, "resource_missing", $"No set-up of {providerCustomerId} carries the attempt key {key}.");
        },
        lookUp: true,
        Tell,
        cancellationToken);

    private static SetupVerdict Verdict(SetupIntent setup) => setup.Status switch
    {
        "succeeded" when setup.PaymentMethodId is { Length: > 0 } method => new SetupVerdict.Succeeded(setup.Id, method),
        "requires_action" => new SetupVerdict.Pending(setup.Id, Action(setup.NextAction)),
        "processing" => new SetupVerdict.Pending(setup.Id, null),
        "requires_payment_method" when setup.LastSetupError is { } error => new SetupVerdict.Declined(
            DeclineCatalogue.Read(error.DeclineCode ?? error.Code ?? "generic_decline", error.AdviceCode, error.Message ?? "Your card was declined."), setup.Id),
        "canceled" => new SetupVerdict.NotAttempted(RefusalCause.State, "canceled", $"Set-up {setup.Id} was canceled."),
        _ => new SetupVerdict.Unknown(UnknownCause.UnreadableAnswer, $"Set-up {setup.Id} exists in state {setup.Status} without an outcome."),
    };

    private static NextAction? Action(SetupIntentNextAction? action) =>
        action is null ? null : new NextAction("three_d_secure", action.RedirectToUrl?.Url, null, null);

    private static SetupVerdict Tell(StripeFailure failure) => failure switch
    {
        StripeFailure.Declined declined => new SetupVerdict.Declined(declined.Decline, declined.Error.SetupIntent?.Id),
        StripeFailure.Refused refused => new SetupVerdict.NotAttempted(refused.Cause, refused.Code, refused.Message),
        StripeFailure.Unclear unclear => new SetupVerdict.Unknown(unclear.Cause, unclear.Message),
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, "A failure nobody has decided about."),
    };
}
