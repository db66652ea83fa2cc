using System.Text.Json.Nodes;
using System.Xml;

namespace PaymentWorkflows.Sandbox.Methods;

/// <summary>
/// Reads the deployment's <c>payment-methods.yaml</c> as far as the provider would know a method by it: its traits. Members of other
/// use are left alone, because the file is the product's, which checks it.
/// </summary>
internal static class DeploymentMethods
{
    /// <summary>The methods that name a type of this provider and are no cards.</summary>
    /// <exception cref="InvalidDataException">A trait that is needed is missing or wrong.</exception>
    public static IEnumerable<MethodTraits> Read(JsonObject root)
    {
        var methods = root["methods"] as JsonObject ?? throw new InvalidDataException("it has no methods");
        foreach (var (name, node) in methods)
        {
            if (node is JsonObject value && value["provider"]?["stripe"] is JsonObject provider && Text(provider, "type") is { } type && type != "card")
            {
                yield return Of(name, type, value, provider);
            }
        }
    }

    private static MethodTraits Of(string name, string type, JsonObject value, JsonObject provider)
    {
        var flow = Text(value, "flow") switch
        {
            "redirect" => MethodFlow.Redirect,
            "qr_code" => MethodFlow.QrCode,
            "voucher" => MethodFlow.Voucher,
            "bank_debit" => MethodFlow.BankDebit,
            "app_approval" => MethodFlow.AppApproval,
            var other => throw new InvalidDataException($"methods.{name}.flow is '{other}'; allowed: redirect, qr_code, voucher, bank_debit, app_approval"),
        };
        return new MethodTraits
        {
            Type = type,
            Flow = flow,
            Currencies = Texts(value["currencies"]),
            Countries = Texts(value["countries"]),
            NextAction = NextAction(type, flow, Text(provider, "next_action")),
            Code = $"{type.ToUpperInvariant()}-{{digits:24}}",
            Mandate = flow == MethodFlow.BankDebit ? new JsonObject { ["reference"] = "{random:16}" } : null,
            Expiry = flow == MethodFlow.BankDebit ? null : Expiry(value, provider),
            Late = Duration(value, "late"),
            OtherAmount = flow == MethodFlow.Voucher,
            Limits = Limits(value["limits"] as JsonObject),
            Refunds = value["refunds"] is JsonObject refunds
                ? new RefundTraits((bool?)refunds["partial"] ?? false, Duration(refunds, "window") ?? TimeSpan.FromDays(180))
                : null,
            Settles = TimeSpan.FromDays(Whole(value["settles"]) ?? 2),
            Fee = new FeeTraits(BasisPoints: 150, Fixed: 25),
            Challengeable = (bool?)value["disputes"]?["challengeable"] ?? true,
            Tests = new TestTraits { Otherwise = flow == MethodFlow.BankDebit ? "success" : null, Emails = flow == MethodFlow.BankDebit ? ["decline_immediately"] : ["succeed_immediately", "decline_immediately", "expire_immediately", "fill_never"] },
        };
    }

    private static NextActionTraits? NextAction(string type, MethodFlow flow, string? name) => flow switch
    {
        MethodFlow.QrCode => new(name ?? $"{type}_display_qr_code", new JsonObject
        {
            ["data"] = "{code}",
            ["expires_at"] = "{expires_at}",
            ["hosted_instructions_url"] = "{page}",
            ["image_url_png"] = "{png}",
            ["image_url_svg"] = "{svg}",
        }),
        MethodFlow.Voucher => new(name ?? $"{type}_display_details", new JsonObject
        {
            ["expires_at"] = "{expires_at}",
            ["hosted_voucher_url"] = "{page}",
            ["number"] = "{code}",
        }),
        MethodFlow.AppApproval => new(name ?? $"{type}_authorize", []),
        MethodFlow.Redirect when name is not (null or "redirect_to_url") => new(name, new JsonObject { ["return_url"] = "{return_url}", ["url"] = "{page}" }),
        MethodFlow.Redirect or MethodFlow.BankDebit => null,
        _ => throw new InvalidOperationException($"unknown flow {flow}"),
    };

    private static ExpiryTraits Expiry(JsonObject value, JsonObject provider)
    {
        // payment_method_options[x][expires_after_days] ends in the option's name, and that in its unit.
        var option = Text(provider, "expiry_parameter")?.Split('[')[^1].TrimEnd(']');
        var unit = option?.Split('_')[^1];
        return new ExpiryTraits(
            Duration(value, "expiry") ?? TimeSpan.FromHours(1),
            unit == "at" ? null : option,
            unit is "seconds" or "minutes" or "hours" or "days" ? unit : "seconds",
            unit == "at" ? option : null);
    }

    private static Dictionary<string, LimitTraits> Limits(JsonObject? limits) => (limits ?? []).ToDictionary(
        pair => pair.Key,
        pair => new LimitTraits(Whole(pair.Value?["min"]), Whole(pair.Value?["max"])),
        StringComparer.Ordinal);

    // "any" instead of a list means all.
    private static IReadOnlyList<string> Texts(JsonNode? node) => node is JsonArray list ? [.. list.Select(item => item!.ToString())] : [];

    private static string? Text(JsonObject value, string name) => value[name]?.ToString();

    private static long? Whole(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    private static TimeSpan? Duration(JsonObject value, string name) => Text(value, name) is { } text ? XmlConvert.ToTimeSpan(text) : null;
}
