using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Hosting;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Time;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Erp;

/// <summary>A simple HTTP ERP: documents by number, never two of one number, never a change to one that is posted.</summary>
internal sealed class ErpPort(SandboxState state, SandboxOptions options, PlayedService service)
{
    private const string Kind = "erp_document";
    private const string NumberField = "reference";

    private static readonly string[] Kinds = ["invoice", "payment", "credit_note"];

    public Task HandleAsync(HttpContext http) => service.HandleAsync(
        http,
        state.ErpFaults,
        state.ErpFaultsChanged,
        fault => Refused(422, fault.Code ?? "closed_period", fault.Message ?? "The accounting period is closed."),
        Execute);

    /// <summary>Every document, oldest first. The caller holds the state's gate.</summary>
    public static JsonArray Documents(SandboxState state) => new([.. state.Objects.OfKind(Kind).Select(stored => (JsonNode)Shown(stored.Read()))]);

    private PlayedAnswer Execute(HttpRequest request, byte[] body)
    {
        if (request.Headers.Authorization.ToString() != $"Bearer {options.ErpKey}")
        {
            return Refused(401, "unauthorized", "The key is missing or wrong.");
        }

        var path = request.Path.Value ?? "/";
        return (request.Method, path) switch
        {
            ("POST", "/documents") => Post(body),
            ("GET", "/documents") => new PlayedAnswer(200, new JsonObject { ["documents"] = Documents(state) }),
            ("GET", _) when path.StartsWith("/documents/", StringComparison.Ordinal) => Read(Uri.UnescapeDataString(path["/documents/".Length..])),
            _ => Refused(404, "unknown_url", $"There is no {request.Method} {path} here."),
        };
    }

    private PlayedAnswer Read(string number) => Find(number) is { } found
        ? new PlayedAnswer(200, Shown(found))
        : Refused(404, "document_not_found", $"There is no document '{number}'.");

    private PlayedAnswer Post(byte[] body)
    {
        JsonObject? document;
        try
        {
            document = JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            document = null;
        }

        if (document is null)
        {
            return Refused(400, "invalid_document", "The body is no JSON object.");
        }

        if (Problem(document) is { } problem)
        {
            return Refused(400, "invalid_document", problem);
        }

        var number = (string)document["number"]!;
        if (Find(number) is { } known)
        {
            return Refused(409, "duplicate_number", $"Document '{number}' exists as {(string)known["id"]!}.");
        }

        var stored = (JsonObject)document.DeepClone();
        stored.Remove("number");
        stored["id"] = Identifiers.New("erp");
        stored["object"] = Kind;
        stored[NumberField] = number;
        stored["created"] = state.Clock.GetUtcNow().ToUnixTimeSeconds();
        stored["posted_at"] = Rfc3339.Text(state.Clock.GetUtcNow());
        state.Put(stored);
        return new PlayedAnswer(201, Shown(stored));
    }

    private JsonObject? Find(string number) => state.Objects.WithTerm(Kind, NumberField, number).FirstOrDefault()?.Read();

    /// <summary>What is wrong with a document; null when nothing is.</summary>
    private static string? Problem(JsonObject document)
    {
        string? Text(string name) => document[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? (string?)value : null;
        foreach (var required in (string[])["number", "merchant", "customer", "transaction_id", "currency", "date"])
        {
            if (string.IsNullOrEmpty(Text(required)))
            {
                return $"'{required}' is missing.";
            }
        }

        if (!Kinds.Contains(Text("kind")))
        {
            return $"'kind' must be one of {string.Join(", ", Kinds)}.";
        }

        if (document["amount"] is not JsonValue amount || !amount.TryGetValue<long>(out var minor) || minor < 0)
        {
            return "'amount' must be a whole number of minor units.";
        }

        return document["taxes"] is null or JsonArray && document["lines"] is null or JsonArray ? SumProblem(document, minor) : "'taxes' and 'lines' must be lists.";
    }

    /// <summary>What is sold must add up to what is owed for it: with the tax within the prices, or on top of them.</summary>
    private static string? SumProblem(JsonObject document, long amount)
    {
        static Int128 Sum(JsonNode? list, Func<JsonObject, Int128> of) => (list as JsonArray ?? []).OfType<JsonObject>().Aggregate((Int128)0, (sum, one) => sum + of(one));
        static long Number(JsonObject from, string name) => from[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;
        if (document["lines"] is not JsonArray { Count: > 0 })
        {
            return null;
        }

        var lines = Sum(document["lines"], line => (Int128)Number(line, "quantity") * Number(line, "unit_amount"));
        var taxes = Sum(document["taxes"], tax => Number(tax, "amount"));
        return lines == amount || lines + taxes == amount ? null : $"The lines add up to {lines}, with taxes to {lines + taxes}; 'amount' says {amount}.";
    }

    private static JsonObject Shown(JsonObject stored)
    {
        var shown = (JsonObject)stored.DeepClone();
        shown["number"] = (string)stored[NumberField]!;
        shown.Remove(NumberField);
        shown.Remove("object");
        shown.Remove("created");
        return shown;
    }

    private static PlayedAnswer Refused(int status, string code, string message) => new(status, PlayedService.Error(code, message));
}
