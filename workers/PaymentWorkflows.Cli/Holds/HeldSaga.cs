using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PaymentWorkflows.Cli.Holds;

/// <summary>A saga that waits for a person, as the Gateway lists it.</summary>
internal sealed record HeldSaga
{
    /// <summary><c>chk_...</c> or <c>ref_...</c>.</summary>
    public required string Id { get; init; }

    public required string WorkflowId { get; init; }
    public required string TransactionId { get; init; }
    public required string Hold { get; init; }
    public required string Reason { get; init; }
    public required string Owner { get; init; }

    /// <summary>How many deadlines have passed without an act.</summary>
    public required int Level { get; init; }

    public required DateTimeOffset Since { get; init; }
    public required DateTimeOffset Deadline { get; init; }
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>Whether a deadline has passed without an act.</summary>
    [JsonIgnore]
    public bool IsOverdue => Level > 0;

    /// <summary>Reads a checkout or a refund of the Gateway; null when it waits for nobody.</summary>
    public static HeldSaga? Of(JsonElement saga)
    {
        if (!saga.TryGetProperty("held", out var held) || held.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        return new HeldSaga
        {
            Id = Text(saga, "id"),
            WorkflowId = Text(saga, "workflow_id"),
            TransactionId = Text(saga, "transaction_id"),
            Hold = Text(held, "id"),
            Reason = Text(held, "reason"),
            Owner = Text(held, "owner"),
            Level = held.TryGetProperty("level", out var level) ? level.GetInt32() : 0,
            Since = Moment(held, "since"),
            Deadline = Moment(held, "deadline"),
            Actions = [.. held.GetProperty("actions").EnumerateArray().Select(action => action.GetString()!)],
        };
    }

    private static string Text(JsonElement part, string name) => part.TryGetProperty(name, out var text) ? text.GetString() ?? "" : "";

    private static DateTimeOffset Moment(JsonElement part, string name) =>
        DateTimeOffset.Parse(Text(part, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
