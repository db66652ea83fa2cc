using System.Text.Json;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Cli.Demo;

/// <summary>A checkout as the API shows it.</summary>
internal sealed record DemoCheckout(JsonElement Json)
{
    public string Id => Text(Json, "id");

    public string Transaction => Text(Json, "transaction_id");

    public string WorkflowId => Text(Json, "workflow_id");

    public string Order => Text(Json, "order");

    public string Status => Text(Json, "status");

    public Money Amount => new(Json.GetProperty("amount").GetInt64(), Currency.Parse(Text(Json, "currency")));

    public long Refunded => Json.GetProperty("amount_refunded").GetInt64();

    public JsonElement? Decline => Part("decline");

    public JsonElement? NextAction => Part("next_action");

    public JsonElement? Held => Part("held");

    /// <summary>A text field; empty when it is null.</summary>
    public static string Text(JsonElement from, string name) => from.GetProperty(name).GetString() ?? "";

    private JsonElement? Part(string name) => Json.GetProperty(name) is { ValueKind: JsonValueKind.Object } part ? part : null;
}
