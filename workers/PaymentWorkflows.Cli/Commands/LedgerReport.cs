using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Stripe;

namespace PaymentWorkflows.Cli.Commands;

/// <summary>What <c>pay ledger check --json</c> prints; a public interface that changes only by addition.</summary>
/// <param name="Ok">Everything that was looked at is as it must be.</param>
/// <param name="Entries">How many entries the books hold.</param>
/// <param name="Currencies">Currency to the sum of all its postings, which must be 0.</param>
/// <param name="Unbalanced">References of entries that do not balance.</param>
/// <param name="ProviderDifference">Currency to what the clearing account says more than the provider's own balance, in minor units; null when the provider's side cannot be asked.</param>
/// <param name="DriftedBalances">Accounts whose kept balance is not the sum of their postings.</param>
internal sealed record LedgerReport(
    bool Ok,
    long Entries,
    IReadOnlyDictionary<string, LedgerReport.CurrencySum> Currencies,
    IReadOnlyList<string> Unbalanced,
    IReadOnlyDictionary<string, long>? ProviderDifference,
    IReadOnlyList<string> DriftedBalances)
{
    /// <summary>The sum of all postings in a currency, in minor units.</summary>
    internal sealed record CurrencySum(long Sum);

    /// <summary>Adds up the books, and compares the clearing account with what the provider really holds for us.</summary>
    /// <exception cref="Stack.StackException">The sandbox does not answer.</exception>
    public static async Task<LedgerReport> TakeAsync(StackOptions options, ILedger ledger, CancellationToken cancellationToken)
    {
        var check = await ledger.CheckAsync(cancellationToken).ConfigureAwait(false);
        var difference = await DifferenceAsync(options, check, cancellationToken).ConfigureAwait(false);
        var ok = check.CurrencySums.Values.All(sum => sum == 0) && check.Unbalanced.Count == 0 && check.DriftedBalances.Count == 0
            && (difference?.Values.All(one => one == 0) ?? true);
        return new LedgerReport(
            ok, check.Entries, check.CurrencySums.ToDictionary(one => one.Key, one => new CurrencySum(one.Value)), check.Unbalanced, difference, check.DriftedBalances);
    }

    /// <summary>The findings for people, one line each.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"{Entries} entries; {(Ok ? "the books are right" : "the books are WRONG")}";
        foreach (var currency in Currencies.Keys.Union(ProviderDifference?.Keys ?? []).Order(StringComparer.Ordinal))
        {
            var sum = Currencies.GetValueOrDefault(currency) ?? new CurrencySum(0);
            var difference = ProviderDifference is { } compared ? $"the provider's balance differs by {compared.GetValueOrDefault(currency)}" : "the provider's balance was not asked";
            yield return $"{currency}: all postings add up to {sum.Sum}; {difference}";
        }

        foreach (var reference in Unbalanced)
        {
            yield return $"unbalanced: {reference}";
        }

        foreach (var account in DriftedBalances)
        {
            yield return $"the kept balance is not the sum of its postings: {account}";
        }
    }

    /// <summary>The provider counts minor units of a few currencies in its own way.</summary>
    private static long InOurUnits(long amount, string currency) => StripeMinorUnits.TryFromStripe(amount, Currency.Parse(currency))?.Minor ?? amount;

    /// <summary>Only the sandbox tells the truth about itself; a real provider's side comes with its payout reports.</summary>
    private static async Task<IReadOnlyDictionary<string, long>?> DifferenceAsync(StackOptions options, LedgerCheck check, CancellationToken cancellationToken)
    {
        if (options.Stripe.BaseUrl.TrimEnd('/') != $"http://{options.Sandbox.Stripe}")
        {
            return null;
        }

        using var sandbox = new SandboxClient(options.Sandbox);
        var truth = await sandbox.BalanceAsync(cancellationToken).ConfigureAwait(false);
        var books = check.ProviderClearing.GetValueOrDefault("stripe") ?? new Dictionary<string, long>();
        return truth.Keys.Union(books.Keys).Order(StringComparer.Ordinal)
            .ToDictionary(currency => currency, currency => books.GetValueOrDefault(currency) - InOurUnits(truth.GetValueOrDefault(currency), currency));
    }
}
