using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Payments;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>Where a checkout waits: for its customer, for its merchant, and for whoever asks it to stop.</summary>
public sealed partial class CheckoutWorkflow
{
    private const string AuthorizationEnded = "The authorization ended at the provider.";

    private bool StopRequested => cancel is not null || Workflow.CancellationToken.IsCancellationRequested;

    /// <summary>How long to wait for the provider's event before looking unasked: an event may be lost.</summary>
    private static readonly TimeSpan[] Patience =
        [TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5)];

    /// <summary>The same for a bank that takes its days.</summary>
    private static readonly TimeSpan[] ProviderPatience = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6)];

    /// <summary>How long to wait for a bank before the next look.</summary>
    internal static TimeSpan ProviderPause(int look) => ProviderPatience[Math.Min(look, ProviderPatience.Length - 1)];

    /// <summary>The customer authenticates; the provider's event says when to look. Past the expiry there is one last look.</summary>
    private async Task<PaymentDecision> AwaitCustomerAsync(PaymentDecision.AwaitCustomer wanted)
    {
        var deadline = Earlier(wanted.Action.ExpiresAt, Workflow.UtcNow + Payment.CustomerTime);
        var action = wanted.Action with { ExpiresAt = deadline };
        Progress.WaitsUntil = deadline;
        Progress.Know(wanted.Payment);
        Progress.Note(CheckoutStep.Intent, StepStatus.Done, wanted.Payment.Id);
        Progress.Note(CheckoutStep.CustomerAction, StepStatus.Unknown);
        await Progress.RecordAsync(view => view with { Status = CheckoutStatus.RequiresAction, NextAction = action }, "checkout.requires_action");
        for (var look = 0; ; look++)
        {
            await WaitUntilAsync(() => events.HasNews, Earlier(Workflow.UtcNow + Patience[Math.Min(look, Patience.Length - 1)], deadline));
            var inTime = Workflow.UtcNow < deadline;
            var decision = await Payment.LookAgainAsync();
            if (decision is PaymentDecision.AwaitCustomer && inTime)
            {
                continue;
            }

            // Past the expiry a payment may be found canceled already: by our own undo, of a task whose completion was lost.
            if (decision is PaymentDecision.AwaitCustomer || (decision is PaymentDecision.Ended && Workflow.UtcNow >= deadline))
            {
                Progress.Note(CheckoutStep.CustomerAction, StepStatus.Failed);
                throw new CheckoutStoppedException(CheckoutStatus.Expired, $"The customer did not act by {deadline:O}.");
            }

            if (decision is not (PaymentDecision.Captured or PaymentDecision.Authorized or PaymentDecision.Decline or PaymentDecision.Ended or PaymentDecision.AwaitProvider))
            {
                // Unknown, or held: after that the customer may still have to act.
                decision = await Payment.Authorize().RunAsync();
            }

            if (decision is not PaymentDecision.AwaitCustomer)
            {
                Progress.Note(CheckoutStep.CustomerAction, decision is PaymentDecision.Decline or PaymentDecision.Ended ? StepStatus.Failed : StepStatus.Done);
            }

            return decision;
        }
    }

    /// <summary>
    /// The provider has the payment and answers later: a bank debit may take days. The caller is told now. Past the expiry the payment is
    /// an unknown outcome like any other.
    /// </summary>
    private async Task<PaymentDecision> AwaitProviderAsync(PaymentDecision.AwaitProvider waits)
    {
        var deadline = Workflow.UtcNow + Payment.CustomerTime;
        Progress.WaitsUntil = deadline;
        Progress.Know(waits.Payment);
        Progress.Note(CheckoutStep.Intent, StepStatus.Done, waits.Payment.Id);
        Progress.Note(CheckoutStep.Authorize, StepStatus.Unknown, waits.Payment.Id);
        await Progress.RecordAsync(view => view with { Status = CheckoutStatus.Processing, NextAction = null, AwaitsProvider = true }, "checkout.processing");
        for (var look = 0; ; look++)
        {
            await WaitUntilAsync(() => events.HasNews, Earlier(Workflow.UtcNow + ProviderPause(look), deadline));
            var decision = Workflow.UtcNow < deadline ? await Payment.LookAgainAsync() : await Payment.Settle().RunAsync();
            if (decision is PaymentDecision.AwaitProvider)
            {
                continue;
            }

            return decision is PaymentDecision.Captured or PaymentDecision.Authorized or PaymentDecision.Decline or PaymentDecision.Ended or PaymentDecision.AwaitCustomer
                ? decision
                : await Payment.Authorize().RunAsync();
        }
    }

    /// <summary>The merchant captures, or the authorization lapses. Gives the amount to capture.</summary>
    private async Task<Money> AwaitCaptureAsync(ProviderPayment authorized)
    {
        var deadline = Earlier(authorized.CaptureBefore, Workflow.UtcNow + Start.Policies.AuthorizationExpiry);
        var told = Progress.View.Status == CheckoutStatus.Authorized;
        Progress.WaitsUntil = deadline;
        await Progress.RecordAsync(view => view with { Status = CheckoutStatus.RequiresCapture, NextAction = null }, told ? null : "checkout.authorized");
        while (capture is null || Refuses(capture))
        {
            var inTime = await WaitUntilAsync(() => capture is not null || events.HasNews, deadline);
            var ended = capture is null && events.HasNews
                && await Payment.ReadAsync(authorized.Id) is MoneyVerdict.Succeeded { Payment.State: PaymentState.Canceled };
            if (!inTime || ended)
            {
                throw new CheckoutStoppedException(CheckoutStatus.Expired, ended ? AuthorizationEnded : $"Nobody captured by {deadline:O}.");
            }
        }

        return capture.Amount is { } part ? new Money(part, input.Currency) : Progress.Amount;
    }

    /// <summary>An amount that cannot be captured is refused in view; the checkout goes on waiting for one that can.</summary>
    private bool Refuses(CaptureSignal told)
    {
        if (told.Amount is null || (told.Amount >= 1 && told.Amount <= Progress.Amount.Minor))
        {
            return false;
        }

        capture = null;
        acts.ShowRefusal($"A capture of {told.Amount} minor units is not possible. Allowed: 1 to {Progress.Amount.Minor}, or none for all.");
        Progress.ShowDetails();
        return true;
    }

    /// <summary>Waits until the condition, the deadline (false) or a request to stop.</summary>
    private async Task<bool> WaitUntilAsync(Func<bool> condition, DateTimeOffset deadline)
    {
        var left = deadline - Workflow.UtcNow;
        var inTime = left > TimeSpan.Zero && await Workflow.WaitConditionAsync(() => condition() || StopRequested, left, CancellationToken.None);
        StopWhenAsked();
        return inTime;
    }

    private void StopWhenAsked()
    {
        if (StopRequested && Progress.View.Status.CanBeUndone())
        {
            throw new CheckoutStoppedException(CheckoutStatus.Canceled, cancel?.Reason ?? "The workflow was canceled.");
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one is { } first && first < other ? first : other;
}
