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

    private const string CustomerSql = """
        INSERT INTO pay.customers AS kept (merchant, id, email, name, country, postal_code, tax_id, updated_at)
        VALUES (@merchant, @customer, @Email, @Name, @Country, @PostalCode, @TaxId, @now)
        ON CONFLICT (merchant, id) DO UPDATE
        SET email = coalesce(excluded.email, kept.email), name = coalesce(excluded.name, kept.name), country = coalesce(excluded.country, kept.country),
            postal_code = coalesce(excluded.postal_code, kept.postal_code), tax_id = coalesce(excluded.tax_id, kept.tax_id), updated_at = excluded.updated_at
        """;

    /// <summary>
    /// See <see cref="ICheckoutStore.CreateAsync"/>. After <see cref="CreateCheckoutOutcome.OtherContent"/> the claim is the caller's to
    /// complete, so that the refusal is what a repeat of the key gets.
    /// </summary>
    public static async Task<CreateCheckoutOutcome> RunAsync(NpgsqlDataSource database, NewCheckout checkout, IdempotencyClaim? claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkout);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (claim is not null)
        {
            var key = await IdempotencyStore.ClaimAsync(connection, transaction, claim, checkout.Now, cancellationToken);
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

        var outcome = await WriteAsync(connection, transaction, checkout, claim, cancellationToken);
        if (claim is not null && outcome is CreateCheckoutOutcome.Created or CreateCheckoutOutcome.Existing)
        {
            var id = outcome is CreateCheckoutOutcome.Created created ? created.Checkout.Id : ((CreateCheckoutOutcome.Existing)outcome).Checkout.Id;
            await connection.ExecuteAsync(new CommandDefinition(
                "UPDATE pay.idempotency_keys SET resource_id = @id WHERE scope = @Scope AND key = @Key",
                new { id = id.Value, claim!.Scope, claim.Key },
                transaction,
                cancellationToken: cancellationToken));
        }

        await transaction.CommitAsync(cancellationToken);
        return outcome;
    }

    private static async Task<CreateCheckoutOutcome> WriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, NewCheckout checkout, IdempotencyClaim? claim, CancellationToken cancellationToken)
    {
        var input = checkout.Input;
        var order = new { merchant = input.Merchant.Value, order = input.Order.Value };

        // A caller without a key repeats itself by the checkout's id. Callers of one order go one by one; the lock ends with the transaction.
        await connection.ExecuteAsync(new CommandDefinition(
            "SELECT pg_advisory_xact_lock(hashtextextended(@merchant || '/' || @order, 0))", order, transaction, cancellationToken: cancellationToken));
        if (claim is null && await CheckoutStore.FindAsync(connection, transaction, input.CheckoutId!.Value.Value, cancellationToken) is { } mine)
        {
            return new CreateCheckoutOutcome.Existing(mine);
        }

        var latest = (await connection.QuerySingleOrDefaultAsync<CheckoutRow>(new CommandDefinition(LatestSql, order, transaction, cancellationToken: cancellationToken)))?.ToCheckout();
        if (latest is not null && !latest.View.Status.AllowsNewAttempt())
        {
            return latest.ContentHash == checkout.ContentHash ? new CreateCheckoutOutcome.Existing(latest) : new CreateCheckoutOutcome.OtherContent(latest);
        }

        var written = new StoredCheckout
        {
            Id = input.CheckoutId ?? throw new ArgumentException("The checkout has no id.", nameof(checkout)),
            TransactionId = input.TransactionId ?? throw new ArgumentException("The checkout has no transaction id.", nameof(checkout)),
            Attempt = (latest?.Attempt ?? 0) + 1,
            ContentHash = checkout.ContentHash,
            Input = input,
            View = new CheckoutView { Status = CheckoutStatus.Processing, Amount = checkout.Amount },
            CreatedAt = checkout.Now,
            TraceParent = Spans.Current,
        };
        await InsertAsync(connection, transaction, checkout, written, cancellationToken);
        return new CreateCheckoutOutcome.Created(written);
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, NewCheckout checkout, StoredCheckout written, CancellationToken cancellationToken)
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
        });
        if (checkout.Customer is not null)
        {
            await connection.ExecuteAsync(new CommandDefinition(CustomerSql, values, transaction, cancellationToken: cancellationToken));
        }

        await connection.ExecuteAsync(new CommandDefinition(InsertSql, values, transaction, cancellationToken: cancellationToken));
    }
}
