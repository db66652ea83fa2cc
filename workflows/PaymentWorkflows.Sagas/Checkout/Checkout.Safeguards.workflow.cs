using PaymentWorkflows.Contracts.Compensation;
using PaymentWorkflows.Contracts.Reservations;
using PaymentWorkflows.Contracts.Reviews;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.Sagas.Compensation;
using PaymentWorkflows.Sagas.Holds;
using PaymentWorkflows.Sagas.Running;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>What stands between the authorization of a payment and the taking of its money: a person's review, the merchant's reservation.</summary>
public sealed partial class CheckoutWorkflow
{
    private async Task PassSafeguardsAsync(ProviderPayment authorized)
    {
        await ReviewAsync(authorized);
        StopWhenAsked();
        await ReserveAsync();
        StopWhenAsked();
    }

    /// <summary>The deployment's rules may want a person to look before the money is taken.</summary>
    private async Task ReviewAsync(ProviderPayment authorized)
    {
        if (!Start.Policies.Reviews)
        {
            return;
        }

        var request = new ReviewRequest
        {
            CheckoutId = Start.CheckoutId,
            TransactionId = Start.TransactionId,
            Merchant = input.Merchant,
            Customer = input.Customer,
            Amount = Progress.Amount,
            Method = input.PaymentMethod.Type,
            Country = input.Region,
            RiskLevel = authorized.RiskLevel,
            CardFingerprint = authorized.CardFingerprint,
        };
        var result = await Progress.Steps.RunAsync(ActivityProfiles.Rows, (IReviewActivities activities) => activities.EvaluateAsync(request), "evaluate the review rules");
        if (result.Rules.Count == 0)
        {
            Progress.Note(CheckoutStep.Review, StepStatus.Skipped);
            return;
        }

        Progress.Note(CheckoutStep.Review, StepStatus.Held, string.Join(", ", result.Rules));
        // The authorization may lapse while nobody decides; the provider's event tells.
        var watch = new HoldWatch(
            () => events.HasNews,
            async () => await Payment.ReadAsync(authorized.Id) is MoneyVerdict.Succeeded { Payment.State: PaymentState.Canceled } ? null : result.Message);
        var decided = await Progress.Holds.WaitAsync("review", HoldReason.Review, result.Message, () => StopRequested, watch: watch);
        StopWhenAsked();
        if (decided is null)
        {
            throw new CheckoutStoppedException(CheckoutStatus.Expired, "The authorization ended at the provider before anybody decided.");
        }

        if (decided.Action == HoldAction.Reject)
        {
            Progress.Note(CheckoutStep.Review, StepStatus.Failed);
            throw new CheckoutStoppedException(CheckoutStatus.Failed, $"{decided.Actor}: {decided.Reason}");
        }

        Progress.Note(CheckoutStep.Review, StepStatus.Done);
    }

    /// <summary>The merchant's backend sets the goods aside, or the customer gets the money back.</summary>
    private async Task ReserveAsync()
    {
        if (!Start.Policies.Reserves)
        {
            return;
        }

        var request = Reservation();
        while (true)
        {
            switch (await Progress.Steps.RunAsync(ActivityProfiles.Merchant, (IReservationActivities activities) => activities.ReserveAsync(request), $"reserve order {input.Order}"))
            {
                case StepVerdict.Done done:
                    Progress.Note(CheckoutStep.Reserve, StepStatus.Done, done.Reference);
                    return;
                case StepVerdict.Refused refused:
                    Progress.Note(CheckoutStep.Reserve, StepStatus.Failed, refused.Code);
                    throw new CheckoutStoppedException(CheckoutStatus.Canceled, $"The merchant could not reserve: {refused.Message}");
                case StepVerdict.Unknown unknown:
                    await HoldReservationAsync(unknown.Message);
                    break;
                case var other:
                    throw new InvalidOperationException($"The reservation ended as {other}.");
            }
        }
    }

    /// <summary>Nobody knows whether the goods are set aside: asking again is safe, for the request has an id of its own.</summary>
    private async Task HoldReservationAsync(string message)
    {
        Progress.Note(CheckoutStep.Reserve, StepStatus.Held);
        var decided = await Progress.Holds.WaitAsync("reserve", HoldReason.UnknownOutcome, message, () => StopRequested);
        StopWhenAsked();
        if (decided!.Action == HoldAction.Compensate)
        {
            throw new CheckoutStoppedException(CheckoutStatus.Failed, $"{decided.Actor}: {decided.Reason}");
        }

        Progress.Note(CheckoutStep.Reserve, StepStatus.Unknown, triedAgain: true);
    }

    /// <summary>
    /// Lets the merchant's goods go. Asked whenever the saga is undone, for a reservation whose answer was lost may stand; a merchant that
    /// knows none says so.
    /// </summary>
    private async Task<UndoResult> ReleaseAsync()
    {
        var request = Reservation();
        // A release that was stuck shows the step as held; the merchant's reference is what tells that goods were set aside.
        var known = Progress.View.Steps.FirstOrDefault(step => step.Name == CheckoutStep.Reserve) is { Status: StepStatus.Done or StepStatus.Held, Reference: not null };
        var verdict = await Progress.Steps.RunAsync(ActivityProfiles.Merchant, (IReservationActivities activities) => activities.ReleaseAsync(request), $"release order {input.Order}");
        switch (verdict)
        {
            case StepVerdict.Done done:
                if (known)
                {
                    Progress.Note(CheckoutStep.Reserve, StepStatus.Undone, done.Reference);
                }

                return new UndoResult.Done(new CompensationRecord(
                    CheckoutUndo.ReserveStep, known ? CompensationOutcome.Undone : CompensationOutcome.NotNeeded, done.Reference, known ? "released by the merchant" : "the merchant holds nothing"));
            case StepVerdict.Refused refused:
                return new UndoResult.Stuck(refused.Message);
            case StepVerdict.Unknown unknown:
                return new UndoResult.Stuck(unknown.Message);
            default:
                throw new InvalidOperationException($"The release ended as {verdict}.");
        }
    }

    private ReservationRequest Reservation() => new()
    {
        Id = $"{Start.CheckoutId}:reserve",
        CheckoutId = Start.CheckoutId,
        TransactionId = Start.TransactionId,
        Merchant = input.Merchant,
        Order = input.Order,
        Customer = input.Customer,
        Lines = input.Lines,
        Amount = Progress.Amount,
    };
}
