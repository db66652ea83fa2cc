using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml;
using PaymentWorkflows.Sandbox.Cards;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.Taxes;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Control;

/// <summary>Which cards, tokens and values bring what about, from the tables that the sandbox itself goes by.</summary>
internal static class Catalogue
{
    private const string Stripe = "stripe";
    private const string Own = "sandbox";

    public static JsonObject Build(MethodCatalog methods) => new()
    {
        ["cards"] = new JsonArray([.. TestCards.All.Select(Card)]),
        ["methods"] = new JsonArray([.. methods.All.Select(method => (JsonNode)Method(methods, method))]),
        ["tax"] = Tax(),
        ["faults"] = new JsonArray([.. WireNames.FaultKinds.Select(kind => (JsonNode)kind)]),
    };

    private static JsonNode Card(TestCard card) => new JsonObject
    {
        ["payment_method"] = $"pm_card_{card.Alias}",
        ["token"] = $"tok_{card.Alias}",
        ["number"] = card.Number,
        ["does"] = string.Join(", ", Effects(card)),
        ["source"] = card.Alias.StartsWith("decline_", StringComparison.Ordinal) ? Own : Stripe,
    };

    private static IEnumerable<string> Effects(TestCard card)
    {
        var authentication = card.Authentication switch
        {
            AuthenticationNeed.NotSupported => null,
            AuthenticationNeed.Optional => "authenticates when asked to",
            AuthenticationNeed.UnlessSetUp => "authenticates unless it was set up",
            AuthenticationNeed.OnSession => "authenticates while the customer is there",
            AuthenticationNeed.Always => "authenticates each time",
            _ => throw new InvalidOperationException($"unknown need {card.Authentication}"),
        };
        if (authentication is not null)
        {
            yield return authentication;
        }

        yield return card.Decline is { } decline
            ? decline.IsBlocked ? "is blocked by Radar" : $"is declined: {decline.Code}{(decline.DeclineCode is { } code && code != decline.Code ? $" / {code}" : string.Empty)}"
            : "succeeds";
        if (card.Decline is not null && !card.RefusesAttach)
        {
            yield return "can be attached to a customer";
        }

        if (card.RiskLevel != "normal")
        {
            yield return $"has risk level {card.RiskLevel}";
        }

        foreach (var (check, name) in new[] { (card.CvcCheck, "CVC"), (card.ZipCheck, "postal code") })
        {
            if (check == "fail")
            {
                yield return $"fails the {name} check";
            }
        }

        foreach (var reason in card.Disputes)
        {
            yield return $"then {(card.IsInquiry ? "an inquiry" : "a dispute")}: {reason}";
        }

        if (card.IsEarlyFraudWarning)
        {
            yield return "then an early fraud warning";
        }

        if (card.BypassesPending)
        {
            yield return "its funds are available at once";
        }

        if (card.Refunds != RefundBehavior.Immediate)
        {
            yield return card.Refunds == RefundBehavior.PendingThenSucceeded ? "its refunds are pending, then succeed" : "its refunds succeed, then fail";
        }
    }

    private static JsonObject Method(MethodCatalog methods, MethodTraits method)
    {
        var values = new JsonArray();
        foreach (var word in method.Tests.Emails)
        {
            values.Add(Value("billing_details[email]", $"anything{word}@any.example", methods.Outcomes[word]));
        }

        foreach (var number in method.Tests.Numbers)
        {
            values.Add(Value($"{method.Type}[{method.Account?.Field}]", number.Number, methods.Outcomes[number.Outcome]));
            if (number.Token is { } token)
            {
                values.Add(Value("payment_method", token, methods.Outcomes[number.Outcome]));
            }
        }

        values.Add(method.Tests.Otherwise is { } otherwise
            ? Value("otherwise", null, methods.Outcomes[otherwise])
            : Value("otherwise", null, new TestOutcome { Then = TestStep.Wait }));
        return new JsonObject
        {
            ["type"] = method.Type,
            ["flow"] = WireName(method.Flow.ToString()),
            ["currencies"] = Texts(method.Currencies),
            ["countries"] = Texts(method.Countries),
            ["needs"] = Texts(Needs(method)),
            ["expires_after"] = method.Expiry is { } expiry ? XmlConvert.ToString(expiry.After) : null,
            ["refunds"] = method.Refunds is { } refunds
                ? string.Create(CultureInfo.InvariantCulture, $"{(refunds.Partial ? "full and partial" : "full only")}, {refunds.Window.Days} days{(refunds.AsksCustomer ? ", the customer is asked" : string.Empty)}")
                : "none",
            ["values"] = values,
        };
    }

    private static IEnumerable<string> Needs(MethodTraits method)
    {
        foreach (var path in method.Required)
        {
            yield return path;
        }

        foreach (var name in method.RequiredOptions.Keys)
        {
            yield return $"payment_method_options[{method.Type}][{name}]";
        }

        if ((method.TaxId?.Field ?? method.Account?.Field) is { } field)
        {
            yield return $"{method.Type}[{field}]";
        }

        if (method.Mandate is not null)
        {
            yield return "mandate_data";
        }

        if (method.Flow == MethodFlow.Redirect)
        {
            yield return "return_url";
        }
    }

    private static JsonObject Value(string where, string? value, TestOutcome outcome) => new()
    {
        ["where"] = where,
        ["value"] = value,
        ["does"] = string.Join(", ", Effects(outcome)),
        ["source"] = outcome.Sandbox ? Own : Stripe,
    };

    private static IEnumerable<string> Effects(TestOutcome outcome)
    {
        var after = outcome.After > TimeSpan.Zero ? $" after {XmlConvert.ToString(outcome.After)}" : string.Empty;
        yield return outcome.Then switch
        {
            TestStep.Wait => "waits for the hosted page, or expires",
            TestStep.Pay => $"is paid{after}",
            TestStep.Fail => $"fails{after} with {outcome.Code ?? "the method's own error"}",
            TestStep.Expire => $"expires{after}",
            TestStep.PayLate => $"expires, and is paid {XmlConvert.ToString(outcome.After)} after that",
            _ => throw new InvalidOperationException($"unknown step {outcome.Then}"),
        };
        if (outcome.Difference != 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(outcome.Difference)} minor units {(outcome.Difference < 0 ? "less" : "more")} than asked for");
        }

        if (outcome.Dispute is { } reason)
        {
            yield return $"then disputed: {reason}";
        }

        if (outcome.Refund != TestRefund.AsUsual)
        {
            yield return outcome.Refund == TestRefund.Fails ? "its refunds fail" : "its refunds stay pending";
        }
    }

    private static JsonObject Tax() => new()
    {
        ["seller"] = TaxTable.Default.Seller,
        ["places"] = Texts(TaxTable.Default.Jurisdictions),
        ["codes"] = new JsonArray([.. TaxTable.Default.Codes.Select(code => (JsonNode)new JsonObject { ["code"] = code.Code, ["name"] = code.Name, ["category"] = code.Category })]),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static string WireName(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
