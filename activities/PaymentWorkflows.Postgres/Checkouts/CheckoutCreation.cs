using System.Text.Json;
using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Postgres.Idempotency;

namespace PaymentWorkflows.Postgres.Checkouts;

/// <summary>Writes an order's next business attempt with its customer and the caller's key, in one transaction.</summary>
internal static class CheckoutCreation
{
    private const string LatestSql = $"""
        SELECT {CheckoutRow.Columns} FROM pay.checkouts WHERE merchant = @merchant AND order_id = @order ORDER BY attempt DESC LIMIT 1
        """;

    private const string InsertSql = """
        INSERT INTO pay.checkouts (id, transaction_id, workflow_id, merchant, order_id, attempt, customer_id, currency, amount, status, content_hash, input, view, created_at, accepted_trace)
        VALUES (@id, @transaction, @workflow, @merchant, @order, @attempt, @customer, @currency, @amount, @status, @hash, @input::jsonb, @view::jsonb, @now, @trace)
        """;

    // What is told again unchanged leaves the row as it is: its moment goes into mandates, and a call that is repeated must say the same.
    private const string CustomerSql = """
        INSERT INTO pay.customers AS kept (merchant, id, email, name, country, postal_code, tax_id, updated_at)
        VALUES (@merchant, @customer, @Email, @Name, @Country, @PostalCode, @TaxId, @now)
        ON CONFLICT (merchant, id) DO UPDATE
        SET email = coalesce(excluded.email, kept.email), name = coalesce(excluded.name, kept.name), country = coalesce(excluded.country, kept.country),
            postal_code = coalesce(excluded.postal_code, kept.postal_code), tax_id = coalesce(excluded.tax_id, kept.tax_id), updated_at = excluded.updated_at
        WHERE (kept.email, kept.name, kept.country, kept.postal_code, kept.tax_id) IS DISTINCT FROM (
            coalesce(excluded.email, kept.email), coalesce(excluded.name, kept.name), coalesce(excluded.country, kept.country),
            coalesce(excluded.postal_code, kept.postal_code), coalesce(excluded.tax_id, kept.tax_id))
        """;

    // Callers of one order go one by one; the lock ends with the transaction.
    private const string LookSql = $"""
        SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(@merchant || '/' || @order, 0));
        {LatestSql}
        """;

    // A caller without a key repeats itself by the checkout's id.
    private const string MineSql = $"SELECT {CheckoutRow.Columns} FROM pay.checkouts WHERE id = @id";

    private const string KeepSql = "UPDATE pay.idempotency_keys SET resource_id = @id WHERE scope = @Scope AND key = @Key";

    /// <summary>
    /// See <see cref="ICheckoutStore.CreateAsync"/>. After <see cref="CreateCheckoutOutcome.OtherContent"/> the claim is the caller's to
    /// complete, so that the refusal is what a repeat of the key gets.
    /// </summary>
    public static async Task<CreateCheckoutOutcome> RunAsync(NpgsqlDataSource database, NewCheckout checkout, IdempotencyClaim? claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkout);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var found = await LookAsync(connection, transaction, checkout, claim, cancellationToken);
        if (claim is not null)
        {
            var key = found.Granted ?? await IdempotencyStore.ClaimAsync(connection, transaction, claim, checkout.Now, cancellationToken);
            if (key is not KeyOutcome.Granted granted)
            {
                return new CreateCheckoutOutcome.KeyRefused(key);
            }

            if (granted.ResourceId is { } abandoned && await CheckoutStore.FindAsync(connection, transaction, abandoned, cancellationToken) is { } written)
            {
                await transaction.CommitAsync(cancellationToken);
                return new CreateCheckoutOutcome.Existing(written);
            }
        }

        var outcome = await WriteAsync(connection, transaction, checkout, claim, found, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return outcome;
    }

    /// <summary>Claims the key, waits for the order's turn and looks what there is, in one round trip.</summary>
    private static async Task<Found> LookAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, NewCheckout checkout, IdempotencyClaim? claim, CancellationToken cancellationToken)
    {
        var input = checkout.Input;
        var values = new DynamicParameters(new
        {
            merchant = input.Merchant.Value,
            order = input.Order.Value,
            id = (input.CheckoutId ?? throw new ArgumentException("The checkout has no id.", nameof(checkout))).Value,
        });
        if (claim is not null)
        {
            values.AddDynamicParams(IdempotencyStore.ClaimValues(claim, checkout.Now));
        }

        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(
            claim is null ? $"{LookSql};\n{MineSql}" : $"{IdempotencyStore.ClaimSql};\n{LookSql}", values, transaction, cancellationToken: cancellationToken));
        KeyOutcome.Granted? granted = null;
        if (claim is not null && (await results.ReadAsync<string?>()).AsList() is [var resource])
        {
            granted = new KeyOutcome.Granted(resource);
        }

        await results.ReadAsync<int>();
        var latest = await results.ReadSingleOrDefaultAsync<CheckoutRow>();
        var mine = claim is null ? await results.ReadSingleOrDefaultAsync<CheckoutRow>() : null;
        return new Found(granted, mine?.ToCheckout(), latest?.ToCheckout());
    }

    private static async Task<CreateCheckoutOutcome> WriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, NewCheckout checkout, IdempotencyClaim? claim, Found found, CancellationToken cancellationToken)
    {
        if (claim is null && found.Mine is { } mine)
        {
            return new CreateCheckoutOutcome.Existing(mine);
        }

        if (found.Latest is { } latest && !latest.View.Status.AllowsNewAttempt())
        {
            if (latest.ContentHash != checkout.ContentHash)
            {
                return new CreateCheckoutOutcome.OtherContent(latest);
            }

            if (claim is not null)
            {
                await connection.ExecuteAsync(new CommandDefinition(KeepSql, new { id = latest.Id.Value, claim.Scope, claim.Key }, transaction, cancellationToken: cancellationToken));
            }

            return new CreateCheckoutOutcome.Existing(latest);
        }

        var input = checkout.Input;
        var written = new StoredCheckout
        {
            Id = input.CheckoutId ?? throw new ArgumentException("The checkout has no id.", nameof(checkout)),
            TransactionId = input.TransactionId ?? throw new ArgumentException("The checkout has no transaction id.", nameof(checkout)),
            Attempt = (found.Latest?.Attempt ?? 0) + 1,
            ContentHash = checkout.ContentHash,
            Input = input,
            View = new CheckoutView { Status = CheckoutStatus.Processing, Amount = checkout.Amount },
            CreatedAt = checkout.Now,
            TraceParent = Spans.Current,
        };
        await InsertAsync(connection, transaction, checkout, written, claim, cancellationToken);
        return new CreateCheckoutOutcome.Created(written);
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, NewCheckout checkout, StoredCheckout written, IdempotencyClaim? claim, CancellationToken cancellationToken)
    {
        var input = written.Input;
        var values = new DynamicParameters(checkout.Customer);
        values.AddDynamicParams(new
        {
            id = written.Id.Value,
            transaction = written.TransactionId.Value,
            workflow = written.WorkflowId,
            merchant = input.Merchant.Value,
            order = input.Order.Value,
            attempt = written.Attempt,
            customer = input.Customer.Value,
            currency = input.Currency.Code,
            amount = checkout.Amount,
            status = HoldRules.Name(written.View.Status),
            hash = written.ContentHash,
            input = JsonSerializer.Serialize(input, PaymentWorkflowsJson.Options),
            view = JsonSerializer.Serialize(written.View, PaymentWorkflowsJson.Options),
            now = checkout.Now.UtcDateTime,
            trace = written.TraceParent,
            claim?.Scope,
            claim?.Key,
        });
        string?[] statements = [checkout.Customer is null ? null : CustomerSql, InsertSql, claim is null ? null : KeepSql];
        await connection.ExecuteAsync(new CommandDefinition(string.Join(";\n", statements.OfType<string>()), values, transaction, cancellationToken: cancellationToken));
    }

    /// <param name="Granted">The key is the caller's; null when it is not, or there is none.</param>
    /// <param name="Mine">The checkout of this very id; looked for when there is no key.</param>
    /// <param name="Latest">The order's latest attempt.</param>
    private sealed record Found(KeyOutcome.Granted? Granted, StoredCheckout? Mine, StoredCheckout? Latest);
}
