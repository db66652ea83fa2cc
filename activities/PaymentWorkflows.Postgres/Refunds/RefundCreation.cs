using System.Text.Json;
using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Postgres.Checkouts;
using PaymentWorkflows.Postgres.Idempotency;

namespace PaymentWorkflows.Postgres.Refunds;

/// <summary>Reserves a refund's amount of its checkout and writes its row with the caller's key, in one transaction.</summary>
internal static class RefundCreation
{
    /// <summary>The refunds of one checkout go one by one; the lock ends with the transaction.</summary>
    public const string LockSql = $"SELECT {RefundSums.Columns} FROM pay.checkouts WHERE id = @checkout FOR NO KEY UPDATE";

    private const string InsertSql = """
        INSERT INTO pay.refunds (id, checkout_id, transaction_id, workflow_id, merchant, customer_id, currency, amount, origin, status, of_payable, input, view, created_at)
        VALUES (@id, @checkout, @transaction, @workflow, @merchant, @customer, @currency, @amount, @origin, @status, @ofPayable, @input::jsonb, @view::jsonb, @now)
        """;

    // Asked under the lock and on its own, so that it sees what was booked by whoever had the lock before.
    private const string SoldSql = "SELECT EXISTS (SELECT FROM pay.ledger_entries WHERE reference = @capture)";

    private const string ReserveSql = "UPDATE pay.checkouts SET refund_reserved = refund_reserved + @amount WHERE id = @checkout";

    /// <summary>See <see cref="IRefundStore.CreateAsync"/>.</summary>
    public static async Task<CreateRefundOutcome> RunAsync(NpgsqlDataSource database, NewRefund refund, IdempotencyClaim? claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(refund);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (claim is not null)
        {
            var key = await IdempotencyStore.ClaimAsync(connection, transaction, claim, refund.Now, cancellationToken);
            if (key is not KeyOutcome.Granted granted)
            {
                return new CreateRefundOutcome.KeyRefused(key);
            }

            if (granted.ResourceId is { } abandoned && await RefundStore.FindAsync(connection, transaction, "id", abandoned, cancellationToken) is { } written)
            {
                await transaction.CommitAsync(cancellationToken);
                return new CreateRefundOutcome.Existing(written);
            }
        }

        var outcome = await ReserveAsync(connection, transaction, refund, cancellationToken);
        if (claim is not null && outcome is CreateRefundOutcome.Created created)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                "UPDATE pay.idempotency_keys SET resource_id = @id WHERE scope = @Scope AND key = @Key",
                new { id = created.Refund.Id.Value, claim.Scope, claim.Key },
                transaction,
                cancellationToken: cancellationToken));
        }

        await transaction.CommitAsync(cancellationToken);
        return outcome;
    }

    private static async Task<CreateRefundOutcome> ReserveAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, NewRefund refund, CancellationToken cancellationToken)
    {
        var input = refund.Input;
        var sums = await connection.QuerySingleOrDefaultAsync<RefundSums>(
            new CommandDefinition(LockSql, new { checkout = input.CheckoutId.Value }, transaction, cancellationToken: cancellationToken));
        if (sums is null || await CheckoutStore.FindAsync(connection, transaction, input.CheckoutId.Value, cancellationToken) is not { } checkout)
        {
            return new CreateRefundOutcome.NoCheckout();
        }

        // Under the lock: whoever repeats the same refund at the same time finds it here.
        if (await RefundStore.FindAsync(connection, transaction, "id", input.RefundId.Value, cancellationToken) is { } mine)
        {
            return new CreateRefundOutcome.Existing(mine);
        }

        switch (RefundRules.Check(Refundable(checkout, sums, input.Currency ?? checkout.Input.Currency), input.Origin, input.Amount, refund.Now))
        {
            case RefundAllowance.Refused refused:
                return new CreateRefundOutcome.Refused(refused.Problem);
            case RefundAllowance.Granted granted:
                var ofPayable = await IsOfPayableAsync(connection, transaction, checkout, input.Origin, cancellationToken);
                var written = Written(refund, checkout, granted.Amount, sums, ofPayable);
                await InsertAsync(connection, transaction, written, ofPayable, cancellationToken);
                return new CreateRefundOutcome.Created(written);
            default:
                throw new InvalidOperationException("An allowance nobody has decided about.");
        }
    }

    private static async Task<bool> IsOfPayableAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, StoredCheckout checkout, RefundOrigin origin, CancellationToken cancellationToken)
    {
        var status = checkout.View.Status;
        return RefundRules.MayBeOfPayable(status, origin)
            && RefundRules.IsOfPayable(status, origin, await connection.ExecuteScalarAsync<bool>(
                new CommandDefinition(SoldSql, new { capture = LedgerReferences.Capture(checkout.WorkflowId, checkout.Attempt) }, transaction, cancellationToken: cancellationToken)));
    }

    private static RefundableCheckout Refundable(StoredCheckout checkout, RefundSums sums, Currency currency)
    {
        var view = checkout.View;
        return new RefundableCheckout
        {
            Status = view.Status,
            Captured = new Money(sums.amount_captured, currency),
            Reserved = new Money(sums.refund_reserved + sums.refunded_outside, currency),
            HasPayment = view.Payment is not null,
            CapturedAt = view.Steps.FirstOrDefault(step => step is { Name: CheckoutStep.Capture, Status: StepStatus.Done })?.At ?? view.CompletedAt ?? checkout.CreatedAt,
            MethodName = checkout.Input.PaymentMethod.Type,
            Method = checkout.Input.Method,
        };
    }

    private static StoredRefund Written(NewRefund refund, StoredCheckout checkout, Money amount, RefundSums sums, bool ofPayable)
    {
        var input = refund.Input with
        {
            Amount = amount.Minor,
            TransactionId = checkout.TransactionId,
            Placement = refund.Input.Placement ?? refund.Defaults.Placement,
            Policies = (refund.Input.Policies ?? refund.Defaults.Policies) with { Erp = checkout.Input.Policies?.Erp == true },
        };

        // What it will be when it is booked; another refund that is booked first may move a cent.
        var booking = RefundTaxes.Booking(checkout.View, amount, sums, ofPayable);
        return new StoredRefund
        {
            Id = input.RefundId,
            CheckoutId = checkout.Id,
            TransactionId = checkout.TransactionId,
            Merchant = checkout.Input.Merchant,
            Customer = checkout.Input.Customer,
            Currency = amount.Currency,
            Input = input,
            View = new RefundView { Status = RefundStatus.Processing, Amount = amount.Minor, AmountTax = booking.Taxes.Sum(share => share.Amount.Minor) },
            CreatedAt = refund.Now,
        };
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, StoredRefund written, bool ofPayable, CancellationToken cancellationToken)
    {
        var values = new
        {
            id = written.Id.Value,
            checkout = written.CheckoutId.Value,
            transaction = written.TransactionId.Value,
            workflow = written.WorkflowId,
            merchant = written.Merchant.Value,
            customer = written.Customer.Value,
            currency = written.Currency.Code,
            amount = written.View.Amount,
            origin = HoldRules.Name(written.Input.Origin),
            status = HoldRules.Name(written.View.Status),
            ofPayable,
            input = JsonSerializer.Serialize(written.Input, PaymentWorkflowsJson.Options),
            view = JsonSerializer.Serialize(written.View, PaymentWorkflowsJson.Options),
            now = written.CreatedAt.UtcDateTime,
        };
        await connection.ExecuteAsync(new CommandDefinition(ReserveSql, values, transaction, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(InsertSql, values, transaction, cancellationToken: cancellationToken));
    }
}
