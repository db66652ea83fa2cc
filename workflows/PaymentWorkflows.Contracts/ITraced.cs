using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Contracts;

/// <summary>A message that carries the one transaction id, so that logs and traces of whoever handles it can name it.</summary>
public interface ITraced
{
    /// <summary>Null only before the id is made.</summary>
    TransactionId? Transaction { get; }

    /// <summary>Whose purchase it is, where the message says so.</summary>
    MerchantId? OfMerchant => null;

    /// <summary>The checkout it is about, where the message says so.</summary>
    CheckoutId? OfCheckout => null;
}
