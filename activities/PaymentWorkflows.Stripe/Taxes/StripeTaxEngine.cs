using System.Globalization;
using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.Domain.Tax;
using PaymentWorkflows.Stripe.Errors;
using Stripe;
using Stripe.Tax;

namespace PaymentWorkflows.Stripe.Taxes;

/// <summary>Stripe Tax. Sources: docs.stripe.com/api/tax/calculations, docs.stripe.com/tax/custom.</summary>
internal sealed class StripeTaxEngine(IStripeClient client, ICustomerDirectory customers, ITaxTransactionStore store, TaxRunner runner) : ITaxEngine
{
    public const string EngineName = "stripe";

    /// <summary>Codes that say: the customer's address or tax number is wrong. Source: docs.stripe.com/error-codes.</summary>
    private static readonly HashSet<string> CustomersCodes = new(StringComparer.Ordinal) { "customer_tax_location_invalid", "tax_id_invalid", "postal_code_invalid", "state_unsupported" };

    private readonly CalculationService calculations = new(client);
    private readonly StripeTaxTransactions transactions = new(client);

    public bool IsConfigured => true;

    public async Task<TaxResult> CalculateAsync(TaxRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var customer = (await customers.FindAsync(request.Merchant, request.Customer, cancellationToken))?.Details;
        if (TaxAddress.Missing(customer?.Country, customer?.PostalCode) is { } field)
        {
            throw new TaxRefusedException("customer_tax_location_invalid", $"The customer's {field} is not on record.", HoldReason.RequestRefused) { IsCustomers = true };
        }

        var price = Pricing.Price(request.Lines, request.Currency);
        var options = new CalculationCreateOptions
        {
            Currency = request.Currency.Code,
            LineItems = [.. request.Lines.Select((line, index) => Line(line, index, request))],
            CustomerDetails = new CalculationCustomerDetailsOptions { Address = new AddressOptions { Country = customer!.Country }, AddressSource = "billing" },
        };
        if (customer.PostalCode is { } postalCode)
        {
            options.CustomerDetails.Address.PostalCode = postalCode;
        }

        if (TaxNumbers.Read(customer.Country!, customer.TaxId) is var (type, value))
        {
            options.CustomerDetails.TaxIds = [new CalculationCustomerDetailsTaxIdOptions { Type = type, Value = value }];
        }

        var calculation = await StripeErrors.GuardAsync(
            () => calculations.CreateAsync(options, new RequestOptions(), cancellationToken), lookUp: false, failure => throw Thrown(failure), cancellationToken);
        return TaxCalculationReader.Read(request, price, customer.Country!, calculation);
    }

    public Task<StepVerdict> CommitAsync(CommitTaxRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);

        // A calculation that had expired is made anew, and the sale is still the same: only its transaction names it.
        var draft = new TaxDraft(request.Key, "commit", $"commit {request.TransactionId}", $"{request.Calculation} {Text(request.PostedAt)}", EngineName, request.TransactionId, Original: null);
        return runner.RunAsync(draft, key => transactions.CommitAsync(request, key, cancellationToken), cancellationToken);
    }

    public async Task<StepVerdict> ReverseAsync(ReverseTaxRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var what = request.Amount is { } given ? given.ToString() : "all";
        var hash = $"reverse {request.TransactionId} {request.Original} {what}";
        var draft = new TaxDraft(request.Key, "reversal", hash, what, EngineName, request.TransactionId, request.Original);
        return await runner.RunAsync(
            draft,
            async key => await SettleAsync(request, cancellationToken) is { } settled ? settled.Amount is { } amount
                ? await transactions.ReverseAsync(request, amount, key, cancellationToken)
                : await transactions.ReverseAllAsync(request, settled.Total, key, cancellationToken)
                : new TaxAnswer(new StepVerdict.Done(null), Total: null, KeyIsSpent: false),
            cancellationToken);
    }

    /// <summary>
    /// How much is taken back: the amount that was named, else all that is left. Stripe takes back a whole transaction in one word only while
    /// nothing of it was taken back before. Null when nothing is left.
    /// </summary>
    private async Task<(Money? Amount, Money? Total)?> SettleAsync(ReverseTaxRequest request, CancellationToken cancellationToken)
    {
        if (request.Amount is { } named)
        {
            return (named, null);
        }

        return await store.LeftOfAsync(request.Original, cancellationToken) switch
        {
            { Reversed.IsZero: false } left when left.Reversed >= left.Total => null,
            { Reversed.IsZero: false } left => (left.Total - left.Reversed, null),
            var whole => (null, whole?.Total),
        };
    }

    private static CalculationLineItemOptions Line(CheckoutLine line, int index, TaxRequest request)
    {
        var amount = new Money(line.UnitAmount, request.Currency) * line.Quantity;
        var options = new CalculationLineItemOptions
        {
            Amount = StripeMinorUnits.ToStripe(amount)
                ?? throw new TaxRefusedException("amount_not_representable", $"Stripe cannot express {amount}: see docs.stripe.com/currencies for the digits that must be 0.", HoldReason.RequestRefused),
            Quantity = line.Quantity,

            // Two lines may have one article.
            Reference = string.Create(CultureInfo.InvariantCulture, $"{index + 1}:{line.Sku}"),
            TaxBehavior = request.Behavior == TaxBehavior.Inclusive ? "inclusive" : "exclusive",
        };
        if (line.TaxCode is not null)
        {
            options.TaxCode = line.TaxCode;
        }

        return options;
    }

    /// <summary>A failure in the words of the port.</summary>
    private static Exception Thrown(StripeFailure failure) => failure switch
    {
        StripeFailure.Refused { Cause: RefusalCause.Credentials } refused => new TaxRefusedException(TaxRefusals.Credentials, refused.Message, HoldReason.CredentialsRefused),
        StripeFailure.Refused { Code: "failed_tax_calculation" } broken => new TaxUnresolvedException(broken.Message),
        StripeFailure.Refused refused => new TaxRefusedException(refused.Code, refused.Message, HoldReason.RequestRefused) { IsCustomers = CustomersCodes.Contains(refused.Code) },
        StripeFailure.Declined declined => new TaxRefusedException(declined.Decline.Code, declined.Decline.Message, HoldReason.RequestRefused),
        StripeFailure.Unclear unclear => new TaxUnresolvedException(unclear.Message),
        _ => new ArgumentOutOfRangeException(nameof(failure), failure, "A failure nobody has decided about."),
    };

    private static string Text(DateTimeOffset moment) => moment.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
