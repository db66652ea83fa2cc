using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Demo;

/// <summary>What the scenes play on: the running stack, seen as an app backend, as the provider and as an operator see it.</summary>
internal sealed class DemoStage : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    // Letters, so that an order's number never looks like a card's.
    private readonly string _run = RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz", 6);

    public DemoStage(StackOptions options)
    {
        Options = options;
        Gateway = new GatewayClient(options.Gateway);
        Sandbox = new SandboxClient(options.Sandbox);
    }

    public StackOptions Options { get; }

    public GatewayClient Gateway { get; }

    public SandboxClient Sandbox { get; }

    /// <summary>When the first checkout was answered; null before.</summary>
    public DateTimeOffset? FirstAnswer { get; private set; }

    /// <summary>A line for the audience.</summary>
    public static void Say(string line) => Console.Out.WriteLine($"   {line}");

    /// <summary>A count in words.</summary>
    public static string Times(int count) => count switch
    {
        0 => "nothing",
        1 => "once",
        _ => string.Create(CultureInfo.InvariantCulture, $"{count} times"),
    };

    /// <summary>Starts a checkout of two books by card and says how it was answered.</summary>
    public Task<DemoCheckout> BuyAsync(string scene, string token, CancellationToken cancellationToken) =>
        BuyAsync(new DemoPurchase { Scene = scene, Token = token }, cancellationToken);

    /// <summary>Starts a checkout and says how it was answered.</summary>
    public async Task<DemoCheckout> BuyAsync(DemoPurchase purchase, CancellationToken cancellationToken)
    {
        var order = $"demo-{_run}-{purchase.Scene}";
        var body = purchase.Body(order);
        var begin = Stopwatch.GetTimestamp();
        var answer = new DemoCheckout(await Gateway.CreateCheckoutAsync(body, order, cancellationToken).ConfigureAwait(false));
        FirstAnswer ??= TimeProvider.System.GetUtcNow();
        var milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        Say(string.Create(CultureInfo.InvariantCulture, $"order {order}, {answer.Amount}: {answer.Status} after {milliseconds:0} ms"));
        return answer;
    }

    /// <summary>Gives back a part of a checkout, or all that is left, and says how that was answered.</summary>
    public async Task<JsonElement> RefundAsync(DemoCheckout checkout, long? amount, string scene, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["checkout"] = checkout.Id, ["reason"] = "requested_by_customer" };
        if (amount is { } part)
        {
            body["amount"] = part;
        }

        var refund = await Gateway.CreateRefundAsync(body.ToJsonString(), $"demo-{_run}-{scene}", cancellationToken).ConfigureAwait(false);
        Say($"refund of {checkout.Amount with { Minor = refund.GetProperty("amount").GetInt64() }}: {DemoCheckout.Text(refund, "status")}");
        return refund;
    }

    /// <summary>Reads the refund until it is as wanted; after 30 s it is given back as it is.</summary>
    public Task<JsonElement> UntilAsync(JsonElement refund, Func<JsonElement, bool> wanted, CancellationToken cancellationToken) =>
        UntilAsync(refund, wanted, now => Gateway.GetRefundAsync(DemoCheckout.Text(now, "id"), cancellationToken), cancellationToken);

    /// <summary>Sends an operator's act with the <c>temporal</c> CLI.</summary>
    public Task ActAsync(string workflowId, object act, CancellationToken cancellationToken) => TemporalAsync(
        cancellationToken, "workflow", "signal", "--workflow-id", workflowId, "--name", "intervene", "--input", JsonSerializer.Serialize(act));

    /// <summary>Reads the checkout until it is as wanted; after 30 s it is given back as it is.</summary>
    public Task<DemoCheckout> UntilAsync(DemoCheckout checkout, Func<DemoCheckout, bool> wanted, CancellationToken cancellationToken) =>
        UntilAsync(checkout, wanted, async now => new DemoCheckout(await Gateway.GetCheckoutAsync(now.Id, cancellationToken).ConfigureAwait(false)), cancellationToken);

    private static async Task<T> UntilAsync<T>(T now, Func<T, bool> wanted, Func<T, Task<T>> read, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!wanted(now) && Stopwatch.GetElapsedTime(begin) < Patience)
        {
            await Task.Delay(Interval, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            now = await read(now).ConfigureAwait(false);
        }

        return now;
    }

    /// <summary>How often the provider really took the money of an order, and how much of it was given back.</summary>
    public async Task<(int Charges, long Captured, long Refunded)> TruthOfAsync(DemoCheckout checkout, CancellationToken cancellationToken)
    {
        var (charges, (captured, refunded)) = ProviderTruth.Of(await Sandbox.TruthAsync(cancellationToken).ConfigureAwait(false), checkout.Transaction);
        return (charges, captured, refunded);
    }

    /// <summary>Runs the <c>temporal</c> CLI as an operator would, showing the command first.</summary>
    /// <exception cref="StackException">It failed.</exception>
    public async Task TemporalAsync(CancellationToken cancellationToken, params string[] words)
    {
        Say($"$ temporal {string.Join(' ', words.Select(word => word.Contains(' ', StringComparison.Ordinal) || word.Contains('"', StringComparison.Ordinal) ? $"'{word}'" : word))}");
        var program = await new ProgramFinder(Options, RepositoryLayout.Current, new Silence()).FindTemporalAsync(cancellationToken).ConfigureAwait(false);
        var outcome = await Executables.RunAsync(
            program.Path, [.. words, "--address", Options.Temporal.Address, "--namespace", Options.Temporal.Namespace], cancellationToken).ConfigureAwait(false);
        if (!outcome.Succeeded)
        {
            throw new StackException($"The temporal CLI failed with code {outcome.ExitCode}: {outcome.LastLine}");
        }
    }

    public void Dispose()
    {
        Gateway.Dispose();
        Sandbox.Dispose();
    }

    /// <summary>Says nothing: where the program was found has been said at the start.</summary>
    private sealed class Silence : IProgress
    {
        public void Say(string line)
        {
        }
    }
}
