using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Gateway.Http;

/// <summary>Makes ids that sort by time (UUID version 7).</summary>
public static class ApiIds
{
    public static CheckoutId Checkout(TimeProvider clock) => CheckoutId.Parse(New("chk_", clock));

    public static RefundId Refund(TimeProvider clock) => RefundId.Parse(New("ref_", clock));

    public static TransactionId Transaction(TimeProvider clock) => TransactionId.Parse(New("txn_", clock));

    public static string Request(TimeProvider clock) => New("req_", clock);

    private static string New(string prefix, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return prefix + IdText.Of(Guid.CreateVersion7(clock.GetUtcNow()));
    }
}
