using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;

namespace PaymentWorkflows.IntegrationTests.Hostile;

/// <summary>What the Gateway publishes of itself, <c>/openapi/v1.json</c> and <c>/docs/errors</c>, and whether an answer is among it.</summary>
internal sealed partial class GatewayDescription
{
    private static readonly HashSet<string> Families = ["invalid_request", "idempotency", "authentication", "permission", "not_found", "conflict", "rate_limit", "unavailable", "internal"];

    private readonly List<(Regex Path, string Method, JsonObject Operation)> operations = [];
    private readonly Dictionary<string, int> codes;
    private readonly HashSet<int> withoutBody;
    private readonly JsonObject definitions;
    private readonly Dictionary<string, JsonSchema> schemas = [];

    /// <param name="openApi">The document.</param>
    /// <param name="errors">The page that explains the codes.</param>
    public GatewayDescription(string openApi, string errors)
    {
        var document = (JsonObject)JsonNode.Parse(openApi.Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal))!;
        definitions = (JsonObject)document["components"]!["schemas"]!;
        foreach (var (path, item) in (JsonObject)document["paths"]!)
        {
            var pattern = new Regex($"^{Parameter().Replace(Regex.Escape(path).Replace("\\{", "{", StringComparison.Ordinal), "[^/]+")}/?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
            operations.AddRange(((JsonObject)item!).Where(pair => pair.Key is "get" or "post").Select(pair => (pattern, pair.Key.ToUpperInvariant(), (JsonObject)pair.Value!)));
        }

        codes = Code().Matches(errors).ToDictionary(match => match.Groups["code"].Value, match => int.Parse(match.Groups["status"].Value, System.Globalization.CultureInfo.InvariantCulture));
        var paragraph = errors[errors.IndexOf("## Without a body", StringComparison.Ordinal)..];
        withoutBody = [.. Status().Matches(paragraph).Select(match => int.Parse(match.Value, System.Globalization.CultureInfo.InvariantCulture))];
    }

    /// <summary>What is not as published in an answer; null when all is.</summary>
    public string? Problem(HttpCase sent, RawAnswer answer)
    {
        if (!answer.Headers.TryGetValue("Request-Id", out var request))
        {
            return withoutBody.Contains(answer.Status) && answer.Body.Length == 0 ? null : $"{answer.Status} before routing is not on the page of errors, or has a body: {answer.Body}";
        }

        if (!request.StartsWith("req_", StringComparison.Ordinal) || !answer.Headers.GetValueOrDefault("Transaction-Id", "").StartsWith("txn_", StringComparison.Ordinal))
        {
            return "the ids are not there";
        }

        var operation = OperationOf(sent);
        if (answer.Status is 200 or 201 or 204)
        {
            return SuccessProblem(sent, operation, answer);
        }

        return ErrorProblem(answer) ?? (operation is null || operation["responses"]![$"{answer.Status}"] is not null ? null : $"{answer.Status} is not among the answers of {operation["operationId"]}");
    }

    private string? SuccessProblem(HttpCase sent, JsonObject? operation, RawAnswer answer)
    {
        if (sent.Method is "HEAD" or "OPTIONS" || Path(sent) is "/metrics" or "/openapi/v1.json" or "/docs/errors")
        {
            return null;
        }

        if (operation is null || operation["responses"]![$"{answer.Status}"] is not { } response)
        {
            return IsOdd(sent) ? null : $"{answer.Status} is not among the answers of {operation?["operationId"] ?? "this address"}";
        }

        return Against((string)response["content"]!["application/json"]!["schema"]!["$ref"]!, answer.Body);
    }

    private string? ErrorProblem(RawAnswer answer)
    {
        if (answer.Body.Length == 0)
        {
            // HEAD.
            return null;
        }

        JsonNode? error;
        try
        {
            error = JsonNode.Parse(answer.Body)?["error"];
        }
        catch (JsonException broken)
        {
            return $"the error is no JSON: {broken.Message}";
        }

        var (code, family) = ((string?)error?["code"] ?? "", (string?)error?["type"] ?? "");
        return !codes.TryGetValue(code, out var status) ? $"the code '{code}' is on no page"
            : status != answer.Status ? $"the code '{code}' is published with {status}, not with {answer.Status}"
            : !Families.Contains(family) ? $"the family '{family}' is unknown"
            : Against("#/$defs/ApiErrorBody", answer.Body);
    }

    private string? Against(string reference, string body)
    {
        JsonSchema schema;
        lock (schemas)
        {
            if (!schemas.TryGetValue(reference, out schema!))
            {
                schemas[reference] = schema = JsonSchema.FromText(new JsonObject { ["$ref"] = reference, ["$defs"] = definitions.DeepClone() }.ToJsonString());
            }
        }

        using var document = JsonDocument.Parse(body);
        var found = schema.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return found.IsValid ? null : $"not as {reference}: {string.Join("; ", (found.Details ?? []).Where(one => one.Errors is not null).SelectMany(one => one.Errors!.Select(error => $"{one.InstanceLocation} {error.Value}")))}\n{body}";
    }

    /// <summary>The operation that the request is for; null when its address is none, or is written so that only the server knows.</summary>
    private JsonObject? OperationOf(HttpCase sent)
    {
        var method = sent.Method == "HEAD" ? "GET" : sent.Method.ToUpperInvariant();
        return IsOdd(sent) ? null : operations.FirstOrDefault(one => one.Method == method && one.Path.IsMatch(Path(sent))).Operation;
    }

    private static bool IsOdd(HttpCase sent) => OddPath().IsMatch(Path(sent)) || sent.Target.Contains("//", StringComparison.Ordinal);

    private static string Path(HttpCase sent) => sent.Target.Split('?')[0];

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"## (?<code>[a-z_]+)\n\nHTTP (?<status>[0-9]{3})\.", RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex(@"\b[45][0-9]{2}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Status();

    [GeneratedRegex(@"\.\.|/\.(/|$)|%|#|\\|[^\x21-\x7e]", RegexOptions.CultureInvariant)]
    private static partial Regex OddPath();
}
