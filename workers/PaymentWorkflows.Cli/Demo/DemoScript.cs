using System.Globalization;
using PaymentWorkflows.Cli.Demo.Scenes;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Demo;

/// <summary>The scenes of the demo, in order.</summary>
internal static class DemoScript
{
    /// <summary>When <c>./pay</c> was called, in Unix seconds; the script sets it.</summary>
    private const string StartedVariable = "PAY_STARTED";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DemoScene> Scenes { get; } = [.. CardScenes.All, .. LocalScenes.All, .. SaleScenes.All, .. RefundScenes.All, .. TroubleScenes.All, BooksScene.Scene];

    /// <summary>Plays all scenes; the result is whether all went well. A scene that fails does not keep the next from playing.</summary>
    /// <param name="options">The stack.</param>
    /// <param name="recorder">Takes down the histories of what the scenes start; null does not.</param>
    /// <param name="cancellationToken">Stops between and within scenes.</param>
    public static async Task<bool> PlayAsync(StackOptions options, HistoryRecorder? recorder, CancellationToken cancellationToken)
    {
        using var stage = new DemoStage(options);
        var failed = new List<string>();
        foreach (var scene in Scenes)
        {
            Console.Out.WriteLine($"== {scene.Title}");
            recorder?.Begin(scene.Title);
            if (!await PlayAsync(scene, stage, cancellationToken).ConfigureAwait(false))
            {
                DemoStage.Say("NOT as it should be");
                failed.Add(scene.Title);
            }
        }

        Console.Out.WriteLine(failed.Count == 0 ? $"== All {Scenes.Count} scenes went as they should" : $"== {failed.Count} of {Scenes.Count} scenes FAILED: {string.Join("; ", failed)}");
        if (stage.FirstAnswer is { } answered && long.TryParse(Environment.GetEnvironmentVariable(StartedVariable), CultureInfo.InvariantCulture, out var started))
        {
            DemoStage.Say(string.Create(CultureInfo.InvariantCulture, $"the first answer came {(answered - DateTimeOffset.FromUnixTimeSeconds(started)).TotalSeconds:0} s after ./pay was called"));
        }

        if (recorder is not null)
        {
            DemoStage.Say($"{await recorder.WriteAsync(cancellationToken).ConfigureAwait(false)} histories are written");
        }

        return failed.Count == 0;
    }

    private static async Task<bool> PlayAsync(DemoScene scene, DemoStage stage, CancellationToken cancellationToken)
    {
        try
        {
            return await scene.PlayAsync(stage, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StackException or HttpRequestException)
        {
            DemoStage.Say(e.Message);
            return false;
        }
    }
}
