using PaymentWorkflows.Cli.Commands;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Demo;

/// <summary>The scenes of the demo, in order.</summary>
internal static class DemoScript
{
    private static readonly IReadOnlyList<DemoScene> Scenes =
    [
        new("Every part of the stack answers", EveryPartAnswersAsync),
    ];

    /// <summary>Plays all scenes; the result is whether all went well. A scene that fails does not keep the next from playing.</summary>
    public static async Task<bool> PlayAsync(StackOptions options, CancellationToken cancellationToken)
    {
        var succeeded = true;
        foreach (var scene in Scenes)
        {
            Console.Out.WriteLine($"== {scene.Title}");
            var played = await scene.PlayAsync(options, cancellationToken).ConfigureAwait(false);
            Console.Out.WriteLine(played ? "   as expected" : "   NOT as expected");
            succeeded &= played;
        }

        return succeeded;
    }

    private static async Task<bool> EveryPartAnswersAsync(StackOptions options, CancellationToken cancellationToken)
    {
        var report = await StatusReport.TakeAsync(options, cancellationToken).ConfigureAwait(false);
        foreach (var process in report.Processes)
        {
            Console.Out.WriteLine($"   {process.Name} (pid {process.Pid}) is {process.State}");
        }

        return report.Ready;
    }
}
