using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Postgres.Migrations;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>The schema of the configured database.</summary>
public static class DatabaseSchema
{
    /// <summary>Brings it to this build's; a database that has it already is left as it is.</summary>
    /// <returns>The names of the scripts that ran now.</returns>
    /// <exception cref="ConfigurationException">The password of the database's owner is missing.</exception>
    /// <exception cref="StackException">The database cannot be reached, or a script failed: its transaction is rolled back.</exception>
    public static async Task<IReadOnlyList<string>> MigrateAsync(StackOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var owner = options.OwnerConnectionString();
        try
        {
            return await Migrator.MigrateAsync(owner, options.Postgres.AppRole, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new StackException($"The database at {options.Postgres.Address} cannot be brought to this build's schema: {e.Message.TrimEnd('.')}.", e);
        }
    }
}
