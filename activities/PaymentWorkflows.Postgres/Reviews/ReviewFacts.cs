using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Reviews;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Reviews;

namespace PaymentWorkflows.Postgres.Reviews;

/// <summary>Reads what was paid lately from the checkouts and the attempts, so that nothing is written for it.</summary>
internal sealed class ReviewFacts(NpgsqlDataSource database) : IReviewFacts
{
    private const string CustomerSql = """
        SELECT count(*)::int AS count, coalesce(sum((view->>'amount')::bigint) FILTER (WHERE currency = @currency), 0)::bigint AS sum
        FROM pay.checkouts
        WHERE merchant = @merchant AND customer_id = @customer AND created_at >= @since AND id <> @except
          AND status NOT IN ('declined', 'expired', 'canceled')
        """;

    private const string CardSql = """
        SELECT count(*)::int AS count,
            coalesce(sum((verdict #>> '{payment,amount,minor}')::bigint) FILTER (WHERE verdict #>> '{payment,amount,currency}' = @currency), 0)::bigint AS sum
        FROM pay.payment_attempts
        WHERE operation = 'authorize' AND state = 'succeeded' AND verdict #>> '{payment,card_fingerprint}' IS NOT NULL
          AND verdict #>> '{payment,card_fingerprint}' = @fingerprint AND first_sent_at >= @since AND transaction_id <> @except
        """;

    public Task<VelocitySeen> OfCustomerAsync(MerchantId merchant, CustomerId customer, Currency currency, DateTimeOffset since, CheckoutId except, CancellationToken cancellationToken) =>
        ReadAsync(
            CustomerSql,
            new { merchant = merchant.Value, customer = customer.Value, currency = currency.Code, since = since.UtcDateTime, except = except.Value },
            currency,
            cancellationToken);

    public Task<VelocitySeen> OfCardAsync(string fingerprint, Currency currency, DateTimeOffset since, TransactionId except, CancellationToken cancellationToken) =>
        ReadAsync(
            CardSql, new { fingerprint, currency = currency.Code, since = since.UtcDateTime, except = except.Value }, currency, cancellationToken);

    private async Task<VelocitySeen> ReadAsync(string sql, object values, Currency currency, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var (count, sum) = await connection.QuerySingleAsync<(int Count, long Sum)>(new CommandDefinition(sql, values, cancellationToken: cancellationToken));
        return new VelocitySeen(count, new Money(sum, currency));
    }
}
