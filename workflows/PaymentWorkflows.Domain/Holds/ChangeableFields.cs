using System.Text.RegularExpressions;

namespace PaymentWorkflows.Domain.Holds;

/// <summary>Fields that a person may change with <see cref="HoldAction.RetryWithChange"/>, and which values they take.</summary>
public static partial class ChangeableFields
{
    /// <summary>The provider's token of the payment method.</summary>
    public const string PaymentMethodToken = "payment_method.token";

    /// <summary>Where the customer comes back to after acting elsewhere.</summary>
    public const string ReturnUrl = "return_url";

    private const int MaxValue = 2048;

    /// <summary>What is wrong with a new value; null when nothing is. A field that is not named here takes any line of text.</summary>
    public static string? Problem(string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return $"'{field}' needs a value.";
        }

        return PlainText.Problem(field, value, MaxValue) ?? field switch
        {
            PaymentMethodToken when !Token().IsMatch(value) => $"'{field}' is the provider's token of a payment method, such as pm_card_visa: letters, digits, _ and -.",
            ReturnUrl when !IsWebAddress(value) => $"'{field}' is an absolute http or https address.",
            _ => null,
        };
    }

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.UserInfo.Length == 0
        && !text.Any(char.IsWhiteSpace);

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,255}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
