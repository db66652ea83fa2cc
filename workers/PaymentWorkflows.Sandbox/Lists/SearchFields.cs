namespace PaymentWorkflows.Sandbox.Lists;

/// <summary>What each resource can be searched by, as docs.stripe.com/search lists it.</summary>
/// <param name="Numbers">Fields compared by size.</param>
/// <param name="Tokens">Fields compared as a whole.</param>
/// <param name="Texts">Fields that <c>~</c> looks into as well.</param>
internal sealed record SearchFields(IReadOnlyList<string> Numbers, IReadOnlyList<string> Tokens, IReadOnlyList<string> Texts)
{
    public static SearchFields PaymentIntents { get; } = new(["amount", "created"], ["currency", "customer", "status"], []);

    public static SearchFields Charges { get; } = new(
        ["amount", "created"],
        [
            "billing_details.address.postal_code", "currency", "customer", "disputed", "payment_method_details.card.brand",
            "payment_method_details.card.exp_month", "payment_method_details.card.exp_year", "payment_method_details.card.fingerprint",
            "payment_method_details.card.last4", "refunded", "status",
        ],
        []);

    public static SearchFields Customers { get; } = new(["created"], [], ["email", "name", "phone"]);

    public IEnumerable<string> All => [.. Numbers, .. Tokens, .. Texts, "metadata"];
}
