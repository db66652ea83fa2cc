using Npgsql;

namespace PaymentWorkflows.Postgres;

/// <summary>Whether the database answers with the schema in place.</summary>
public sealed class DatabaseProbe(NpgsqlDataSource database)
{
    /// <summary>Null when it does; otherwise a sentence without secrets.</summary>
    public async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.CreateCommand("SELECT id FROM pay.checkouts LIMIT 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return null;
        }
        catch (PostgresException refused)
        {
            return $"the database refuses: {refused.MessageText}";
        }
        catch (NpgsqlException)
        {
            return "the database does not answer";
        }
    }
}
