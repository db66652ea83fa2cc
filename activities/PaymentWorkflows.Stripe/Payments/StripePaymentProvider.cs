using System.Text.RegularExpressions;
using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Stripe.Errors;
using Stripe;

namespace PaymentWorkflows.Stripe.Payments;

/// <summary>Payments at Stripe. Every call is made once, under our idempotency key.</summary>
internal sealed partial class StripePaymentProvider(IStripeClient client, StripeConnection connection) : IPaymentProvider
{
    public const string ProviderName = "stripe";

    private static readonly List<string> IntentExpansions = ["latest_charge.balance_transaction"];
    private static readonly List<string> RefundExpansions = ["charge.balance_transaction"];

    private readonly PaymentIntentService intents = new(client);
    private readonly RefundService refunds = new(client);

    public string Name => ProviderName;

    public TimeSpan SearchLag => connection.SearchLag;

    public Task<MoneyVerdict> AuthorizeAsync(AuthorizeRequest request, KnownCustomer? payer, string idempotencyKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (StripeMinorUnits.ToStripe(request.Amount) is not { } amount)
        {
            return NotRepresentable(request.Amount);
        }

        var options = new PaymentIntentCreateOptions
        {
            Amount = amount,
            Currency = request.Amount.Currency.Code,
            Confirm = true,
            CaptureMethod = request.CaptureAtOnce ? "automatic" : "manual",
            Description = $"{request.Merchant} {request.Order}",
            Metadata = Metadata(request),
            Expand = IntentExpansions,
        };
        PaymentParameters.Add(options, request, payer);
        if (request.ReturnUrl is not null)
        {
            options.ReturnUrl = request.ReturnUrl;
        }

        return SendAsync(async () => PaymentIntentReader.VerdictOfTaking(await intents.CreateAsync(options, Keyed(idempotencyKey), cancellationToken)), cancellationToken);
    }

    public Task<MoneyVerdict> CaptureAsync(CaptureRequest request, string idempotencyKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (StripeMinorUnits.ToStripe(request.Amount) is not { } amount)
        {
            return NotRepresentable(request.Amount);
        }

        var options = new PaymentIntentCaptureOptions { AmountToCapture = amount, Expand = IntentExpansions };
        return SendAsync(
            async () => PaymentIntentReader.VerdictOfTaking(await intents.CaptureAsync(request.PaymentId, options, Keyed(idempotencyKey), cancellationToken)), cancellationToken);
    }

    public Task<MoneyVerdict> CancelAsync(string paymentId, string idempotencyKey, CancellationToken cancellationToken)
    {
        var options = new PaymentIntentCancelOptions { CancellationReason = "requested_by_customer", Expand = IntentExpansions };
        return SendAsync(async () => PaymentIntentReader.Verdict(await intents.CancelAsync(paymentId, options, Keyed(idempotencyKey), cancellationToken)), cancellationToken);
    }

    public Task<MoneyVerdict> RefundAsync(RefundOrder order, string idempotencyKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (StripeMinorUnits.ToStripe(order.Amount) is not { } amount)
        {
            return NotRepresentable(order.Amount);
        }

        var options = new RefundCreateOptions
        {
            PaymentIntent = order.PaymentId,
            Amount = amount,
            Metadata = new Dictionary<string, string>(order.Metadata ?? new Dictionary<string, string>())
            {
                [MetadataKeys.AttemptKey] = order.Key.Value,
                [MetadataKeys.TransactionId] = order.TransactionId.Value,
                [MetadataKeys.WorkflowId] = order.WorkflowId,
            },
            Expand = RefundExpansions,
        };
        if (Reason(order.Reason) is { } reason)
        {
            options.Reason = reason;
        }

        return SendAsync(async () => PaymentIntentReader.Verdict(await refunds.CreateAsync(options, Keyed(idempotencyKey), cancellationToken)), cancellationToken);
    }

    public Task<MoneyVerdict> ReadAsync(string paymentId, CancellationToken cancellationToken) => LookUpAsync(
        async () => PaymentIntentReader.Verdict(await intents.GetAsync(paymentId, new PaymentIntentGetOptions { Expand = IntentExpansions }, Account(), cancellationToken)),
        cancellationToken);

    public Task<MoneyVerdict> FindAsync(AttemptKey key, CancellationToken cancellationToken) => LookUpAsync(
        async () =>
        {
            // Source: docs.stripe.com/search. Not for read-after-write: the caller knows about the lag.
            var options = new PaymentIntentSearchOptions
            {
                Query = MetadataKeys.Clause(MetadataKeys.AttemptKey, key.Value),
                Limit = 10,
                Expand = ["data.latest_charge.balance_transaction"],
            };
            var found = await intents.SearchAsync(options, Account(), cancellationToken);
            return StripePages.Single(found).Where(intent => intent.Metadata?.GetValueOrDefault(MetadataKeys.AttemptKey) == key.Value).ToArray() switch
            {
                [] => Absent($"No payment carries the attempt key {key}."),
                [var intent] => PaymentIntentReader.Verdict(intent),
                var several => new MoneyVerdict.Unknown(UnknownCause.UnreadableAnswer, $"{several.Length} payments carry the attempt key {key}."),
            };
        },
        cancellationToken);

    public Task<MoneyVerdict> ReadRefundAsync(string refundId, CancellationToken cancellationToken) => RefundIds().IsMatch(refundId)
        ? LookUpAsync(
            async () => PaymentIntentReader.Verdict(await refunds.GetAsync(refundId, new RefundGetOptions { Expand = RefundExpansions }, Account(), cancellationToken)),
            cancellationToken)
        : Task.FromResult<MoneyVerdict>(new MoneyVerdict.NotAttempted(RefusalCause.Request, RefundCodes.NotTheProviders, "This is no id of a refund at Stripe (re_...)."));

    public Task<MoneyVerdict> FindRefundAsync(string paymentId, AttemptKey key, CancellationToken cancellationToken) => LookUpAsync(
        async () =>
        {
            var options = new RefundListOptions { PaymentIntent = paymentId, Limit = 100, Expand = ["data.charge.balance_transaction"] };
            Refund? found = null;
            await foreach (var refund in StripePages.AllAsync(after => refunds.ListAsync(StripePages.After(options, after), Account(), cancellationToken)))
            {
                // Newest first: the first match is how the latest try stands, a living one beats a failed one.
                var living = refund.Status is not ("failed" or "canceled");
                if (refund.Metadata?.GetValueOrDefault(MetadataKeys.AttemptKey) == key.Value && (found is null || living))
                {
                    found = refund;
                    if (living)
                    {
                        break;
                    }
                }
            }

            return found is null ? Absent($"No refund of {paymentId} carries the attempt key {key}.") : PaymentIntentReader.Verdict(found);
        },
        cancellationToken);

    /// <summary>Stripe knows three reasons; others are left out. Source: docs.stripe.com/api/refunds/create.</summary>
    private static string? Reason(RefundReason reason) => reason switch
    {
        RefundReason.RequestedByCustomer => "requested_by_customer",
        RefundReason.Duplicate => "duplicate",
        RefundReason.Fraudulent => "fraudulent",
        RefundReason.Other => null,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason nobody has decided about."),
    };

    private static Dictionary<string, string> Metadata(AuthorizeRequest request)
    {
        // Ours come last: the caller's notes never hide what finds and traces the payment.
        var metadata = new Dictionary<string, string>(request.Metadata ?? new Dictionary<string, string>())
        {
            [MetadataKeys.TransactionId] = request.TransactionId.Value,
            [MetadataKeys.WorkflowId] = request.WorkflowId,
            [MetadataKeys.CheckoutId] = request.CheckoutId.Value,
            [MetadataKeys.Merchant] = request.Merchant.Value,
            [MetadataKeys.Order] = request.Order.Value,
            [MetadataKeys.AttemptKey] = request.Key.Value,
        };
        if (request.Method is { Flow: var flow })
        {
            metadata[MetadataKeys.Flow] = flow.Name();
        }

        return metadata;
    }

    private static Task<MoneyVerdict> SendAsync(Func<Task<MoneyVerdict>> call, CancellationToken cancellationToken) =>
        StripeErrors.GuardAsync(call, lookUp: false, PaymentIntentReader.Tell, cancellationToken);

    private static Task<MoneyVerdict> LookUpAsync(Func<Task<MoneyVerdict>> call, CancellationToken cancellationToken) =>
        StripeErrors.GuardAsync(call, lookUp: true, PaymentIntentReader.Tell, cancellationToken);

    private static MoneyVerdict Absent(string message) => new MoneyVerdict.NotAttempted(RefusalCause.Absent, "resource_missing", message);

    private static Task<MoneyVerdict> NotRepresentable(Money amount) => Task.FromResult<MoneyVerdict>(
        new MoneyVerdict.NotAttempted(RefusalCause.Request, "amount_not_representable", $"Stripe cannot express {amount}: see docs.stripe.com/currencies for the digits that must be 0."));

    private static RequestOptions Keyed(string idempotencyKey) => new() { IdempotencyKey = idempotencyKey };

    private static RequestOptions Account() => new();

    /// <summary>Refunds of cards and of older payments. Source: docs.stripe.com/api/refunds/object.</summary>
    [GeneratedRegex(@"\A(re|pyr)_[A-Za-z0-9_]{1,250}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RefundIds();
}
