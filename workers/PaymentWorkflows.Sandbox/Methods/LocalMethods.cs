using System.Numerics;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Parameters;
using PaymentWorkflows.Sandbox.PaymentMethods;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Methods;

/// <summary>Makes payment methods other than cards.</summary>
internal static class LocalMethods
{
    /// <summary>Makes one from the member of its type under a prefix, for example <c>payment_method_data[x][tax_id]</c>.</summary>
    /// <exception cref="StripeException">400 for a tax number or an account number that cannot be right.</exception>
    public static JsonObject FromArguments(
        Transaction transaction, MethodTraits traits, Arguments arguments, string[] prefix, JsonObject metadata, JsonObject? billing)
    {
        var given = arguments.Hash([.. prefix, traits.Type]) ?? [];
        string Param(string field) => prefix.Length == 0 ? $"{traits.Type}[{field}]" : $"{prefix[0]}[{traits.Type}][{field}]";
        if (traits.TaxId is { } taxId)
        {
            var text = given.OptionalText(taxId.Field) ?? throw StripeErrors.MissingParameter(Param(taxId.Field));
            if (!taxId.Digits.Contains(text.Count(char.IsAsciiDigit)) || text.Any(char.IsLetter))
            {
                throw StripeErrors.Parameter("The tax ID number provided is invalid.", Param(taxId.Field), "tax_id_invalid");
            }
        }

        string? number = null;
        if (traits.Account is { } account)
        {
            number = (given.OptionalText(account.Field) ?? throw StripeErrors.MissingParameter(Param(account.Field)))
                .Replace(" ", string.Empty, StringComparison.Ordinal)
                .ToUpperInvariant();
            if (account.Check == "mod97" && !PassesMod97(number))
            {
                throw StripeErrors.Parameter("The account number provided is invalid: its check digits are wrong.", Param(account.Field), "account_number_invalid");
            }
        }

        return Make(transaction, traits, given, number, metadata, billing);
    }

    /// <summary>Makes one from a test token; its owner is the provider's usual example.</summary>
    public static JsonObject FromTest(Transaction transaction, MethodTraits traits, TestNumber test)
    {
        var billing = new JsonObject { ["name"] = "Jenny Rosen", ["email"] = "jenny@example.com" };
        return Make(transaction, traits, [], test.Number, [], billing);
    }

    private static JsonObject Make(
        Transaction transaction, MethodTraits traits, JsonObject given, string? number, JsonObject metadata, JsonObject? billing)
    {
        var made = PaymentMethodFactory.Frame(transaction, traits.Type, metadata, billing);
        made[traits.Type] = Template.Fill(traits.Details, name => name switch
        {
            "account.country" => number?[..2],
            "account.bank" => number?.Length > 12 ? number[4..12] : null,
            "account.last4" => number?.Length >= 4 ? number[^4..] : null,
            "account.fingerprint" => number is null ? null : PaymentMethodFactory.Fingerprint(number),
            _ when name.StartsWith("given.", StringComparison.Ordinal) => given[name["given.".Length..]],
            _ => throw new InvalidOperationException($"the details of {traits.Type} ask for '{name}'"),
        });
        made[StoredObject.PrivateMember] = new JsonObject { ["number"] = number };
        transaction.Save(made);
        return made;
    }

    /// <summary>The check digits of ISO 13616: the rearranged number leaves 1 when it is divided by 97.</summary>
    private static bool PassesMod97(string number)
    {
        if (number.Length is < 15 or > 34 || !number.All(char.IsAsciiLetterOrDigit) || !char.IsAsciiLetter(number[0]))
        {
            return false;
        }

        var digits = string.Concat((number[4..] + number[..4]).Select(sign => char.IsAsciiDigit(sign) ? sign.ToString() : ((sign - 'A') + 10).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return BigInteger.Parse(digits, System.Globalization.CultureInfo.InvariantCulture) % 97 == 1;
    }
}
