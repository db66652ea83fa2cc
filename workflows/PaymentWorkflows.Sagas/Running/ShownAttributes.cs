using PaymentWorkflows.Contracts;
using PaymentWorkflows.Domain;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Running;

/// <summary>The search attributes of a saga. Those that every saga has are set with its first change, where its start did not bring them.</summary>
internal sealed class ShownAttributes
{
    private SearchAttributeUpdate[] unset = [];
    private bool attention;

    public ShownAttributes(TransactionId transaction, MerchantId merchant, CustomerId customer, Money amount, string? region)
    {
        if (!Workflow.TypedSearchAttributes.ContainsKey(SearchAttributes.TransactionId))
        {
            // The Gateway sets them with the start. They wait for the first change, so that all are one event.
            unset =
            [
                SearchAttributes.TransactionId.ValueSet(transaction.Value),
                SearchAttributes.MerchantId.ValueSet(merchant.Value),
                SearchAttributes.CustomerId.ValueSet(customer.Value),
                SearchAttributes.Currency.ValueSet(amount.Currency.Code),
                SearchAttributes.AmountMinor.ValueSet(amount.Minor),
                SearchAttributes.NeedsAttention.ValueSet(false),
                .. region is null ? Array.Empty<SearchAttributeUpdate>() : [SearchAttributes.Region.ValueSet(region)],
            ];
        }
    }

    /// <summary>Where the saga stands, and why it was refused, if it was.</summary>
    public void ShowStage(string stage, string? code) => Show(
        code is null
            ? [SearchAttributes.PaymentStage.ValueSet(stage)]
            : [SearchAttributes.PaymentStage.ValueSet(stage), SearchAttributes.DeclineCode.ValueSet(code)]);

    /// <summary>Whether a person is waited for; only a change costs an event.</summary>
    public void ShowAttention(bool needed)
    {
        if (attention != needed)
        {
            attention = needed;
            Show(SearchAttributes.NeedsAttention.ValueSet(needed));
        }
    }

    /// <summary>Shown with the next change, so that both are one event.</summary>
    public void ShowLater(SearchAttributeUpdate change) => unset = [.. unset.Where(first => first.UntypedKey != change.UntypedKey), change];

    public void Show(params SearchAttributeUpdate[] changes)
    {
        Workflow.UpsertTypedSearchAttributes([.. unset.Where(first => !changes.Any(change => change.UntypedKey == first.UntypedKey)), .. changes]);
        unset = [];
    }
}
