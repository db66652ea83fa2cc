using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Transactions;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Postgres.Transactions;

/// <summary>Reads the rows of a transaction: up to a number that no purchase comes near, because the id is the caller's to choose.</summary>
internal static class StoryQuery
{
    public const int Most = 1_000;

    /// <param name="database">Where.</param>
    /// <param name="sql">Names the transaction <c>@transaction</c> and ends with <c>LIMIT @limit</c>.</param>
    /// <param name="transaction">Which.</param>
    /// <param name="story">Is told when there are more.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<IReadOnlyList<T>> RowsAsync<T>(
        this NpgsqlDataSource database, string sql, TransactionId transaction, TransactionStory story, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<T>(new CommandDefinition(
            sql, new { transaction = transaction.Value, limit = Most + 1 }, cancellationToken: cancellationToken))).AsList();
        if (rows.Count <= Most)
        {
            return rows;
        }

        story.Cut();
        return rows.GetRange(0, Most);
    }
}
