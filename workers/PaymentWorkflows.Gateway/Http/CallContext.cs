using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Gateway.Http;

/// <summary>What is known about the request at hand.</summary>
/// <param name="requestId">Names this one request (<c>req_...</c>).</param>
/// <param name="transactionId">The id until the checkout's own is known.</param>
public sealed class CallContext(string requestId, TransactionId transactionId)
{
    public string RequestId { get; } = requestId;

    public TransactionId TransactionId { get; set; } = transactionId;

    public string? WorkflowId { get; private set; }

    public MerchantId? Merchant { get; private set; }

    public CheckoutId? CheckoutId { get; private set; }

    /// <summary>Whose idempotency keys: a hash of the API key.</summary>
    public string Scope { get; set; } = "";

    public static CallContext Of(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Features.Get<CallContext>() ?? throw new InvalidOperationException("No call context: the request came around the pipeline.");
    }

    /// <summary>From here on the request is about this checkout.</summary>
    public void IsAbout(StoredCheckout checkout)
    {
        ArgumentNullException.ThrowIfNull(checkout);
        IsAbout(checkout.TransactionId, checkout.WorkflowId);
        Merchant = checkout.Input.Merchant;
        CheckoutId = checkout.Id;
    }

    /// <summary>From here on the request is about these, as far as they are known.</summary>
    public void IsAbout(TransactionId? transactionId, string? workflowId)
    {
        TransactionId = transactionId ?? TransactionId;
        WorkflowId = workflowId ?? WorkflowId;
    }
}
