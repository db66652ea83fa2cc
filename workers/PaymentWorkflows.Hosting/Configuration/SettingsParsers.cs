using System.Globalization;
using System.Text.RegularExpressions;

namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>The kinds of scalars, each with the words that say what is allowed.</summary>
internal static partial class SettingsParsers
{
    public const string AddressWords = "an address of the form host:port with a port from 1 to 65535";

    public static string Address(this SettingsSection section, string key) => section.Required<string>(
        key,
        (string text, out string value) => HostPort.TryParse(value = text, out _),
        AddressWords);

    public static string Text(this SettingsSection section, string key, string fallback) =>
        section.Value<string>(key, (string text, out string value) => (value = text).Length > 0, "a text that is not empty", fallback);

    public static string RequiredText(this SettingsSection section, string key) =>
        section.Required<string>(key, (string text, out string value) => (value = text).Length > 0, "a text that is not empty");

    public static string? OptionalText(this SettingsSection section, string key) =>
        section.Value<string?>(key, (string text, out string? value) => (value = text).Length > 0, "a text that is not empty, or left out", null);

    /// <summary>A secret: the error never repeats the value.</summary>
    public static string Secret(this SettingsSection section, string key, string? prefix = null)
    {
        var allowed = prefix is null ? "a text that is not empty" : $"a text that begins with {prefix}";
        var value = section.Required<string>(key, (string text, out string read) => { read = text; return true; }, allowed);
        return value.Length > (prefix?.Length ?? 0) && value.StartsWith(prefix ?? "", StringComparison.Ordinal)
            ? value
            : throw section.Wrong(key, $"{section.PathOf(key)} must be {allowed}");
    }

    /// <summary>A text of a given form; required when there is no <paramref name="fallback"/>.</summary>
    public static string Matching(this SettingsSection section, string key, Regex form, string allowed, string? fallback)
    {
        bool Parse(string text, out string value) => form.IsMatch(value = text);
        return fallback is null ? section.Required<string>(key, Parse, allowed) : section.Value<string>(key, Parse, allowed, fallback);
    }

    public static string OneOf(this SettingsSection section, string key, IReadOnlyList<string> words, string? fallback)
    {
        bool Parse(string text, out string value) => words.Contains(value = text);
        var allowed = $"one of {string.Join(", ", words)}";
        return fallback is null ? section.Required<string>(key, Parse, allowed) : section.Value<string>(key, Parse, allowed, fallback);
    }

    public static int Whole(this SettingsSection section, string key, int least, int most, int fallback) => section.Value(
        key,
        (string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most,
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"),
        fallback);

    public static double? OptionalRate(this SettingsSection section, string key) => section.Value<double?>(
        key,
        (string text, out double? value) =>
        {
            var read = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
            value = number;
            return read && number is > 0 and <= 1_000_000;
        },
        "a number above 0 up to 1000000, or left out for no limit",
        null);

    public static TimeSpan Duration(this SettingsSection section, string key, TimeSpan least, TimeSpan most, TimeSpan fallback) => section.Value(
        key,
        (string text, out TimeSpan value) => IsoDuration.TryParse(text, out value) && value >= least && value <= most,
        $"an ISO 8601 duration from {IsoDuration.Format(least)} to {IsoDuration.Format(most)}",
        fallback);

    public static TimeSpan RequiredDuration(this SettingsSection section, string key, TimeSpan least, TimeSpan most) => section.Required(
        key,
        (string text, out TimeSpan value) => IsoDuration.TryParse(text, out value) && value >= least && value <= most,
        $"an ISO 8601 duration from {IsoDuration.Format(least)} to {IsoDuration.Format(most)}");

    /// <summary>true or false, without quotes.</summary>
    public static bool RequiredFlag(this SettingsSection section, string key) => section.Required(
        key,
        (string text, out bool value) => (value = text == "true") || text == "false" ? section.IsPlain(key) : false,
        "true or false, without quotes");

    public static string WebAddress(this SettingsSection section, string key) => section.Required<string>(
        key,
        (string text, out string value) => Uri.TryCreate(value = text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Query.Length == 0,
        "an http or https address such as https://api.stripe.com");

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$", RegexOptions.CultureInvariant)]
    public static partial Regex SqlName();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$", RegexOptions.CultureInvariant)]
    public static partial Regex PlainName();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[a-z]+$", RegexOptions.CultureInvariant)]
    public static partial Regex ApiVersion();
}
