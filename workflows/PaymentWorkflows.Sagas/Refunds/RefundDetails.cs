using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Sagas.Holds;

namespace PaymentWorkflows.Sagas.Refunds;

/// <summary>A refund as people see it in the Web UI (current details).</summary>
public static class RefundDetails
{
    /// <summary>Markdown.</summary>
    /// <param name="start">What it gives back.</param>
    /// <param name="view">Where it stands.</param>
    /// <param name="waitsUntil">Until when it waits before it looks again.</param>
    /// <param name="holds">What waits for a person.</param>
    /// <param name="acts">What became of the acts that came.</param>
    public static string Render(RefundStart start, RefundView view, DateTimeOffset? waitsUntil, IReadOnlyList<HeldView> holds, ActLog acts)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(view);
        return new SagaDetails
        {
            Title = $"{HoldRules.Name(view.Status)} - {new Money(view.Amount, start.Currency)} of {start.CheckoutId}, {start.Payment.Provider} {view.ProviderRefundId ?? start.Payment.Id}",
            Next = Next(view, waitsUntil),
            Steps = [.. view.Steps.Select(step => new StepLine(HoldRules.Name(step.Name), HoldRules.Name(step.Status), step.Attempts, step.At, step.Reference))],
            Notes = [.. Notes(view)],
            Holds = holds,
            Acts = acts,
        }.Render();
    }

    /// <summary>What happens next by itself, or whom the refund waits for.</summary>
    public static string Next(RefundView view, DateTimeOffset? waitsUntil)
    {
        ArgumentNullException.ThrowIfNull(view);
        var again = waitsUntil is { } look ? $"; looks again at {SagaDetails.Moment(look)} or when its event comes" : "";
        var open = view.Steps.FirstOrDefault(step => step.Status is StepStatus.Unknown or StepStatus.Held && step.Name is RefundStep.Tax or RefundStep.Erp);
        return (view.Status, open) switch
        {
            (RefundStatus.Pending, _) => $"Waiting for the provider to give the money back{again}",
            (RefundStatus.Succeeded, { } document) => $"The customer has the money. Next: {HoldRules.Name(document.Name)}, automatically",
            (RefundStatus.Succeeded or RefundStatus.Failed or RefundStatus.Canceled, _) => view.CompletedAt is { } at ? $"Nothing more to do since {SagaDetails.Moment(at)}" : "Nothing more to do",
            _ when view.Steps.Any(step => step is { Name: RefundStep.Refund, Status: StepStatus.Unknown }) => "Next: find out what became of the refund, automatically",
            _ => "Next: the refund at the provider, automatically",
        };
    }

    private static IEnumerable<string> Notes(RefundView view)
    {
        if (view.Failure is { } failure)
        {
            yield return $"Failed: {failure.Code}. {failure.Message}";
        }

        if (view.Attempt > 1)
        {
            yield return $"This is attempt {view.Attempt}.";
        }

        if (view.Owed)
        {
            yield return "The money came back after the refund had succeeded: it is booked as owed to the customer.";
        }

        if (view.PaidOutside is { } paid)
        {
            yield return $"Paid outside of the provider: {paid}.";
        }
    }
}
