using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace PaymentWorkflows.Lab;

/// <summary>
/// Kills, halts or delays the very process it is in when a span of the product begins or ends there: in each activity, provider call and
/// write that has a span, without a word about it in the product. <c>pay chaos</c> arms it by a file in its folder; of all processes that
/// come to the place, the first to take the file is hit. Every span that ends is written down, so that nobody needs a list of places.
/// A span is known by the name that it began with: a request's is only its method then.
/// </summary>
internal sealed partial class Trap
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "PAY_TRAP";

    /// <summary>What is armed: span, point (before, during, after), action (kill, stop, pause) and milliseconds, a line each.</summary>
    private const string Armed = "armed";

    /// <summary>Who was hit: the process id.</summary>
    private const string Sprung = "sprung";

    private const int SigKill = 9;
    private const int SigStop = 19;

    private readonly string folder;

    /// <summary>What has ended in this process, a line each; a file for each process, because an appended line may overwrite another's.</summary>
    private readonly string seen;
    private readonly Lock writing = new();

    private Trap(string folder)
    {
        this.folder = folder;
        seen = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"seen-{Environment.ProcessId}"));
    }

    public static void Set(string folder)
    {
        var trap = new Trap(folder);
        ActivitySource.AddActivityListener(new ActivityListener
        {
            ShouldListenTo = source => source.Name == "PaymentWorkflows",

            // Whether a span is recorded is for others to say.
            Sample = (ref _) => ActivitySamplingResult.PropagationData,
            SampleUsingParentId = (ref _) => ActivitySamplingResult.PropagationData,
            ActivityStarted = span => trap.Begins(span),
            ActivityStopped = span => trap.Ends(span),
        });
    }

    private void Begins(Activity span)
    {
        if (Take(span, "before") is { } at)
        {
            Spring(at);
        }
        else if (Take(span, "during") is { } within)
        {
            new Thread(() =>
            {
                Thread.Sleep(within.Milliseconds);
                Spring(within with { Milliseconds = 0 });
            })
            { IsBackground = true }.Start();
        }
    }

    private void Ends(Activity span)
    {
        lock (writing)
        {
            using var file = new FileStream(seen, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            file.Write(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{span.OperationName}\t{span.Duration.TotalMilliseconds:0.0}\n")));
        }

        if (Take(span, "after") is { } at)
        {
            Spring(at);
        }
    }

    private Order? Take(Activity span, string point)
    {
        var armed = Path.Combine(folder, Armed);
        if (!File.Exists(armed))
        {
            return null;
        }

        try
        {
            if (File.ReadAllLines(armed) is not [var name, var at, var action, var wait] || name != span.OperationName || at != point)
            {
                return null;
            }

            // Of all that come here, the one that moves the file is hit.
            var mine = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"taken-{Environment.ProcessId}"));
            File.Move(armed, mine);
            return new Order(action, int.Parse(wait, CultureInfo.InvariantCulture), mine);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private void Spring(Order order)
    {
        File.WriteAllText(order.File, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        File.Move(order.File, Path.Combine(folder, Sprung), overwrite: true);
        switch (order.Action)
        {
            case "kill":
                _ = Kill(Environment.ProcessId, SigKill);
                break;
            case "stop":
                _ = Kill(Environment.ProcessId, SigStop);
                break;
            default:
                Thread.Sleep(order.Milliseconds);
                break;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private sealed record Order(string Action, int Milliseconds, string File);
}
