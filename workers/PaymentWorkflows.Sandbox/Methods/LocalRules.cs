using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentWorkflows.Sandbox.PaymentIntents;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Methods;

/// <summary>Whether a method other than a card can pay an intent.</summary>
internal static class LocalRules
{
    /// <exception cref="StripeException">400 that says what does not fit or is missing.</exception>
    public static void Check(MethodTraits traits, JsonObject intent, JsonObject method, JsonObject given, ConfirmOptions options)
    {
        CheckMoney(traits, intent);
        if (intent.Text("capture_method") == "manual")
        {
            throw StripeErrors.State(
                $"The payment method type {traits.Type} does not support manual capture.", "payment_intent_incompatible_payment_method", "capture_method", intent.Shown());
        }

        foreach (var path in traits.Required)
        {
            if (Follow(method, path) is null)
            {
                throw StripeErrors.MissingParameter(Bracketed(path));
            }
        }

        foreach (var (name, pattern) in traits.RequiredOptions)
        {
            var param = $"payment_method_options[{traits.Type}][{name}]";
            var value = given.OptionalText(name) ?? throw StripeErrors.MissingParameter(param);
            if (!Regex.IsMatch(value, pattern, RegexOptions.CultureInvariant))
            {
                throw StripeErrors.Parameter($"Invalid {name}: it does not have the form that {traits.Type} asks for.", param, "payment_method_invalid_parameter");
            }
        }

        if (traits.Flow == MethodFlow.Redirect && options.ReturnUrl is null)
        {
            throw StripeErrors.MissingParameter("return_url");
        }

        if (traits.Mandate is not null && options.Mandate is null)
        {
            throw StripeErrors.Parameter(
                $"Confirming with a {traits.Type} payment method needs `mandate_data`: the customer's agreement to the debit.", "mandate_data", "parameter_missing");
        }
    }

    /// <summary>Until when the customer may act, by the traits and the options given; null without expiry.</summary>
    /// <exception cref="StripeException">400 for an option outside its range.</exception>
    public static DateTimeOffset? ExpiryOf(MethodTraits traits, JsonObject given, DateTimeOffset now)
    {
        if (traits.Expiry is not { } expiry)
        {
            return null;
        }

        if (expiry.AtOption is { } atName && Whole(given, atName) is { } at)
        {
            var time = DateTimeOffset.FromUnixTimeSeconds(at);
            return time > now ? time : throw StripeErrors.Parameter($"{atName} must be in the future.", $"payment_method_options[{traits.Type}][{atName}]");
        }

        var after = expiry.After;
        if (expiry.Option is { } name && Whole(given, name) is { } count)
        {
            if (count < expiry.Min || count > expiry.Max)
            {
                throw StripeErrors.Parameter(
                    $"Invalid {name}: must be from {expiry.Min} to {expiry.Max}.", $"payment_method_options[{traits.Type}][{name}]", "parameter_invalid_integer");
            }

            after = expiry.Unit switch
            {
                "days" => TimeSpan.FromDays(count),
                "hours" => TimeSpan.FromHours(count),
                "minutes" => TimeSpan.FromMinutes(count),
                _ => TimeSpan.FromSeconds(count),
            };
        }

        return expiry.DayEndsAtOffset is { } offset ? EndOfDay(now + after, offset) : now + after;
    }

    private static void CheckMoney(MethodTraits traits, JsonObject intent)
    {
        var currency = intent.Text("currency");
        if (traits.Currencies.Count > 0 && !traits.Currencies.Contains(currency))
        {
            throw StripeErrors.State(
                $"The currency provided ({currency}) is invalid for {traits.Type}. It must be one of: {string.Join(", ", traits.Currencies)}.",
                "payment_intent_incompatible_payment_method",
                "currency",
                intent.Shown());
        }

        var amount = intent.Long("amount");
        if (traits.Limits.GetValueOrDefault(currency) is not { } limit)
        {
            return;
        }

        if (amount < limit.Min)
        {
            throw StripeErrors.State($"Amount must be at least {limit.Min} minor units of {currency} for {traits.Type}.", "amount_too_small", "amount", intent.Shown());
        }

        if (amount > limit.Max)
        {
            throw StripeErrors.State($"Amount must be no more than {limit.Max} minor units of {currency} for {traits.Type}.", "amount_too_large", "amount", intent.Shown());
        }
    }

    private static DateTimeOffset EndOfDay(DateTimeOffset time, string offset)
    {
        var local = time.ToOffset(TimeSpan.Parse(offset.TrimStart('+'), CultureInfo.InvariantCulture));
        return new DateTimeOffset(local.Date.AddDays(1).AddSeconds(-1), local.Offset).ToUniversalTime();
    }

    private static long? Whole(JsonObject given, string name) =>
        given[name] is { } value && long.TryParse(value.ToString(), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static JsonNode? Follow(JsonObject value, string path)
    {
        JsonNode? node = value;
        foreach (var step in path.Split('.'))
        {
            node = (node as JsonObject)?[step];
        }

        return node;
    }

    private static string Bracketed(string path)
    {
        var steps = path.Split('.');
        return steps[0] + string.Concat(steps.Skip(1).Select(step => $"[{step}]"));
    }
}
