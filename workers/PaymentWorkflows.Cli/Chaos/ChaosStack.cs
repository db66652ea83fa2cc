using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Commands;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Chaos;

/// <summary>A stack of its own for cases, in a folder of its own that begins empty.</summary>
internal static class ChaosStack
{
    private const string DataVariable = "PAY__DATA";
    private const string PlacementVariable = "PAY__PLACEMENT";

    /// <summary>Starts it, plays, and stops it. Gives the exit code.</summary>
    /// <param name="config">The configuration file; null for the usual one.</param>
    /// <param name="placement">lean or isolated.</param>
    /// <param name="play">What is played.</param>
    /// <param name="variables">Further variables of its processes.</param>
    public static async Task<int> RunAsync(
        string? config, string placement, Func<ChaosRunner, CancellationToken, Task> play, IReadOnlyDictionary<string, string?>? variables = null)
    {
        var folder = Folder(config, placement);
        if (Directory.Exists(folder) && StackLock.HolderOf(new StackFolders(folder)) is null)
        {
            Directory.Delete(folder, recursive: true);
        }

        var before = (Data: Environment.GetEnvironmentVariable(DataVariable), Placement: Environment.GetEnvironmentVariable(PlacementVariable));
        Environment.SetEnvironmentVariable(DataVariable, folder);
        Environment.SetEnvironmentVariable(PlacementVariable, placement);
        try
        {
            var options = CommonOptions.Load(config);
            var trap = new ChaosTrap(Path.Combine(folder, "trap"));
            return await StackRunner.RunAsync(
                options,
                async stop =>
                {
                    var temporal = await TemporalClients.ConnectAsync(options.Temporal).ConfigureAwait(false);
                    using var runner = new ChaosRunner(options, trap, temporal, new ConsoleProgress());
                    await play(runner, stop).ConfigureAwait(false);
                    return CommonOptions.Done;
                },
                trap.Variables.Concat(variables ?? new Dictionary<string, string?>()).ToDictionary(StringComparer.Ordinal)).ConfigureAwait(false);
        }
        finally
        {
            Environment.SetEnvironmentVariable(DataVariable, before.Data);
            Environment.SetEnvironmentVariable(PlacementVariable, before.Placement);
        }
    }

    /// <summary>Its folder.</summary>
    public static string Folder(string? config, string placement) => Path.Combine(CommonOptions.Load(config).DataFolder, $"chaos-{placement}");
}
