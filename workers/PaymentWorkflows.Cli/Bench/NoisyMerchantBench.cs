using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Bench;

/// <summary>
/// How much one merchant's many refunds slow another's checkouts: checkouts one after another on the quiet stack, then the same while the
/// refunds are worked off, in turn.
/// </summary>
internal sealed class NoisyMerchantBench(StackOptions options, int rounds, int refunds, int checkouts, IProgress progress) : IDisposable
{
    public const string Name = "noisy-merchant";

    private const int RefundsPerCheckout = 100;
    private const int Senders = 16;

    /// <summary>Checkouts, and refunds, before the first that are measured: the runtime has compiled what is hot by then.</summary>
    private const int WarmUp = 150;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly GatewayClient gateway = new(options.Gateway);
    private readonly string run = RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz", 6);
    private int orders;

    public void Dispose() => gateway.Dispose();

    public async Task<BenchReport> RunAsync(CancellationToken cancellationToken)
    {
        await BuyManyAsync("quiet", WarmUp, cancellationToken).ConfigureAwait(false);
        await RefundAllAsync(await SellAsync(WarmUp, cancellationToken).ConfigureAwait(false), WarmUp, cancellationToken).ConfigureAwait(false);
        var measured = new List<IReadOnlyDictionary<string, BenchPair>>();
        for (var round = 1; round <= rounds; round++)
        {
            measured.Add(await RoundAsync(round, cancellationToken).ConfigureAwait(false));
        }

        return BenchReport.Of(Name, measured, await BenchBooks.ErrorsAsync(options, progress, cancellationToken).ConfigureAwait(false));
    }

    private async Task<IReadOnlyDictionary<string, BenchPair>> RoundAsync(int round, CancellationToken cancellationToken)
    {
        var sold = await SellAsync(refunds, cancellationToken).ConfigureAwait(false);
        var quiet = await BuyManyAsync("quiet", checkouts, cancellationToken).ConfigureAwait(false);
        var begin = Stopwatch.GetTimestamp();
        var flood = RefundAllAsync(sold, refunds, cancellationToken);
        var noisy = await BuyManyAsync("quiet", checkouts, cancellationToken).ConfigureAwait(false);
        var during = Stopwatch.GetElapsedTime(begin);
        await flood.ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(begin);
        var pairs = new Dictionary<string, BenchPair>
        {
            ["checkout_ms_p50"] = new(BenchFigure.Median(noisy), BenchFigure.Median(quiet)),
            ["checkout_ms_p95"] = new(BenchFigure.Percentile(noisy, 95), BenchFigure.Percentile(quiet, 95)),
        };
        progress.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"round {round}: a checkout takes {pairs["checkout_ms_p50"].Ours:0} ms among {refunds} refunds and {pairs["checkout_ms_p50"].Peer:0} ms alone; the checkouts took {during.TotalSeconds:0} s, the refunds {took.TotalSeconds:0} s"));
        return took > during ? pairs : throw new StackException("The refunds were through before the checkouts were: measure with more refunds.");
    }

    /// <summary>What so many refunds are of, at the noisy merchant.</summary>
    private async Task<IReadOnlyList<string>> SellAsync(int count, CancellationToken cancellationToken)
    {
        var sold = new List<string>();
        for (var i = 0; i < (count + RefundsPerCheckout - 1) / RefundsPerCheckout; i++)
        {
            sold.Add(await BuyAsync("noisy", 100L * RefundsPerCheckout, cancellationToken).ConfigureAwait(false) is { } id ? id : throw new StackException("A checkout of the noisy merchant was not paid."));
        }

        return sold;
    }

    /// <summary>Orders them as fast as the Gateway takes them, and waits until the last is through.</summary>
    private async Task RefundAllAsync(IReadOnlyList<string> sold, int count, CancellationToken cancellationToken)
    {
        await FloodAsync(sold, count, cancellationToken).ConfigureAwait(false);
        await UntilRefundedAsync(sold, count, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checkouts one after another; gives their milliseconds.</summary>
    private async Task<IReadOnlyList<double>> BuyManyAsync(string merchant, int count, CancellationToken cancellationToken)
    {
        var times = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            if (await BuyAsync(merchant, 3998, cancellationToken).ConfigureAwait(false) is null)
            {
                throw new StackException("A measured checkout was not paid.");
            }

            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        return times;
    }

    /// <summary>Null when it was not paid.</summary>
    private async Task<string?> BuyAsync(string merchant, long amount, CancellationToken cancellationToken)
    {
        var order = string.Create(CultureInfo.InvariantCulture, $"bench-{run}-{merchant}-{Interlocked.Increment(ref orders)}");
        var body = JsonSerializer.Serialize(new
        {
            merchant = $"bench_{merchant}",
            order,
            customer = new { id = $"cus_{merchant}" },
            currency = "eur",
            lines = new[] { new { sku = "book", description = "A book", quantity = 1, unit_amount = amount } },
            payment_method = new { type = "card", token = "pm_card_visa" },
            wait_ms = 30_000,
        });
        var answer = await gateway.CreateCheckoutAsync(body, order, cancellationToken).ConfigureAwait(false);
        return answer.GetProperty("status").GetString() == "completed" ? answer.GetProperty("id").GetString() : null;
    }

    private Task FloodAsync(IReadOnlyList<string> sold, int count, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, count),
        new ParallelOptions { MaxDegreeOfParallelism = Senders, CancellationToken = cancellationToken },
        async (number, token) =>
        {
            var checkout = sold[number / RefundsPerCheckout];
            var body = JsonSerializer.Serialize(new { checkout, amount = 100, wait_ms = 0 });
            await gateway.CreateRefundAsync(body, string.Create(CultureInfo.InvariantCulture, $"bench-{checkout}-{number}"), token).ConfigureAwait(false);
        });

    private async Task UntilRefundedAsync(IReadOnlyList<string> sold, int count, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        var wanted = Enumerable.Range(0, count).GroupBy(number => sold[number / RefundsPerCheckout]).ToDictionary(group => group.Key, group => group.Count() * 100L);
        foreach (var (checkout, amount) in wanted)
        {
            while ((await gateway.GetCheckoutAsync(checkout, cancellationToken).ConfigureAwait(false)).GetProperty("amount_refunded").GetInt64() < amount)
            {
                if (Stopwatch.GetElapsedTime(begin) > Patience)
                {
                    throw new StackException($"The refunds of {checkout} were not through after {Patience.TotalMinutes:0} minutes.");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
