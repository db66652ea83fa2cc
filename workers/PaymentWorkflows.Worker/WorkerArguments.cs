using PaymentWorkflows.Contracts;

namespace PaymentWorkflows.Worker;

/// <summary>The worker's command line.</summary>
/// <param name="Roles">What to work on: task queues, and what comes from none.</param>
/// <param name="Config">Path of the configuration file; null looks it up.</param>
/// <param name="Name">The process's name in logs and at the server.</param>
/// <param name="Health">Address of the health endpoints, <c>host:port</c>.</param>
public sealed record WorkerArguments(IReadOnlyList<string> Roles, string? Config, string Name, string Health)
{
    public const string Usage = "worker --roles ROLE[,ROLE...] [--config FILE] [--name NAME] [--health HOST:PORT]";

    /// <exception cref="FormatException">What is wrong and what is allowed, in a sentence.</exception>
    public static WorkerArguments Parse(IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < args.Count; index += 2)
        {
            if (args[index] is not ("--roles" or "--config" or "--name" or "--health"))
            {
                throw new FormatException($"'{args[index]}' is no option. Usage: {Usage}.");
            }

            values[args[index]] = index + 1 < args.Count ? args[index + 1] : throw new FormatException($"{args[index]} needs a value. Usage: {Usage}.");
        }

        var roles = values.GetValueOrDefault("--roles", "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToArray();
        if (roles.Length == 0 || roles.Except(WorkerRoles.All).FirstOrDefault() is { } unknown && unknown.Length > 0)
        {
            throw new FormatException($"--roles takes one or more of {string.Join(", ", WorkerRoles.All)}, separated by commas.");
        }

        return new WorkerArguments(
            roles,
            values.GetValueOrDefault("--config"),
            values.GetValueOrDefault("--name", $"worker-{string.Join('-', roles)}"),
            values.GetValueOrDefault("--health", "127.0.0.1:0"));
    }
}
