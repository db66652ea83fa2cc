using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Ledger;

namespace PaymentWorkflows.Cli.Bench.Ledger;

/// <summary>What was committed, per second and in all, and the reads of balances beside it.</summary>
internal sealed record LedgerRate(double Entries, double Postings, double Reads, double ReadMedian, double ReadLongest)
{
    public required int EntriesDone { get; init; }
    public required int PostingsDone { get; init; }
}

/// <summary>
/// Callers that book captures through the product's stores and remember what they were told is booked. Every second entry is one merchant's,
/// so that its accounts are in half of all entries; every hundredth is sent twice at once, as after a lost answer.
/// </summary>
internal sealed class LedgerLoad(IServiceProvider services, int clients)
{
    private const string Hot = "hot";
    private const int OtherMerchants = 1_000;
    private const int CheckoutsPerClient = 16;
    private const int TwiceEvery = 100;

    private static readonly Currency Euro = Currency.Parse("eur");
    private static readonly TimeSpan BetweenReads = TimeSpan.FromMilliseconds(10);

    private readonly ILedgerWriter writer = services.GetRequiredService<ILedgerWriter>();
    private readonly ILedger ledger = services.GetRequiredService<ILedger>();
    private readonly ICheckoutStore checkouts = services.GetRequiredService<ICheckoutStore>();
    private readonly Caller[] callers = [.. Enumerable.Range(0, clients).Select(number => new Caller(number))];
    private int unbalancedReads;

    /// <summary>Writes the rows of the checkouts whose steps are recorded.</summary>
    public Task PrepareAsync(CancellationToken cancellationToken) => Task.WhenAll(callers.Select(async caller =>
    {
        for (var number = 0; number < CheckoutsPerClient; number++)
        {
            var created = await checkouts.CreateAsync(caller.NewCheckout(number, Merchant(caller.Number, number)), claim: null, cancellationToken).ConfigureAwait(false);
            caller.Checkouts.Add(((CreateCheckoutOutcome.Created)created).Checkout);
        }
    }));

    /// <summary>Each caller books one entry after another.</summary>
    public Task<LedgerRate> BookAsync(TimeSpan duration, CancellationToken cancellationToken) => MeasureAsync(
        duration,
        (caller, sequence) =>
        {
            var entry = caller.Entry("alone", sequence, Merchant(caller.Number, sequence), TransactionId.Parse($"txn_bench{caller.Number}"));
            return (entry, () => writer.BookAsync([entry], Caller.Now(sequence), cancellationToken));
        },
        cancellationToken);

    /// <summary>Each caller records one step of a checkout after another, with its entry and its notice.</summary>
    public Task<LedgerRate> StepAsync(TimeSpan duration, CancellationToken cancellationToken) => MeasureAsync(
        duration,
        (caller, sequence) =>
        {
            var checkout = caller.Checkouts[sequence % CheckoutsPerClient];
            var revision = (sequence / CheckoutsPerClient) + 1;
            var step = new CheckoutRecord
            {
                CheckoutId = checkout.Id,
                TransactionId = checkout.TransactionId,
                Merchant = checkout.Input.Merchant,
                // Another status each time, as a real step has: the row moves in its indexes.
                View = checkout.View with { Status = revision % 2 == 1 ? CheckoutStatus.Completed : CheckoutStatus.Authorized, Revision = revision },
                Notice = "checkout.completed",
            };
            var entry = caller.Entry("step", sequence, checkout.Input.Merchant, checkout.TransactionId);
            return (entry, () => checkouts.RecordAsync(step, [entry], Caller.Now(sequence), cancellationToken));
        },
        cancellationToken);

    /// <summary>Compares the books with what the callers were told: how much is wrong.</summary>
    public async Task<int> ErrorsAsync(ILedger books, IProgress progress, CancellationToken cancellationToken)
    {
        var check = await books.CheckAsync(cancellationToken).ConfigureAwait(false);
        var booked = callers.Sum(caller => caller.Booked);
        var wrong = 0;
        void Demand(bool right, string otherwise)
        {
            if (!right)
            {
                progress.Say($"WRONG: {otherwise}");
                wrong++;
            }
        }

        Demand(check.Entries == booked, $"{booked} entries were acknowledged, {check.Entries} are in the books");
        Demand(check.CurrencySums.Values.All(sum => sum == 0), "the postings do not add up to 0");
        Demand(check.Unbalanced.Count == 0, $"{check.Unbalanced.Count} entries do not balance");
        Demand(check.DriftedBalances.Count == 0, $"{check.DriftedBalances.Count} balances are not the sum of their postings");
        Demand(unbalancedReads == 0, $"{unbalancedReads} reads of balances did not add up to 0");
        var sent = callers.SelectMany(caller => caller.Sent).GroupBy(sum => sum.Key).ToDictionary(group => group.Key, group => group.Sum(sum => sum.Value));
        foreach (var merchant in sent.GroupBy(sum => sum.Key.Merchant))
        {
            var kept = await books.BalancesAsync(merchant.Key, cancellationToken).ConfigureAwait(false);
            Demand(
                kept.Count == merchant.Count() && kept.All(balance => sent.GetValueOrDefault((merchant.Key, balance.Account)) == balance.BalanceMinor),
                $"the balances of {merchant.Key} are not what was sent");
        }

        progress.Say(string.Create(CultureInfo.InvariantCulture, $"{booked} entries acknowledged and {check.Entries} in the books; {sent.Count} balances compared with what was sent; {wrong} wrong"));
        return wrong;
    }

    private async Task<LedgerRate> MeasureAsync(TimeSpan duration, Func<Caller, int, (LedgerEntry Entry, Func<Task> Write)> next, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(over.Token);
        var begin = Stopwatch.GetTimestamp();
        var written = await Task.WhenAll(callers.Select(caller => Task.Run(() => CallAsync(caller, begin, duration, next), cancellationToken))).ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        await over.CancelAsync().ConfigureAwait(false);
        var reads = await reading.ConfigureAwait(false);
        var (entries, postings) = (written.Sum(one => one.Entries), written.Sum(one => one.Postings));
        return new LedgerRate(entries / took, postings / took, reads.Count / took, BenchFigure.Median(reads), BenchFigure.Percentile(reads, 100)) { EntriesDone = entries, PostingsDone = postings };
    }

    private static async Task<(int Entries, int Postings)> CallAsync(
        Caller caller, long begin, TimeSpan duration, Func<Caller, int, (LedgerEntry Entry, Func<Task> Write)> next)
    {
        var (entries, postings) = (0, 0);
        while (Stopwatch.GetElapsedTime(begin) < duration)
        {
            var sequence = caller.Next();
            var (entry, write) = next(caller, sequence);
            if (sequence % TwiceEvery == 0)
            {
                await Task.WhenAll(write(), write()).ConfigureAwait(false);
            }
            else
            {
                await write().ConfigureAwait(false);
            }

            caller.Acknowledged(entry);
            entries++;
            postings += entry.Postings.Count;
        }

        return (entries, postings);
    }

    /// <summary>Reads the busiest merchant's balances until it is over; gives the milliseconds of each read.</summary>
    private async Task<IReadOnlyList<double>> ReadAsync(CancellationToken over)
    {
        var times = new List<double>();
        try
        {
            while (true)
            {
                var begin = Stopwatch.GetTimestamp();
                var balances = await ledger.BalancesAsync(MerchantId.Parse(Hot), over).ConfigureAwait(false);
                times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
                unbalancedReads += balances.Sum(balance => balance.BalanceMinor) == 0 ? 0 : 1;
                await Task.Delay(BetweenReads, TimeProvider.System, over).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return times;
        }
    }

    private static MerchantId Merchant(int caller, int sequence) => MerchantId.Parse(
        sequence % 2 == 0 ? Hot : string.Create(CultureInfo.InvariantCulture, $"merchant_{((caller * 7_919L) + sequence) % OtherMerchants}"));

    /// <summary>One of the callers, and what it was told is booked.</summary>
    private sealed class Caller(int number)
    {
        private static readonly DateTimeOffset Begin = TimeProvider.System.GetUtcNow();

        private int sequence;

        public int Number { get; } = number;

        public List<StoredCheckout> Checkouts { get; } = [];

        public Dictionary<(MerchantId Merchant, string Account), long> Sent { get; } = [];

        public long Booked { get; private set; }

        public int Next() => sequence++;

        public static DateTimeOffset Now(int at) => Begin.AddMilliseconds(at);

        public LedgerEntry Entry(string kind, int at, MerchantId merchant, TransactionId transaction) => PostingRules.Entry(
            new LedgerFact.PaymentCaptured(
                string.Create(CultureInfo.InvariantCulture, $"bench/{kind}/{Number}/{at}"), Now(at), "stripe", new Money(1_000 + (at % 9_000), Euro), new Money(25 + (at % 100), Euro)),
            merchant,
            transaction);

        public NewCheckout NewCheckout(int order, MerchantId merchant)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"bench{Number}x{order}");
            var input = new CheckoutInput
            {
                Merchant = merchant,
                Order = OrderId.Parse(id),
                Customer = CustomerId.Parse("cus_bench"),
                Currency = Euro,
                Lines = [new CheckoutLine("book", "A book", 1, 3_998, null)],
                PaymentMethod = new PaymentMethodInput("card", "pm_card_visa"),
                CheckoutId = CheckoutId.Parse($"chk_{id}"),
                TransactionId = TransactionId.Parse($"txn_{id}"),
            };
            return new NewCheckout(input, 3_998, CheckoutContent.Hash(input), null, Begin);
        }

        public void Acknowledged(LedgerEntry entry)
        {
            Booked++;
            foreach (var posting in entry.Postings)
            {
                var account = (entry.Merchant, posting.Account.Code);
                Sent[account] = Sent.GetValueOrDefault(account) + posting.Amount.Minor;
            }
        }
    }
}
