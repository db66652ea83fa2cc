using System.Globalization;
using System.Text.RegularExpressions;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Hosting.PaymentMethods;

/// <summary>The words and forms that <c>payment-methods.yaml</c> may hold.</summary>
public static partial class PaymentMethodWords
{
    internal const string NameRule = "it must begin with a lower-case letter and hold lower-case letters, digits and '_', at most 50";
    internal const string CurrencyRule = "an ISO 4217 currency code in lower case, such as eur";
    internal const string ProviderWordRule = "the provider's own word: lower-case letters, digits and '_'";
    internal const string ParameterRule = "a parameter such as payment_method_options[TYPE][NAME] or payment_method_data[TYPE][NAME]";

    /// <summary>How a customer pays.</summary>
    public static IReadOnlyList<string> Flows { get; } = [.. Enum.GetValues<PaymentFlow>().Select(PaymentFlowRules.Name)];

    /// <summary>What tells the outcome.</summary>
    public static IReadOnlyList<string> Outcomes { get; } = [.. Enum.GetValues<OutcomeSource>().Select(HoldRules.Name)];

    /// <summary>Who decides when the money is taken.</summary>
    public static IReadOnlyList<string> CaptureModes { get; } = [.. Enum.GetValues<CaptureMode>().Select(HoldRules.Name)];

    /// <summary>The adapters that this build has.</summary>
    public static IReadOnlyList<string> Providers { get; } = ["stripe"];

    internal static bool IsName(string text) => MethodName().IsMatch(text);

    internal static bool IsLanguageTag(string text) => LanguageTag().IsMatch(text);

    internal static PaymentFlow Flow(string name) => PaymentFlowRules.TryParse(name, out var flow) ? flow : throw new ArgumentOutOfRangeException(nameof(name), name, "No flow.");

    internal static bool ParseCurrency(string text, out Currency value) => Currency.TryParse(text, null, out value) && value.Code == text;

    internal static bool ParseCapture(string text, out CaptureMode value)
    {
        value = text == HoldRules.Name(CaptureMode.Manual) ? CaptureMode.Manual : CaptureMode.Automatic;
        return CaptureModes.Contains(text);
    }

    internal static string OneOf(IReadOnlyList<string> words) => $"one of {string.Join(", ", words)}";

    /// <summary>A name for people: what YAML reads as a number or a truth value needs quotes to be one.</summary>
    internal static string Words(this SettingsSection section, string key) => section.Required<string>(
        key,
        (string text, out string value) => (value = text).Trim().Length > 0 && text.Length <= 80 && !(section.IsPlain(key) && NoText().IsMatch(text)),
        "a text of 1 to 80 characters, in quotes when it looks like a number");

    internal static long RequiredWhole(this SettingsSection section, string key, long least, long most) =>
        section.OptionalWhole(key, least, most) ?? throw section.Missing(key, WholeRule(least, most));

    internal static long? OptionalWhole(this SettingsSection section, string key, long least, long most) => section.Value<long?>(
        key,
        (string text, out long? value) =>
        {
            var read = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            value = number;
            return read && section.IsPlain(key) && number >= least && number <= most;
        },
        WholeRule(least, most),
        null);

    private static string WholeRule(long least, long most) => string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}, without quotes");

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,49}\z", RegexOptions.CultureInvariant)]
    private static partial Regex MethodName();

    [GeneratedRegex(@"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageTag();

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,59}\z", RegexOptions.CultureInvariant)]
    internal static partial Regex ProviderWord();

    [GeneratedRegex(@"^payment_method_(data|options)(\[[a-z0-9_]{1,40}\]){2,4}\z", RegexOptions.CultureInvariant)]
    internal static partial Regex Parameter();

    [GeneratedRegex(@"^([-+]?[0-9][0-9_]*(\.[0-9]*)?([eE][-+]?[0-9]+)?|0[xo][0-9a-fA-F]+|true|True|TRUE|false|False|FALSE)\z", RegexOptions.CultureInvariant)]
    private static partial Regex NoText();
}
