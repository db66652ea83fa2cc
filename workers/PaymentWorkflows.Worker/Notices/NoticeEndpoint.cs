using PaymentWorkflows.Domain;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Worker.Notices;

/// <summary>Where a merchant is told.</summary>
/// <param name="Merchant">Who.</param>
/// <param name="Url">The address that notices are posted to.</param>
/// <param name="Secrets">What they are signed with: the secret, and the one before it while it is being replaced.</param>
/// <param name="Timeout">How long one delivery may take.</param>
public sealed record NoticeEndpoint(MerchantId Merchant, Uri Url, IReadOnlyList<string> Secrets, TimeSpan Timeout)
{
    /// <summary>The merchants that want to be told.</summary>
    public static IReadOnlyList<NoticeEndpoint> Of(IReadOnlyList<MerchantOptions> merchants) =>
    [
        .. from merchant in merchants
           where merchant.Notices is not null
           let endpoint = merchant.Notices
           let secrets = endpoint.PreviousSecret is { } previous ? new[] { endpoint.Secret, previous } : [endpoint.Secret]
           select new NoticeEndpoint(MerchantId.Parse(merchant.Id), endpoint.Url, secrets, endpoint.Timeout),
    ];

    // The secrets are nobody's to read.
    public override string ToString() => $"{Merchant} at {Url.Host}";
}
