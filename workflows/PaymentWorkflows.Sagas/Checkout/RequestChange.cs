using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>
/// What a person may change of the request for the payment after the provider refused it. The changed request is another one under
/// another key; the refused one is known to have moved nothing, and its key is never used again.
/// </summary>
internal sealed class RequestChange(CheckoutInput input, CheckoutProgress progress)
{
    /// <summary>The key of the request in this revision.</summary>
    public static AttemptKey Key(string workflowId, int attempt, int revision) =>
        AttemptKey.Of(workflowId, revision == 0 ? "authorize" : $"authorize.{revision}", attempt);

    /// <summary>
    /// The fields that may change at this hold. None once the provider has named a payment: a changed request would be a second payment
    /// beside it.
    /// </summary>
    public IReadOnlyList<string> FieldsAt(PaymentDecision.Hold hold) => (hold, progress.View.Payment) switch
    {
        ({ Reason: HoldReason.RequestRefused, Payment: null }, null) when input.PaymentMethod.Token is not null => [ChangeableFields.PaymentMethodToken, ChangeableFields.ReturnUrl],
        ({ Reason: HoldReason.RequestRefused, Payment: null }, null) => [ChangeableFields.ReturnUrl],
        _ => [],
    };

    /// <summary>Writes the change to the row, before anything is sent under the new key.</summary>
    public Task ApplyAsync(IReadOnlyDictionary<string, string> fields) => progress.RecordAsync(
        view => view with
        {
            Change = new PaymentChange(
                (view.Change?.Revision ?? 0) + 1,
                fields.GetValueOrDefault(ChangeableFields.PaymentMethodToken) ?? view.Change?.Token,
                fields.GetValueOrDefault(ChangeableFields.ReturnUrl) ?? view.Change?.ReturnUrl),
        },
        notice: null);
}
