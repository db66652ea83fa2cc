using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Stripe.Errors;
using PaymentWorkflows.Stripe.Payments;
using Stripe;

namespace PaymentWorkflows.Stripe.Customers;

/// <summary>Customers at Stripe, found by the metadata we put there. Sources: docs.stripe.com/api/customers, docs.stripe.com/search.</summary>
internal sealed class StripeCustomers(IStripeClient client) : IProviderCustomers
{
    private readonly CustomerService customers = new(client);

    public async Task<CustomerVerdict> EnsureAsync(CustomerOrder order, string idempotencyKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        var found = await FindAsync(order.Merchant, order.Customer, cancellationToken);
        return found is CustomerVerdict.NotAttempted { Cause: RefusalCause.Absent }
            ? await CreateAsync(order, idempotencyKey, cancellationToken)
            : found;
    }

    public Task<CustomerVerdict> FindAsync(MerchantId merchant, CustomerId customer, CancellationToken cancellationToken) => StripeErrors.GuardAsync(
        async () =>
        {
            var options = new CustomerSearchOptions
            {
                Query = $"{MetadataKeys.Clause(MetadataKeys.Merchant, merchant.Value)} AND {MetadataKeys.Clause(MetadataKeys.Customer, customer.Value)}",
                Limit = 10,
            };
            var found = await customers.SearchAsync(options, null, cancellationToken);

            // Search is not case-sensitive; our ids are.
            return StripePages.Single(found).Where(candidate => IsOf(candidate, merchant, customer)).ToArray() switch
            {
                [] => new CustomerVerdict.NotAttempted(RefusalCause.Absent, "resource_missing", $"Stripe shows no customer {customer} of {merchant}."),
                [var one] => new CustomerVerdict.Ready(one.Id),

                // A guess would hide the payment methods of the other one.
                var several => (CustomerVerdict)new CustomerVerdict.Unknown(UnknownCause.UnreadableAnswer, $"{several.Length} of Stripe's customers are {customer} of {merchant}: merge them."),
            };
        },
        lookUp: true,
        Tell,
        cancellationToken);

    private Task<CustomerVerdict> CreateAsync(CustomerOrder order, string idempotencyKey, CancellationToken cancellationToken)
    {
        var options = new CustomerCreateOptions
        {
            Metadata = new Dictionary<string, string> { [MetadataKeys.Merchant] = order.Merchant.Value, [MetadataKeys.Customer] = order.Customer.Value },
        };

        // A member that is set to null would be sent as an empty one.
        if (order.Email is not null)
        {
            options.Email = order.Email;
        }

        if (order.Name is not null)
        {
            options.Name = order.Name;
        }

        return StripeErrors.GuardAsync<CustomerVerdict>(
            async () =>
            {
                var made = await customers.CreateAsync(options, new RequestOptions { IdempotencyKey = idempotencyKey }, cancellationToken);
                return made.Id is { Length: > 0 } id
                    ? new CustomerVerdict.Ready(id)
                    : new CustomerVerdict.Unknown(UnknownCause.UnreadableAnswer, "Stripe answered with a customer without id.");
            },
            lookUp: false,
            Tell,
            cancellationToken);
    }

    private static bool IsOf(Customer candidate, MerchantId merchant, CustomerId customer) =>
        candidate.Metadata?.GetValueOrDefault(MetadataKeys.Merchant) == merchant.Value
        && candidate.Metadata.GetValueOrDefault(MetadataKeys.Customer) == customer.Value;

    private static CustomerVerdict Tell(StripeFailure failure) => failure switch
    {
        StripeFailure.Refused refused => new CustomerVerdict.NotAttempted(refused.Cause, refused.Code, refused.Message),
        StripeFailure.Unclear unclear => new CustomerVerdict.Unknown(unclear.Cause, unclear.Message),

        // No card is involved, so no issuer can have refused: a decline code here is a refusal of the request.
        StripeFailure.Declined declined => new CustomerVerdict.NotAttempted(RefusalCause.Request, declined.Decline.Code, declined.Decline.Message),
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, "A failure nobody has decided about."),
    };
}
