using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>Names the keys of the sections <c>merchants</c> and <c>notices</c>.</summary>
internal static class MerchantsReader
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static IReadOnlyList<MerchantOptions> Read(SettingsSection root)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        return root.Sections("merchants", section => ReadMerchant(section, known));
    }

    public static NoticeOptions ReadNotices(SettingsSection section)
    {
        var defaults = new NoticeOptions();
        var options = new NoticeOptions
        {
            RetryFor = section.Duration("retry_for", Second, TimeSpan.FromDays(30), defaults.RetryFor),
            FirstRetry = section.Duration("first_retry", TimeSpan.FromMilliseconds(100), Day, defaults.FirstRetry),
            LongestRetry = section.Duration("longest_retry", TimeSpan.FromMilliseconds(100), Day, defaults.LongestRetry),
            PerMerchantConcurrency = section.Whole("per_merchant_concurrency", 1, 1_000, defaults.PerMerchantConcurrency),
            Poll = section.Duration("poll", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), defaults.Poll),
        };
        return options.FirstRetry <= options.LongestRetry
            ? options
            : throw section.Wrong("first_retry", $"{section.PathOf("first_retry")} must not be longer than {section.PathOf("longest_retry")}");
    }

    private static MerchantOptions ReadMerchant(SettingsSection section, HashSet<string> known)
    {
        var id = section.Required<string>(
            "id",
            (string text, out string value) => MerchantId.TryParse(value = text, null, out _),
            $"a merchant's id: letters, digits, '-', '_' and '.', at most {MerchantId.MaxLength}");
        return known.Add(id)
            ? new MerchantOptions { Id = id, Notices = section.OptionalSection("notices", ReadEndpoint), Reservation = section.OptionalSection("reservation", ReadEndpoint) }
            : throw section.Wrong("id", $"{section.PathOf("id")} is '{id}', which another merchant has already; name each merchant once");
    }

    private static EndpointOptions ReadEndpoint(SettingsSection section)
    {
        var required = new EndpointOptions { Url = section.Endpoint("url"), Secret = section.SigningSecret("secret") };
        return required with
        {
            PreviousSecret = section.OptionalSigningSecret("previous_secret"),
            Timeout = section.Duration("timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30), required.Timeout),
        };
    }
}
