namespace PaymentWorkflows.Stripe.Payments;

/// <summary>What we write into the metadata of Stripe's objects, so that each can be found and traced from our side.</summary>
internal static class MetadataKeys
{
    public const string TransactionId = "transaction_id";
    public const string WorkflowId = "workflow_id";
    public const string CheckoutId = "checkout_id";
    public const string Merchant = "merchant";
    public const string Customer = "customer";
    public const string Order = "order";
    public const string AttemptKey = "attempt_key";

    /// <summary>The flow of the payment method, so that the payment can be read without knowing how it was asked for.</summary>
    public const string Flow = "payment_flow";

    /// <summary>The search clause for a value. Source: docs.stripe.com/search#search-syntax (quotes and backslashes are escaped).</summary>
    public static string Clause(string key, string value) =>
        $"metadata['{key}']:'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
