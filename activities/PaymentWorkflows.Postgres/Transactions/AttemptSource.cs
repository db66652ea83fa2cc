using System.Text.Json;
using Npgsql;
using PaymentWorkflows.Activities.Transactions;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Failures;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Postgres.Transactions;

/// <summary>The attempts to move money, and what the provider said of the money.</summary>
internal sealed class AttemptSource(NpgsqlDataSource database) : IStorySource
{
    private const string Sql = """
        SELECT key AS Key, operation AS Operation, provider AS Provider, provider_id AS ProviderId, state AS State, send_number AS SendNumber,
            first_sent_at AS FirstSentAt, last_sent_at AS LastSentAt, updated_at AS UpdatedAt, verdict::text AS Verdict
        FROM pay.payment_attempts WHERE transaction_id = @transaction ORDER BY first_sent_at, key LIMIT @limit
        """;

    public async Task TellAsync(TransactionId transaction, TransactionStory story, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(story);
        foreach (var row in await database.RowsAsync<Row>(Sql, transaction, story, cancellationToken))
        {
            Tell(row, story);
        }
    }

    private static void Tell(Row row, TransactionStory story)
    {
        var verdict = row.Verdict is null ? null : JsonSerializer.Deserialize<MoneyVerdict>(row.Verdict, PaymentWorkflowsJson.Options);
        var (code, message) = verdict is null ? (null, null) : Said(verdict);
        var owner = verdict is null ? null : OwnerOf(verdict, row, code);
        story.Add(new AttemptResource(
            row.Key, row.Operation, row.Provider, row.ProviderId, row.State, row.SendNumber + 1, row.FirstSentAt, row.LastSentAt, row.UpdatedAt, owner, code, message));
        story.Add(new StoryLine
        {
            At = row.FirstSentAt,
            Kind = "attempt",
            Source = "payment_attempts",
            Title = $"{row.Operation} is sent to {row.Provider}",
            Reference = row.Key,
            Rank = 5,
        });
        if (verdict is null)
        {
            return;
        }

        story.Add(new StoryLine
        {
            At = row.UpdatedAt,
            Kind = "attempt",
            Source = "payment_attempts",
            Title = $"{row.Operation} {row.State}{(code is null ? "" : $": {code}")}",
            Reference = row.ProviderId ?? row.Key,
            Details = new Dictionary<string, string?> { ["key"] = row.Key, ["payment"] = row.ProviderId, ["sends"] = $"{row.SendNumber + 1}", ["message"] = message },
            Money = verdict.Facts is { } facts ? Note(facts) : null,
            Rank = 6,
        });
        if (owner is { } failed)
        {
            story.Fail(new StoryFailure(row.UpdatedAt, failed, code ?? row.State, message ?? row.State));
        }
    }

    /// <summary>A refund's codes are read as those of refunds: the same words mean another owner there.</summary>
    private static FailureOwner? OwnerOf(MoneyVerdict verdict, Row row, string? code) => FailureOwners.Of(verdict) switch
    {
        { } when row.Operation == "refund" && code is not null && verdict is not MoneyVerdict.Unknown => FailureOwners.OfRefund(code),
        var owner => owner,
    };

    private static (string? Code, string? Message) Said(MoneyVerdict verdict) => verdict.Match<(string?, string?)>(
        _ => (null, null),
        declined => (declined.Decline.Code, declined.Decline.Message),
        pending => (pending.Action?.Type, null),
        refused => (refused.Code, refused.Message),
        unknown => (HoldRules.Name(unknown.Cause), unknown.Message));

    /// <summary>The money as the provider's facts have it; those of a refund have the refund's own amounts.</summary>
    private static MoneyNote Note(ProviderPayment facts) => facts.RefundId is { } refund
        ? new MoneyNote { Currency = facts.Amount.Currency, Payment = facts.Id, Refund = refund, Refunded = (facts.Refunded ?? facts.Amount).Minor }
        : new MoneyNote
        {
            Currency = facts.Amount.Currency,
            Payment = facts.Id,
            Authorized = facts.State switch
            {
                PaymentState.Authorized => facts.Capturable.Minor,
                PaymentState.Captured => facts.Captured.Minor,
                _ => 0,
            },
            Captured = facts.Captured.Minor,
            Refunded = facts.Refunded?.Minor,
        };

#pragma warning disable CA1812 // Dapper makes it.
    private sealed record Row(
        string Key, string Operation, string Provider, string? ProviderId, string State, int SendNumber, DateTime FirstSentAt, DateTime LastSentAt, DateTime UpdatedAt, string? Verdict);
#pragma warning restore CA1812
}
