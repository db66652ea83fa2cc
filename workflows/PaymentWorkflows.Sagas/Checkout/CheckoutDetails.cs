using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Sagas.Holds;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>A checkout as people see it in the Web UI (current details).</summary>
public static class CheckoutDetails
{
    /// <summary>Markdown.</summary>
    /// <param name="view">Where it stands.</param>
    /// <param name="amount">What the customer pays.</param>
    /// <param name="waitsUntil">Until when it waits for somebody outside.</param>
    /// <param name="undoing">Whether what was done is being taken back.</param>
    /// <param name="holds">What waits for a person.</param>
    /// <param name="acts">What became of the acts that came.</param>
    public static string Render(CheckoutView view, Money amount, DateTimeOffset? waitsUntil, bool undoing, IReadOnlyList<HeldView> holds, ActLog acts)
    {
        ArgumentNullException.ThrowIfNull(view);
        return new SagaDetails
        {
            Title = $"{HoldRules.Name(view.Status)} - {amount}{(view.Payment is { } payment ? $", {payment.Provider} {payment.Id}" : "")}",
            Next = Next(view, waitsUntil, undoing),
            Steps = [.. view.Steps.Select(step => new StepLine(HoldRules.Name(step.Name), HoldRules.Name(step.Status), step.Attempts, step.At, step.Reference))],
            Notes = [.. Notes(view)],
            Holds = holds,
            Acts = acts,
        }.Render();
    }

    /// <summary>What happens next by itself, or whom the checkout waits for.</summary>
    public static string Next(CheckoutView view, DateTimeOffset? waitsUntil, bool undoing)
    {
        ArgumentNullException.ThrowIfNull(view);
        var until = waitsUntil is { } deadline ? $" until {SagaDetails.Moment(deadline)}" : "";
        var open = view.Steps.LastOrDefault(step => step.Status == StepStatus.Unknown && step.Name != CheckoutStep.CustomerAction);
        return (view.Status, undoing, open) switch
        {
            ({ } status, _, { Name: CheckoutStep.Erp }) when status.IsFinal() && !undoing => "Next: the documents of the ERP, automatically; nobody waits for them",
            ({ } status, _, _) when status.IsFinal() && !undoing => view.CompletedAt is { } at ? $"Nothing more to do since {SagaDetails.Moment(at)}" : "Nothing more to do",
            (_, true, _) when view.AwaitsProvider => $"Waiting for the provider to say how the payment ended{until}; then it is taken back",
            (_, true, _) => "Next: take back what was done, automatically",
            (_, _, { } unknown) => $"Next: find out what became of {HoldRules.Name(unknown.Name)}, automatically",
            (CheckoutStatus.RequiresAction, _, _) => $"Waiting for the customer{until} ({view.NextAction?.Type}); then the checkout expires",
            (CheckoutStatus.RequiresCapture, _, _) => $"Waiting for the merchant to capture{until}; then the checkout expires",
            _ when view.AwaitsProvider => "Waiting for the provider to say how the payment ended",
            _ => $"Next: {HoldRules.Name(Following(view.Steps))}, automatically",
        };
    }

    private static IEnumerable<string> Notes(CheckoutView view)
    {
        if (view.Decline is { } decline)
        {
            yield return $"Declined: {decline.Code} ({HoldRules.Name(decline.Category)}); advice: {decline.Advice}.";
        }

        if (view.Change is { } change)
        {
            string?[] fields = [change.Token is null ? null : ChangeableFields.PaymentMethodToken, change.ReturnUrl is null ? null : ChangeableFields.ReturnUrl];
            yield return $"A person changed the request: {string.Join(", ", fields.Where(field => field is not null))}. Revision {change.Revision}.";
        }
    }

    /// <summary>The step after the last one that is dealt with; between authorization and capture it is the capture that people wait for.</summary>
    private static CheckoutStep Following(IReadOnlyList<StepRecord> steps) => (steps.Count == 0 ? null : (CheckoutStep?)steps[^1].Name) switch
    {
        null => CheckoutStep.Price,
        CheckoutStep.Price => CheckoutStep.Tax,
        CheckoutStep.Tax or CheckoutStep.Intent => CheckoutStep.Authorize,
        CheckoutStep.Authorize or CheckoutStep.CustomerAction or CheckoutStep.Review or CheckoutStep.Reserve => CheckoutStep.Capture,
        CheckoutStep.Capture => CheckoutStep.Ledger,
        _ => CheckoutStep.Notify,
    };
}
