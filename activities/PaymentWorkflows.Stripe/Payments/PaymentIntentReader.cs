using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Stripe.Errors;
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
            "requires_action" => new MoneyVerdict.Pending(facts, NextActionReader.Read(intent)),
            "processing" => new MoneyVerdict.Pending(facts, null),
            "requires_payment_method" when intent.LastPaymentError is { } error => new MoneyVerdict.Declined(
                DeclineCatalogue.Read(error.DeclineCode ?? error.Code ?? "generic_decline", error.AdviceCode, error.Message ?? "The payment was declined."), facts),
            _ => new MoneyVerdict.Unknown(UnknownCause.UnreadableAnswer, $"Payment {intent.Id} exists in state {intent.Status} without an outcome."),
        };
    }

    /// <summary>
    /// The answer to a request that makes a payment or takes its money. "Canceled" is that here, whatever the answer says of money: only a
    /// look-up may find a payment that was canceled first and paid afterwards.
    /// </summary>
    public static MoneyVerdict VerdictOfTaking(PaymentIntent intent) => Verdict(intent) switch
    {
        MoneyVerdict.Succeeded { Payment: var payment } when intent.Status == "canceled" => new MoneyVerdict.Succeeded(payment with { State = PaymentState.Canceled }),
        var verdict => verdict,
    };

    /// <summary>A failure as the verdict of a payment.</summary>
    public static MoneyVerdict Tell(StripeFailure failure) => failure switch
    {
        StripeFailure.Declined declined => new MoneyVerdict.Declined(declined.Decline, ReadableFacts(declined.Error.PaymentIntent)),
        StripeFailure.Refused refused => new MoneyVerdict.NotAttempted(refused.Cause, refused.Code, refused.Message),
        StripeFailure.Unclear unclear => new MoneyVerdict.Unknown(unclear.Cause, unclear.Message),
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, "A failure nobody has decided about."),
    };

    /// <exception cref="FormatException">The object contradicts itself, or is in a state or currency this build does not know.</exception>
    public static ProviderPayment Facts(PaymentIntent intent)
    {
        var currency = Currency.Parse(intent.Currency);
        var charge = InOneCurrency(intent.LatestCharge, currency);
        return new ProviderPayment
        {
            Provider = StripePaymentProvider.ProviderName,
            Id = intent.Id,
            State = State(intent),
            Amount = StripeMinorUnits.FromStripe(intent.Amount, currency),
            Capturable = StripeMinorUnits.FromStripe(intent.AmountCapturable, currency),
            Captured = StripeMinorUnits.FromStripe(intent.AmountReceived, currency),
            Refunded = charge is null ? null : StripeMinorUnits.FromStripe(charge.AmountRefunded, currency),
            Fee = Fee(charge, currency),
            ChargeId = intent.LatestChargeId,
            CaptureBefore = charge?.PaymentMethodDetails?.Card?.CaptureBefore is { } moment && intent.Status == "requires_capture"
                ? new DateTimeOffset(moment, TimeSpan.Zero)
                : null,
            RiskLevel = charge?.Outcome?.RiskLevel,
            CardFingerprint = charge?.PaymentMethodDetails?.Card?.Fingerprint,
            AttemptKey = intent.Metadata?.GetValueOrDefault(MetadataKeys.AttemptKey),
        };
    }

    /// <summary>A refund, with the facts of the charge it belongs to.</summary>
    public static MoneyVerdict Verdict(Refund refund)
    {
        var currency = Currency.Parse(refund.Currency);
        var amount = StripeMinorUnits.FromStripe(refund.Amount, currency);
        var charge = InOneCurrency(refund.Charge, currency);
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

    /// <summary>The refusal stands whatever the object beside it looks like.</summary>
    private static ProviderPayment? ReadableFacts(PaymentIntent? intent)
    {
        try
        {
            return intent is null ? null : Facts(intent);
        }
        catch (Exception unreadable) when (unreadable is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static Charge? InOneCurrency(Charge? charge, Currency currency) =>
        charge is null || charge.Currency == currency.Code
            ? charge
            : throw new FormatException($"Charge {charge.Id} is in {charge.Currency}, what it belongs to in {currency}.");

    private static PaymentState State(PaymentIntent intent) => intent.Status switch
    {
        "succeeded" => PaymentState.Captured,
        "requires_capture" => PaymentState.Authorized,
        "requires_action" => PaymentState.RequiresAction,
        "processing" => PaymentState.Processing,

        // A slip may be paid after its payment was canceled: Stripe leaves it canceled, and the money is there.
        "canceled" when intent.AmountReceived > 0 => PaymentState.Captured,
        "canceled" => PaymentState.Canceled,
        "requires_payment_method" or "requires_confirmation" => PaymentState.Open,
        _ => throw new FormatException($"Stripe's payment state '{intent.Status}' is not one this build knows."),
    };

    /// <summary>Stripe tells the fee in the settlement currency; in another one than the payment's, or in digits that the currency has not, it cannot be booked beside it.</summary>
    private static Money? Fee(Charge? charge, Currency currency) =>
        charge?.BalanceTransaction is { } transaction && transaction.Currency == currency.Code
            ? StripeMinorUnits.TryFromStripe(transaction.Fee, currency)
            : null;
}
