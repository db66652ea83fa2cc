using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Postgres.Notices;

/// <summary>The delivery of <c>pay.outbox</c>, with <c>pay.notice_queues</c>. Where several statements are sent together, they are one transaction.</summary>
internal sealed class NoticeStore(NpgsqlDataSource database) : INoticeOutbox
{
    private const string Open = "delivered_at IS NULL AND gave_up_at IS NULL";

    // Materialized: within a join the choice might be made anew for each row, and more than the limit be taken. An array: how many are due
    // cannot be foreseen, and a join would be planned as if it were many.
    private const string ClaimSql = """
        WITH due AS MATERIALIZED (
            SELECT picked.checkout_id FROM unnest(@merchants, @free) AS wanted (merchant, free)
            CROSS JOIN LATERAL (
                SELECT checkout_id FROM pay.notice_queues AS queue WHERE queue.merchant = wanted.merchant AND due_at <= @now
                ORDER BY due_at LIMIT wanted.free FOR UPDATE SKIP LOCKED) AS picked)
        UPDATE pay.notice_queues SET due_at = @until, claim = @claim WHERE checkout_id = ANY (ARRAY(SELECT checkout_id FROM due))
        RETURNING checkout_id
        """;

    // After the claim and not within it: only now is everything seen that was settled before it. The last statement forgets a queue whose
    // notices were all delivered by a dispatcher that had lost its claim.
    private const string FirstSql = $"""
        SELECT {TakenRow.Columns} FROM unnest(@claimed) AS queue (checkout_id)
        CROSS JOIN LATERAL (
            SELECT * FROM pay.outbox AS first WHERE first.checkout_id = queue.checkout_id AND {Open} ORDER BY sequence LIMIT 1) AS told
        JOIN pay.checkouts AS kept ON kept.id = told.checkout_id
        ORDER BY told.id;
        DELETE FROM pay.notice_queues AS queue
        WHERE checkout_id = ANY (@claimed) AND claim = @claim AND NOT EXISTS (SELECT FROM pay.outbox AS told WHERE told.checkout_id = queue.checkout_id AND {Open})
        """;

    // While the queue is locked, no notice can come that finds it there and is then left without it.
    private const string LockSql = "SELECT FROM pay.notice_queues WHERE checkout_id = @checkout FOR UPDATE";

    private const string ReleaseSql = $"""
        DELETE FROM pay.notice_queues
        WHERE checkout_id = @checkout AND claim = @claim AND NOT EXISTS (SELECT FROM pay.outbox WHERE checkout_id = @checkout AND {Open});
        UPDATE pay.notice_queues
        SET claim = NULL, due_at = CASE WHEN EXISTS (SELECT FROM pay.outbox WHERE id = @row AND {Open}) THEN @next ELSE @now END
        WHERE checkout_id = @checkout AND claim = @claim
        """;

    private const string DeliveredSql = $"""
        {LockSql};
        UPDATE pay.outbox
        SET attempts = attempts + 1, last_attempt_at = @now, last_status = @status, last_error = NULL, delivered_at = @now, gave_up_at = NULL
        WHERE id = @row AND delivered_at IS NULL;
        {ReleaseSql}
        """;

    private const string FailedSql = $"""
        {LockSql};
        UPDATE pay.outbox
        SET attempts = attempts + 1, last_attempt_at = @now, last_status = @status, last_error = @error, gave_up_at = @gaveUpAt
        WHERE id = @row AND {Open} AND EXISTS (SELECT FROM pay.notice_queues WHERE checkout_id = @checkout AND claim = @claim);
        {ReleaseSql}
        """;

    public async Task<IReadOnlyList<TakenNotice>> TakeAsync(
        IReadOnlyDictionary<MerchantId, int> free, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(free);
        var wanted = free.Where(one => one.Value > 0).ToArray();
        var claim = Guid.NewGuid();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var claimed = (await connection.QueryAsync<string>(new CommandDefinition(
            ClaimSql,
            new
            {
                merchants = wanted.Select(one => one.Key.Value).ToArray(),
                free = wanted.Select(one => one.Value).ToArray(),
                now = now.UtcDateTime,
                until = (now + lease).UtcDateTime,
                claim,
            },
            cancellationToken: cancellationToken))).ToArray();
        if (claimed.Length == 0)
        {
            return [];
        }

        var rows = await connection.QueryAsync<TakenRow>(new CommandDefinition(FirstSql, new { claimed, claim }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => row.ToNotice(claim))];
    }

    public Task DeliveredAsync(TakenNotice notice, int status, DateTimeOffset now, CancellationToken cancellationToken) =>
        SettleAsync(DeliveredSql, notice, status, error: null, next: now, gaveUpAt: null, now, cancellationToken);

    public Task FailedAsync(TakenNotice notice, NoticeFailure failure, DateTimeOffset? next, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return SettleAsync(FailedSql, notice, failure.Status, failure.Error, next ?? now, next is null ? now : null, now, cancellationToken);
    }

    public async Task<IReadOnlyList<NoticeLine>> ListAsync(NoticeQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var state = query.State switch
        {
            NoticeState.Due => "told.delivered_at IS NULL AND told.gave_up_at IS NULL",
            NoticeState.Delivered => "told.delivered_at IS NOT NULL",
            NoticeState.GivenUp => "told.gave_up_at IS NOT NULL",
            _ => "true",
        };
        var where = query.Checkout is null ? state : $"{state} AND told.checkout_id = @checkout";
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<ListedRow>(new CommandDefinition(
            ListSql(where), new { checkout = query.Checkout?.Value, limit = query.Limit }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => row.ToLine())];
    }

    public async Task<IReadOnlyList<string>> ReplayAsync(NoticeSelection selection, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (column, chosen) = selection switch
        {
            NoticeSelection.One one => ("event_id", one.EventId),
            NoticeSelection.OfCheckout all => ("checkout_id", all.Checkout.Value),
            _ => throw new ArgumentOutOfRangeException(nameof(selection), selection, "A selection nobody has decided about."),
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(
            ReplaySql(column),
            new { chosen, actor, now = now.UtcDateTime, channel = NoticeListener.Channel },
            cancellationToken: cancellationToken));
        return [.. await results.ReadAsync<string>()];
    }

    private async Task SettleAsync(
        string sql, TakenNotice notice, int? status, string? error, DateTimeOffset next, DateTimeOffset? gaveUpAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notice);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            sql,
            new
            {
                row = notice.Row,
                checkout = notice.CheckoutId.Value,
                claim = notice.Claim,
                status,
                error,
                next = next.UtcDateTime,
                gaveUpAt = gaveUpAt?.UtcDateTime,
                now = now.UtcDateTime,
            },
            cancellationToken: cancellationToken));
    }

    // Lateral and limited: a page of few notices must not read through all that wait.
    private static string ListSql(string where) => $"""
        SELECT {ListedRow.Columns} FROM pay.outbox AS told
        LEFT JOIN LATERAL (SELECT * FROM pay.notice_queues AS waits WHERE waits.checkout_id = told.checkout_id LIMIT 1) AS queue ON told.sequence = (
            SELECT min(first.sequence) FROM pay.outbox AS first WHERE first.checkout_id = told.checkout_id AND {Open})
        WHERE {where} ORDER BY told.id DESC LIMIT @limit
        """;

    // The queue before the notice, as everywhere, so that nobody waits crosswise. One that is on its way keeps its lease.
    private static string ReplaySql(string column) => $"""
        INSERT INTO pay.notice_queues AS kept (checkout_id, merchant, due_at)
        SELECT DISTINCT checkout_id, merchant, @now::timestamptz FROM pay.outbox WHERE {column} = @chosen
        ON CONFLICT (checkout_id) DO UPDATE SET due_at = CASE WHEN kept.claim IS NULL THEN excluded.due_at ELSE kept.due_at END;
        WITH replayed AS (
            UPDATE pay.outbox SET due_since = @now, attempts = 0, replays = replays + 1, delivered_at = NULL, gave_up_at = NULL
            WHERE {column} = @chosen RETURNING checkout_id, event_id, sequence, replays, transaction_id),
        noted AS (
            INSERT INTO pay.audit (workflow_id, reference, transaction_id, event, actor, action, detail, at)
            SELECT kept.workflow_id, 'replay:' || event_id || ':' || replays, replayed.transaction_id, 'notice.replayed', @actor, 'replay', event_id, @now
            FROM replayed JOIN pay.checkouts AS kept ON kept.id = replayed.checkout_id)
        SELECT event_id FROM replayed ORDER BY sequence;
        SELECT pg_notify(@channel, '')
        """;
}
