using System.Text.RegularExpressions;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.Stripe.Errors;
using PaymentWorkflows.Stripe.Payments;
using Stripe;
using Stripe.Tax;

namespace PaymentWorkflows.Stripe.Taxes;

/// <summary>
/// The calls that tell Stripe Tax of sales and returns, each made once. The attempt key is the reference, which Stripe takes once for ever,
/// whatever the idempotency key. Source: docs.stripe.com/api/tax/transactions.
/// </summary>
internal sealed partial class StripeTaxTransactions(IStripeClient client)
{
    private const string AlreadyThere = "resource_already_exists";
    private const string WrongTime = "posted_at";

    /// <summary>With the lines, which the totals are added up of.</summary>
    private static readonly List<string> Expansions = ["line_items"];

    private readonly TransactionService transactions = new(client);
    private readonly TransactionLineItemService lineItems = new(client);

    public async Task<TaxAnswer> CommitAsync(CommitTaxRequest request, string idempotencyKey, CancellationToken cancellationToken)
    {
        var options = new TransactionCreateFromCalculationOptions
        {
            Calculation = request.Calculation,
            Reference = request.Key.Value,
            PostedAt = request.PostedAt.UtcDateTime,
            Metadata = Metadata(request.Key, request.TransactionId),
            Expand = Expansions,
        };
        var answer = await SendAsync(request.Key, () => transactions.CreateFromCalculationAsync(options, Keyed(idempotencyKey), cancellationToken), cancellationToken);
        if (answer.Verdict is not StepVerdict.Refused { Code: WrongTime })
        {
            return answer;
        }

        // Stripe's clock is not ours, and a calculation that was made anew is younger than the sale: then it is posted as of now.
        return await SendAsync(
            request.Key, () => transactions.CreateFromCalculationAsync(Now(options), Keyed($"{idempotencyKey}@now"), cancellationToken), cancellationToken);
    }

    /// <summary>Takes back an amount, tax contained; Stripe spreads it over the lines.</summary>
    public Task<TaxAnswer> ReverseAsync(ReverseTaxRequest request, Money amount, string idempotencyKey, CancellationToken cancellationToken)
    {
        if (StripeMinorUnits.ToStripe(amount) is not { } minor)
        {
            return Task.FromResult(new TaxAnswer(
                new StepVerdict.Refused("amount_not_representable", $"Stripe cannot express {amount}: see docs.stripe.com/currencies for the digits that must be 0."), Total: null, KeyIsSpent: false));
        }

        var options = Reversal(request, "partial");
        options.FlatAmount = -minor;
        return ReverseAsync(request, options, amount, idempotencyKey, cancellationToken);
    }

    /// <summary>Takes back a whole transaction.</summary>
    public Task<TaxAnswer> ReverseAllAsync(ReverseTaxRequest request, Money? total, string idempotencyKey, CancellationToken cancellationToken) =>
        ReverseAsync(request, Reversal(request, "full"), total, idempotencyKey, cancellationToken);

    private async Task<TaxAnswer> ReverseAsync(
        ReverseTaxRequest request, TransactionCreateReversalOptions options, Money? amount, string idempotencyKey, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(request.Key, () => transactions.CreateReversalAsync(options, Keyed(idempotencyKey), cancellationToken), cancellationToken);
        return answer.Verdict is StepVerdict.Done ? answer with { Total = amount ?? (answer.Total is { } total ? -total : null) } : answer;
    }

    private async Task<TaxAnswer> SendAsync(AttemptKey key, Func<Task<Transaction>> call, CancellationToken cancellationToken)
    {
        var answer = await StripeErrors.GuardAsync(async () => await ReadAsync(key, await call(), cancellationToken), lookUp: false, Tell, cancellationToken);
        return answer.Verdict is StepVerdict.Refused { Code: AlreadyThere } known ? await FindAsync(key, known.Message, cancellationToken) : answer;
    }

    /// <summary>Stripe has had the reference: its words name what it stands for, which is read and checked.</summary>
    private Task<TaxAnswer> FindAsync(AttemptKey key, string words, CancellationToken cancellationToken)
    {
        var unnamed = new TaxAnswer(new StepVerdict.Unknown($"Stripe Tax has a transaction with the reference {key} and does not name it: {words}"), Total: null, KeyIsSpent: true);
        return TaxTransactionId().Match(words) is not { Success: true } id
            ? Task.FromResult(unnamed)
            : StripeErrors.GuardAsync(
                async () => await ReadAsync(
                    key, await transactions.GetAsync(id.Value, new TransactionGetOptions { Expand = Expansions }, new RequestOptions(), cancellationToken), cancellationToken),
                lookUp: true,
                failure => failure is StripeFailure.Refused ? unnamed : Tell(failure),
                cancellationToken);
    }

    private async Task<TaxAnswer> ReadAsync(AttemptKey key, Transaction transaction, CancellationToken cancellationToken) =>
        transaction is { Id.Length: > 0 } && transaction.Reference == key.Value
            ? new TaxAnswer(new StepVerdict.Done(transaction.Id), await TotalAsync(transaction, cancellationToken), KeyIsSpent: true)
            : new TaxAnswer(new StepVerdict.Unknown($"Stripe answered with a tax transaction of another reference than {key}."), Total: null, KeyIsSpent: true);

    /// <summary>What the lines add up to, tax contained; null when it cannot be told.</summary>
    private async Task<Money?> TotalAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        if (transaction.ShippingCost is not null || !Currency.TryParse(transaction.Currency, null, out var currency))
        {
            return null;
        }

        var lines = transaction.LineItems is { HasMore: false, Data: { } all } ? all : await LinesAsync(transaction.Id, cancellationToken);
        return lines is null ? null : StripeMinorUnits.TryFromStripe(lines.Sum(line => line.TaxBehavior == "inclusive" ? line.Amount : line.Amount + line.AmountTax), currency);
    }

    /// <summary>A transaction shows its first ten lines; there are a hundred at most. The transaction stands whether or not they can be read.</summary>
    private Task<List<TransactionLineItem>?> LinesAsync(string id, CancellationToken cancellationToken) => StripeErrors.GuardAsync<List<TransactionLineItem>?>(
        async () => await lineItems.ListAsync(id, new TransactionLineItemListOptions { Limit = 100 }, new RequestOptions(), cancellationToken) is { HasMore: false, Data: { } lines } ? lines : null,
        lookUp: true,
        _ => null,
        cancellationToken);

    private static TaxAnswer Tell(StripeFailure failure) => failure switch
    {
        StripeFailure.Refused { Cause: RefusalCause.Credentials } refused => Refused(TaxRefusals.Credentials, refused.Message),
        StripeFailure.Refused { Code: "resource_missing", Param: "calculation" } refused => Refused(TaxRefusals.CalculationExpired, refused.Message),
        StripeFailure.Refused { Param: "posted_at" } refused => Refused(WrongTime, refused.Message),
        StripeFailure.Refused refused => Refused(refused.Code, refused.Message),
        StripeFailure.Declined declined => Refused(declined.Decline.Code, declined.Decline.Message),
        StripeFailure.Unclear unclear => new TaxAnswer(new StepVerdict.Unknown(unclear.Message), Total: null, unclear.Cause is UnknownCause.ServerError),
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, "A failure nobody has decided about."),
    };

    private static TaxAnswer Refused(string code, string message) => new(new StepVerdict.Refused(code, message), Total: null, KeyIsSpent: true);

    private static TransactionCreateReversalOptions Reversal(ReverseTaxRequest request, string mode) => new()
    {
        Mode = mode,
        OriginalTransaction = request.Original,
        Reference = request.Key.Value,
        Metadata = Metadata(request.Key, request.TransactionId),
        Expand = Expansions,
    };

    /// <summary>A member that was set to null would be sent as an empty one.</summary>
    private static TransactionCreateFromCalculationOptions Now(TransactionCreateFromCalculationOptions options) => new()
    {
        Calculation = options.Calculation,
        Reference = options.Reference,
        Metadata = options.Metadata,
        Expand = options.Expand,
    };

    private static Dictionary<string, string> Metadata(AttemptKey key, TransactionId transaction) => new()
    {
        [MetadataKeys.AttemptKey] = key.Value,
        [MetadataKeys.TransactionId] = transaction.Value,
    };

    private static RequestOptions Keyed(string idempotencyKey) => new() { IdempotencyKey = idempotencyKey };

    [GeneratedRegex(@"\btax_[A-Za-z0-9]+\b", RegexOptions.CultureInvariant)]
    private static partial Regex TaxTransactionId();
}
