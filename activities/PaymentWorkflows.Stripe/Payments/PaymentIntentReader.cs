using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using Stripe;

namespace PaymentWorkflows.Stripe.Payments;

/// <summary>Reads Stripe's objects as verdicts and facts. Source: docs.stripe.com/payments/paymentintents/lifecycle.</summary>
internal static class PaymentIntentReader
{
    public static MoneyVerdict Verdict(PaymentIntent intent)
    {
        var facts = Facts(intent);
        return intent.Status switch
        {
            "succeeded" or "requires_capture" or "canceled" => new MoneyVerdict.Succeeded(facts),
            "requires_action" => new MoneyVerdict.Pending(facts, Action(intent.NextAction)),
            "processing" => new MoneyVerdict.Pending(facts, null),
            "requires_payment_method" when intent.LastPaymentError is { } error => new MoneyVerdict.Declined(
                DeclineCatalogue.Read(error.DeclineCode ?? error.Code ?? "generic_decline", error.AdviceCode, error.Message ?? "Your card was declined."), facts),
            _ => new MoneyVerdict.Unknown(UnknownCause.UnreadableAnswer, $"Payment {intent.Id} exists in state {intent.Status} without an outcome."),
        };
    }

    public static ProviderPayment Facts(PaymentIntent intent)
    {
        var currency = Currency.Parse(intent.Currency);
        var charge = intent.LatestCharge;
        return new ProviderPayment
        {
            Provider = StripePaymentProvider.ProviderName,
            Id = intent.Id,
            State = State(intent.Status),
            Amount = StripeMinorUnits.FromStripe(intent.Amount, currency),
            Capturable = StripeMinorUnits.FromStripe(intent.AmountCapturable, currency),
            Captured = StripeMinorUnits.FromStripe(intent.AmountReceived, currency),
            Refunded = charge is null ? null : StripeMinorUnits.FromStripe(charge.AmountRefunded, currency),
            Fee = Fee(charge, currency),
            ChargeId = intent.LatestChargeId,
            CaptureBefore = charge?.PaymentMethodDetails?.Card?.CaptureBefore is { } moment && intent.Status == "requires_capture"
                ? new DateTimeOffset(moment, TimeSpan.Zero)
                : null,
            AttemptKey = intent.Metadata?.GetValueOrDefault(MetadataKeys.AttemptKey),
        };
    }

    /// <summary>A refund, with the facts of the charge it belongs to.</summary>
    public static MoneyVerdict Verdict(Refund refund)
    {
        var currency = Currency.Parse(refund.Currency);
        var amount = StripeMinorUnits.FromStripe(refund.Amount, currency);
        var charge = refund.Charge;
        var facts = new ProviderPayment
        {
            Provider = StripePaymentProvider.ProviderName,
            Id = refund.PaymentIntentId,
            State = PaymentState.Captured,
            Amount = charge is null ? amount : StripeMinorUnits.FromStripe(charge.Amount, currency),
            Capturable = Money.Zero(currency),
            Captured = charge is null ? amount : StripeMinorUnits.FromStripe(charge.AmountCaptured, currency),
            Refunded = amount,
            Fee = Fee(charge, currency),
            ChargeId = refund.ChargeId,
            RefundId = refund.Id,
            AttemptKey = refund.Metadata?.GetValueOrDefault(MetadataKeys.AttemptKey),
        };
        return refund.Status switch
        {
            "succeeded" => new MoneyVerdict.Succeeded(facts),
            "pending" or "requires_action" => new MoneyVerdict.Pending(facts, null),
            "failed" or "canceled" => new MoneyVerdict.NotAttempted(
                RefusalCause.State, refund.FailureReason ?? refund.Status, $"Refund {refund.Id} ended as {refund.Status} ({refund.FailureReason ?? "no reason given"})."),
            _ => new MoneyVerdict.Unknown(UnknownCause.UnreadableAnswer, $"Refund {refund.Id} is in state {refund.Status}."),
        };
    }

    private static PaymentState State(string status) => status switch
    {
        "succeeded" => PaymentState.Captured,
        "requires_capture" => PaymentState.Authorized,
        "requires_action" => PaymentState.RequiresAction,
        "processing" => PaymentState.Processing,
        "canceled" => PaymentState.Canceled,
        "requires_payment_method" or "requires_confirmation" => PaymentState.Open,
        _ => throw new FormatException($"Stripe's payment state '{status}' is not one this build knows."),
    };

    private static NextAction? Action(PaymentIntentNextAction? action) => action is null
        ? null
        : new NextAction("three_d_secure", action.RedirectToUrl?.Url, null, null);

    /// <summary>Stripe tells the fee in the settlement currency; in another one than the payment's it cannot be booked beside it.</summary>
    private static Money? Fee(Charge? charge, Currency currency) =>
        charge?.BalanceTransaction is { } transaction && transaction.Currency == currency.Code
            ? StripeMinorUnits.FromStripe(transaction.Fee, currency)
            : null;
}
