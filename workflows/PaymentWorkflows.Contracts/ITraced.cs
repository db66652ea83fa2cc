using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Contracts;

/// <summary>A message that carries the one transaction id, so that logs and traces of whoever handles it can name it.</summary>
public interface ITraced
{
    /// <summary>Null only before the id is made.</summary>
    TransactionId? Transaction { get; }
}
