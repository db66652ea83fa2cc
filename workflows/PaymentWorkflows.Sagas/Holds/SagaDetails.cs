using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain.Holds;

namespace PaymentWorkflows.Sagas.Holds;

/// <summary>One step of a saga as its table shows it.</summary>
/// <param name="Name">The step's snake_case name.</param>
/// <param name="Status">What became of it, in snake_case.</param>
/// <param name="Attempts">How often it was tried on purpose.</param>
/// <param name="At">When it got this status (UTC).</param>
/// <param name="Reference">The provider's or our id of what it made, if any.</param>
public sealed record StepLine(string Name, string Status, int Attempts, DateTimeOffset At, string? Reference);

/// <summary>
/// A saga as people see it in the Web UI (current details, Markdown): what is next, what waits for a person and the JSON to send, and the
/// table of its steps. Any saga renders itself with it.
/// </summary>
public sealed record SagaDetails
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The status and what the saga is about, such as <c>completed - EUR 39.98</c>.</summary>
    public required string Title { get; init; }

    /// <summary>What happens next by itself, or whom it waits for; a hold comes before it.</summary>
    public required string Next { get; init; }

    public required IReadOnlyList<StepLine> Steps { get; init; }

    /// <summary>Further facts, a line each: why it was declined, what a person changed.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What waits for a person, oldest first.</summary>
    public IReadOnlyList<HeldView> Holds { get; init; } = [];

    /// <summary>What became of the acts that came.</summary>
    public required ActLog Acts { get; init; }

    /// <summary>Markdown.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"**{Cell(Title)}**\n\n**{(Holds.Count > 0 ? Waiting(Holds[0]) : Cell(Next))}**\n");
        if (Acts.LastRefusal is { } refusal)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n**The last act was refused:** {Cell(refusal)}\n");
        }

        text.Append("\n| step | status | tries | at | reference |\n|---|---|---|---|---|\n");
        foreach (var step in Steps)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(step.Name)} | {Cell(step.Status)} | {step.Attempts} | {Moment(step.At)} | {Cell(step.Reference)} |\n");
        }

        foreach (var hold in Holds)
        {
            Append(text, hold);
        }

        foreach (var note in Notes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Cell(note)}\n");
        }

        if (Acts.LastAccepted is { } act)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nLast act: {Cell(act.Action)} by {Cell(act.Actor)} at {Moment(act.At)}.\n");
        }

        return text.ToString();
    }

    /// <summary>A moment as people read it.</summary>
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "Z";

    private static string Waiting(HeldView hold) => $"Waiting for {hold.Owner} until {Moment(hold.Deadline)}: {HoldRules.Name(hold.Reason)} at {Cell(hold.Id)}";

    /// <summary>A hold, and for each act it allows the JSON that goes into the signal form as it stands, but for the name and the reason.</summary>
    private static void Append(StringBuilder text, HeldView hold)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n### Held: {HoldRules.Name(hold.Reason)} at `{hold.Id}`\n\n{Cell(hold.Message)}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Owner: {hold.Owner}. Since {Moment(hold.Since)}, due by {Moment(hold.Deadline)}.");
        text.Append(hold.Level == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" Deadlines missed: {hold.Level}."));
        text.Append(CultureInfo.InvariantCulture, $"\n\nDecide by the signal `{HoldNames.Signal}`, with your name and your reason in one of these:\n\n");
        foreach (var action in hold.Actions)
        {
            text.Append(CultureInfo.InvariantCulture, $"- **{HoldRules.Name(action)}** ({HoldRules.Explain(action)}): `{Input(hold, action)}`\n");
        }
    }

    /// <summary>The signal's input for an act at a hold.</summary>
    public static string Input(HeldView hold, HoldAction action)
    {
        ArgumentNullException.ThrowIfNull(hold);
        var fields = new List<string>
        {
            Field("action", HoldRules.Name(action)), Field("actor", "your name"), Field("reason", "why"), Field("hold", hold.Id),
        };
        if (action == HoldAction.MarkSucceeded)
        {
            fields.Add(Field("evidence", hold.Reason == HoldReason.RefundFailed ? "re_..., or bank:REFERENCE" : "the provider's id"));
        }
        else if (action == HoldAction.RetryWithChange)
        {
            fields.Add($"\"change\":{{{string.Join(",", hold.Changeable.Take(1).Select(field => Field(field, "the new value")))}}}");
        }

        return $"{{{string.Join(",", fields)}}}";
    }

    private static string Field(string name, string value) => $"{JsonSerializer.Serialize(name, Plain)}:{JsonSerializer.Serialize(value, Plain)}";

    /// <summary>Text from outside, so that it stays in its cell and is read as text.</summary>
    private static string Cell(string? text)
    {
        var cell = new StringBuilder();
        foreach (var c in text ?? "")
        {
            if (c is '|' or '<' or '>' or '`' or '*' or '[' or ']' or '\\')
            {
                cell.Append('\\');
            }

            cell.Append(c is '\r' or '\n' ? ' ' : c);
        }

        return cell.ToString();
    }
}
