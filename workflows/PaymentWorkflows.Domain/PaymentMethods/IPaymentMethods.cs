namespace PaymentWorkflows.Domain.PaymentMethods;

/// <summary>The deployment's payment methods as they stand now.</summary>
public interface IPaymentMethods
{
    /// <summary>One immutable set; the next read may give a newer one.</summary>
    PaymentMethodCatalogue Current { get; }
}
