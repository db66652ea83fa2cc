using System.Globalization;
using System.Text.RegularExpressions;
using PaymentWorkflows.Contracts.Notices;

namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>The kinds of scalars, each with the words that say what is allowed.</summary>
internal static partial class SettingsParsers
{
    public const string AddressWords = "an address of the form host:port with a port from 1 to 65535";

    public static string Address(this SettingsSection section, string key) => section.Required<string>(
        key,
        (string text, out string value) => HostPort.TryParse(value = text, out _),
        AddressWords);

    /// <summary>An address that may be left out.</summary>
    public static string? OptionalAddress(this SettingsSection section, string key) => section.Has(key) ? section.Address(key) : null;

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

    /// <summary>A part of a whole.</summary>
    public static double Share(this SettingsSection section, string key, double fallback) => section.Value(
        key,
        (string text, out double value) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value is >= 0 and <= 1,
        "a number from 0 to 1, such as 0.1",
        fallback);

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

    /// <summary>An address that requests are posted to. The error does not repeat it: it may hold a password.</summary>
    public static Uri Endpoint(this SettingsSection section, string key)
    {
        const string Allowed = "an http or https address without user name and fragment, such as https://shop.example/notices";
        var text = section.Required<string>(key, (string read, out string value) => { value = read; return true; }, Allowed);
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { UserInfo: "", Fragment: "" }
            ? uri
            : throw section.Wrong(key, $"{section.PathOf(key)} must be {Allowed}");
    }

    /// <summary>A secret that requests are signed with: the error never repeats the value.</summary>
    public static string SigningSecret(this SettingsSection section, string key)
    {
        var secret = section.Secret(key, "whsec_");
        return NoticeSignature.IsSecret(secret) ? secret : throw section.Wrong(key, $"{section.PathOf(key)} must be whsec_ and 24 to 64 bytes in base64");
    }

    /// <summary>As <see cref="SigningSecret"/>, null when left out.</summary>
    public static string? OptionalSigningSecret(this SettingsSection section, string key) => section.OptionalText(key) is null ? null : section.SigningSecret(key);

    [GeneratedRegex(@"^[a-z_][a-z0-9_]{0,62}\z", RegexOptions.CultureInvariant)]
    public static partial Regex SqlName();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}\z", RegexOptions.CultureInvariant)]
    public static partial Regex PlainName();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\z", RegexOptions.CultureInvariant)]
    public static partial Regex DeploymentName();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.+-]{0,199}\z", RegexOptions.CultureInvariant)]
    public static partial Regex BuildId();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[a-z]+\z", RegexOptions.CultureInvariant)]
    public static partial Regex ApiVersion();
}
