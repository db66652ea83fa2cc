using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Domain.Tax;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace PaymentWorkflows.Activities.Checkout;

/// <summary>The steps that keep a checkout's row, books, notices and audit trail.</summary>
public sealed class CheckoutActivities(
    ICheckoutStore store, ICustomerDirectory customers, IOutcomeBoard board, ITaxEngine tax, CheckoutDefaults defaults, TimeProvider clock) : ICheckoutActivities
{
    [Activity("begin_checkout")]
    public async Task<CheckoutStart> BeginAsync(BeginCheckout begin)
    {
        ArgumentNullException.ThrowIfNull(begin);
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        if (begin.Input.CheckoutId is not { } id)
        {
            return await BeginWithoutGatewayAsync(begin, cancellation);
        }

        return Start(await store.MarkStartedAsync(id, clock.GetUtcNow(), cancellation)
            ?? throw new ApplicationFailureException($"There is no checkout {id}.", ErrorTypes.InvalidCheckout, nonRetryable: true));
    }

    [Activity("record_checkout")]
    public async Task<CheckoutRecorded> RecordAsync(CheckoutRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        try
        {
            LedgerEntry[] entries = [.. record.Facts.Select(fact => PostingRules.Entry(fact, record.Merchant, record.TransactionId))];
            var recorded = await store.RecordAsync(record, entries, clock.GetUtcNow(), ActivityExecutionContext.Current.CancellationToken);
            if (recorded.Revision == record.View.Revision)
            {
                board.Announce(record.CheckoutId, record.View);
            }

            return recorded;
        }
        catch (LedgerConflictException conflict)
        {
            throw new ApplicationFailureException(conflict.Message, conflict, ErrorTypes.LedgerConflict, nonRetryable: true);
        }
    }

    [Activity("write_audit")]
    public Task AuditAsync(AuditLine line) => store.AuditAsync(line, clock.GetUtcNow(), ActivityExecutionContext.Current.CancellationToken);

    /// <summary>A caller who started the workflow directly gets the row that the Gateway would have written.</summary>
    private async Task<CheckoutStart> BeginWithoutGatewayAsync(BeginCheckout begin, CancellationToken cancellationToken)
    {
        if (begin.Input.Tax == TaxMode.Automatic && !tax.IsConfigured)
        {
            throw new ApplicationFailureException("tax is automatic, but no tax engine is configured here.", ErrorTypes.InvalidCheckout, nonRetryable: true);
        }

        var complete = defaults.Complete(begin);
        Money amount;
        try
        {
            amount = Pricing.Price(complete.Lines, complete.Currency);
        }
        catch (PricingException wrong)
        {
            throw new ApplicationFailureException($"{wrong.Field}: {wrong.Message}", wrong, ErrorTypes.InvalidCheckout, nonRetryable: true);
        }

        await RequireTaxableCustomerAsync(complete, cancellationToken);
        await RequireUsableMethodAsync(complete, amount, cancellationToken);
        var now = clock.GetUtcNow();
        var outcome = await store.CreateAsync(new NewCheckout(complete, amount.Minor, CheckoutContent.Hash(complete), Customer: null, now), claim: null, cancellationToken);
        switch (outcome)
        {
            case CreateCheckoutOutcome.Created created:
                await store.MarkStartedAsync(created.Checkout.Id, now, cancellationToken);
                return Start(created.Checkout);
            case CreateCheckoutOutcome.Existing existing:
                return Start(existing.Checkout);
            case CreateCheckoutOutcome.OtherContent other:
                throw new ApplicationFailureException(
                    $"Order {complete.Order} of {complete.Merchant} exists with other content as {other.Checkout.Id}.", ErrorTypes.OrderAlreadyExists, nonRetryable: true);
            default:
                throw new InvalidOperationException($"A checkout without an idempotency key came to {outcome}.");
        }
    }

    /// <summary>Tax is due where the customer is; such a caller names the customer only, so the address is the one that is on record.</summary>
    private async Task RequireTaxableCustomerAsync(CheckoutInput input, CancellationToken cancellationToken)
    {
        if (input.Tax == TaxMode.None)
        {
            return;
        }

        var customer = (await customers.FindAsync(input.Merchant, input.Customer, cancellationToken))?.Details;
        if (TaxAddress.Missing(customer?.Country, customer?.PostalCode) is { } field)
        {
            throw new ApplicationFailureException(
                $"customer.{field}: with automatic tax the customer's address must be on record, and this is missing.", ErrorTypes.InvalidCheckout, nonRetryable: true);
        }
    }

    /// <summary>By the rules of the Gateway. Such a caller names the customer only, so the person's data are those that are on record.</summary>
    private async Task RequireUsableMethodAsync(CheckoutInput input, Money amount, CancellationToken cancellationToken)
    {
        var catalogue = defaults.Methods.Current;
        var asksForPerson = catalogue.Find(input.PaymentMethod.Type)?.RequiredFields.Any(RequestFields.IsPersonal) == true;
        var customer = asksForPerson ? await customers.FindAsync(input.Merchant, input.Customer, cancellationToken) : null;
        if (PaymentMethodRules.Check(catalogue, MethodUse.Of(input, amount, customer?.Details)) is { } problem
            && await RepeatedCheckout.FindAsync(store, input, cancellationToken) is null)
        {
            throw new ApplicationFailureException($"{problem.Field}: {problem.Message}", ErrorTypes.InvalidCheckout, nonRetryable: true);
        }
    }

    private static CheckoutStart Start(StoredCheckout stored) => new()
    {
        CheckoutId = stored.Id,
        TransactionId = stored.TransactionId,
        Attempt = stored.Attempt,
        Placement = stored.Input.Placement ?? Placement.Lean,
        Policies = stored.Input.Policies ?? throw new InvalidOperationException($"Checkout {stored.Id} was stored without policies."),
        Method = stored.Input.Method,
        View = stored.View,
    };
}
