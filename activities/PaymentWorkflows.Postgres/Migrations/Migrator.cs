using System.Reflection;
using DbUp;

namespace PaymentWorkflows.Postgres.Migrations;

/// <summary>Brings the database to the schema of this build: the embedded <c>Migrations/*.sql</c>, each once, in the order of their names.</summary>
public static class Migrator
{
    /// <summary>Runs the scripts that the database has not seen yet, each in its own transaction.</summary>
    /// <param name="ownerConnectionString">Connection of the role that owns the database.</param>
    /// <param name="appRole">The role that scripts grant to; they name it <c>$app_role$</c>.</param>
    /// <param name="cancellationToken">Checked before the scripts run.</param>
    /// <returns>The names of the scripts that ran now, in their order.</returns>
    /// <exception cref="InvalidOperationException">A script failed; the message names it.</exception>
    public static async Task<IReadOnlyList<string>> MigrateAsync(string ownerConnectionString, string appRole, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var upgrader = DeployChanges.To.PostgresqlDatabase(ownerConnectionString)
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), name => name.EndsWith(".sql", StringComparison.Ordinal))
            .WithVariable("app_role", appRole)
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build();

        // DbUp has no asynchronous form; the scripts run beside, not on, the caller's thread.
        var result = await Task.Run(upgrader.PerformUpgrade, cancellationToken).ConfigureAwait(false);
        if (!result.Successful)
        {
            throw new InvalidOperationException($"Migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
        }

        return [.. result.Scripts.Select(script => script.Name[(typeof(Migrator).Namespace!.Length + 1)..])];
    }
}
