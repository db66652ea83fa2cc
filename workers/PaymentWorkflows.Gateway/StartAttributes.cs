using PaymentWorkflows.Contracts;
using PaymentWorkflows.Domain;
using Temporalio.Common;

namespace PaymentWorkflows.Gateway;

/// <summary>The search attributes that every workflow of the Gateway starts with.</summary>
internal static class StartAttributes
{
    public static SearchAttributeCollection.Builder Of(TransactionId transaction, MerchantId merchant, CustomerId customer, Currency currency) => new SearchAttributeCollection.Builder()
        .Set(SearchAttributes.TransactionId, transaction.Value)
        .Set(SearchAttributes.MerchantId, merchant.Value)
        .Set(SearchAttributes.CustomerId, customer.Value)
        .Set(SearchAttributes.Currency, currency.Code);
}
