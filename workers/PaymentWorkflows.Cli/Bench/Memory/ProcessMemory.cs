using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Bench.Memory;

/// <summary>What a process holds, in bytes.</summary>
/// <param name="Resident">What the system counts as its memory.</param>
/// <param name="Heap">What the garbage collector found to be in use, fragmentation included.</param>
internal sealed record MemorySample(long Resident, long Heap);

/// <summary>Looks at the memory of a .NET process of the stack, after a full collection that it is told to make.</summary>
internal sealed class ProcessMemory : IDisposable
{
    private const string HeapMetric = "dotnet_gc_last_collection_heap_size_bytes";

    /// <summary>The runtime's keyword that makes it collect, all generations and blocking, when a session with it begins.</summary>
    private const long CollectNow = 0x800000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };

    public void Dispose() => http.Dispose();

    /// <param name="pid">The process.</param>
    /// <param name="health">Where it tells its health; its metrics are beside it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StackException">It did not collect, or does not tell of its heap.</exception>
    public async Task<MemorySample> TakeAsync(int pid, Uri health, CancellationToken cancellationToken)
    {
        var metrics = new Uri(health, "/metrics");
        var before = await CollectionsAsync(metrics, cancellationToken).ConfigureAwait(false);
        await CollectAsync(pid, cancellationToken).ConfigureAwait(false);
        var begin = TimeProvider.System.GetTimestamp();
        while (await CollectionsAsync(metrics, cancellationToken).ConfigureAwait(false) <= before)
        {
            if (TimeProvider.System.GetElapsedTime(begin) > Patience)
            {
                throw new StackException($"The process {pid} did not collect its garbage within {Patience.TotalSeconds:0} s.");
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }

        return new MemorySample(Resident(pid), (long)await SumAsync(metrics, HeapMetric, null, cancellationToken).ConfigureAwait(false));
    }

    private static async Task CollectAsync(int pid, CancellationToken cancellationToken)
    {
        var client = new DiagnosticsClient(pid);
        using var session = await client.StartEventPipeSessionAsync(
            [new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, CollectNow)], requestRundown: false, circularBufferMB: 1, cancellationToken).ConfigureAwait(false);
        var drained = session.EventStream.CopyToAsync(Stream.Null, cancellationToken);
        await session.StopAsync(cancellationToken).ConfigureAwait(false);
        await drained.ConfigureAwait(false);
    }

    /// <summary>Full collections so far.</summary>
    private Task<double> CollectionsAsync(Uri metrics, CancellationToken cancellationToken) =>
        SumAsync(metrics, "dotnet_gc_collections_total", "gen2", cancellationToken);

    /// <summary>The sum of a metric's lines, or of those that name something.</summary>
    private async Task<double> SumAsync(Uri metrics, string name, string? naming, CancellationToken cancellationToken)
    {
        var text = await http.GetStringAsync(metrics, cancellationToken).ConfigureAwait(false);
        var lines = text.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal) && (naming is null || line.Contains(naming, StringComparison.Ordinal))).ToList();
        return lines.Count > 0 || naming is not null
            ? lines.Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))
            : throw new StackException($"{metrics} does not tell {name}.");
    }

    /// <summary>proc(5): VmRSS in <c>status</c>, in kB.</summary>
    private static long Resident(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
