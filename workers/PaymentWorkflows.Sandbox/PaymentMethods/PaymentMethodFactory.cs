using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Cards;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.Parameters;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.PaymentMethods;

/// <summary>Makes payment methods from test aliases, test tokens and test numbers; other types than cards by their traits.</summary>
internal static class PaymentMethodFactory
{
    /// <summary>Finds a payment method that a parameter names: an id, or an alias, which makes a new one each time.</summary>
    public static JsonObject Resolve(Transaction transaction, string id, string param)
    {
        if (transaction.Find("payment_method", id) is { } known)
        {
            return known;
        }

        if (id.StartsWith("pm_card_", StringComparison.Ordinal) && TestCards.Find(id) is { } card)
        {
            return FromCard(transaction, card, new JsonObject(), null);
        }

        return transaction.Methods.FindToken(id) is { } test
            ? LocalMethods.FromTest(transaction, test.Method, test.Number)
            : throw StripeErrors.Missing("PaymentMethod", id, param, inPath: false);
    }

    /// <summary>Makes a payment method from <c>type</c>, <c>card</c>, <c>billing_details</c> and <c>metadata</c> under a prefix.</summary>
    public static JsonObject FromArguments(Transaction transaction, Arguments arguments, params string[] prefix)
    {
        var param = prefix.Length == 0 ? "card" : $"{prefix[0]}[card]";
        var type = arguments.Text([.. prefix, "type"]) ?? throw StripeErrors.MissingParameter(prefix.Length == 0 ? "type" : $"{prefix[0]}[type]");
        var billing = arguments.Hash([.. prefix, "billing_details"]);
        var metadata = arguments.Hash([.. prefix, "metadata"]) ?? [];
        if (transaction.Methods.Find(type) is { } traits)
        {
            return LocalMethods.FromArguments(transaction, traits, arguments, prefix, metadata, billing);
        }

        if (type != "card")
        {
            var active = string.Join(", ", transaction.Methods.All.Select(method => method.Type));
            throw StripeErrors.Parameter(
                $"The payment method type \"{type}\" is invalid. This account has activated: card, {active}.", param.Replace("card", "type", StringComparison.Ordinal));
        }

        var token = arguments.Text([.. prefix, "card", "token"]);
        if (token is not null)
        {
            var card = token.StartsWith("tok_", StringComparison.Ordinal) ? TestCards.Find(token) : null;
            return FromCard(transaction, card ?? throw StripeErrors.Missing("token", token, $"{param}[token]", inPath: false), metadata, billing);
        }

        var number = arguments.Text([.. prefix, "card", "number"]) ?? throw StripeErrors.MissingParameter(param);
        return FromNumber(transaction, arguments, prefix, number.Replace(" ", string.Empty, StringComparison.Ordinal), metadata, billing);
    }

    private static JsonObject FromNumber(
        Transaction transaction, Arguments arguments, string[] prefix, string number, JsonObject metadata, JsonObject? billing)
    {
        if (!TestCards.PassesCheckDigit(number))
        {
            throw CardErrors.Refused(Declines.All["incorrect_number"], param: "number");
        }

        var month = arguments.Integer([.. prefix, "card", "exp_month"]);
        var year = arguments.Integer([.. prefix, "card", "exp_year"]);
        if (month is null or < 1 or > 12)
        {
            throw CardErrors.Refused(Declines.All["invalid_expiry_month"], param: "exp_month");
        }

        year = year is >= 0 and < 100 ? year + 2000 : year;
        if (year is null || year * 12 + month < transaction.Now.Year * 12 + transaction.Now.Month)
        {
            throw CardErrors.Refused(Declines.All["invalid_expiry_year"], param: "exp_year");
        }

        var card = TestCards.FindNumber(number) ?? throw CardErrors.Refused(Declines.All["test_mode_live_card"]);
        var made = FromCard(transaction, card, metadata, billing);
        made["card"]!["exp_month"] = month;
        made["card"]!["exp_year"] = year;
        transaction.Save(made);
        return made;
    }

    private static JsonObject FromCard(Transaction transaction, TestCard card, JsonObject metadata, JsonObject? billing)
    {
        var made = Frame(transaction, "card", metadata, billing);
        made["card"] = new JsonObject
        {
            ["brand"] = card.Brand,
            ["checks"] = new JsonObject { ["address_line1_check"] = null, ["address_postal_code_check"] = null, ["cvc_check"] = card.CvcCheck == "pass" ? "unchecked" : card.CvcCheck },
            ["country"] = card.Country,
            ["display_brand"] = card.Brand == "amex" ? "american_express" : card.Brand,
            ["exp_month"] = 12,
            ["exp_year"] = transaction.Now.Year + 3,
            ["fingerprint"] = Fingerprint(card.Number),
            ["funding"] = card.Funding,
            ["generated_from"] = null,
            ["last4"] = card.Last4,
            ["networks"] = new JsonObject { ["available"] = new JsonArray(card.Brand), ["preferred"] = null },
            ["regulated_status"] = "unregulated",
            ["three_d_secure_usage"] = new JsonObject { ["supported"] = true },
            ["wallet"] = null,
        };
        made[StoredObject.PrivateMember] = new JsonObject { ["card"] = card.Alias };
        transaction.Save(made);
        return made;
    }

    /// <summary>A payment method without the member of its type.</summary>
    public static JsonObject Frame(Transaction transaction, string type, JsonObject metadata, JsonObject? billing) => new()
    {
        ["id"] = Identifiers.New("pm"),
        ["object"] = "payment_method",
        ["allow_redisplay"] = "unspecified",
        ["billing_details"] = BillingDetails(billing),
        ["created"] = transaction.NowSeconds,
        ["customer"] = null,
        ["customer_account"] = null,
        ["livemode"] = false,
        ["metadata"] = metadata.DeepClone(),
        ["type"] = type,
    };

    private static JsonObject BillingDetails(JsonObject? given)
    {
        var address = new JsonObject();
        foreach (var field in (string[])["city", "country", "line1", "line2", "postal_code", "state"])
        {
            address[field] = given?["address"]?[field]?.DeepClone();
        }

        return new JsonObject
        {
            ["address"] = address,
            ["email"] = given?["email"]?.DeepClone(),
            ["name"] = given?["name"]?.DeepClone(),
            ["phone"] = given?["phone"]?.DeepClone(),
            ["tax_id"] = given?["tax_id"]?.DeepClone(),
        };
    }

    /// <summary>The same for the same number, and telling nothing of it.</summary>
    public static string Fingerprint(string number) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(number)))[..16].ToLower(CultureInfo.InvariantCulture);
}
