using PaymentWorkflows.Domain;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Worker.Merchants;

/// <summary>Where a merchant's backend is spoken to.</summary>
/// <param name="Merchant">Who.</param>
/// <param name="Url">The address that requests are posted to.</param>
/// <param name="Secrets">What they are signed with: the secret, and the one before it while it is being replaced.</param>
/// <param name="Timeout">How long one request may take.</param>
public sealed record MerchantEndpoint(MerchantId Merchant, Uri Url, IReadOnlyList<string> Secrets, TimeSpan Timeout)
{
    /// <summary>The merchants that want to be told.</summary>
    public static IReadOnlyList<MerchantEndpoint> OfNotices(IReadOnlyList<MerchantOptions> merchants) => Of(merchants, merchant => merchant.Notices);

    /// <summary>The merchants that reserve.</summary>
    public static IReadOnlyList<MerchantEndpoint> OfReservations(IReadOnlyList<MerchantOptions> merchants) => Of(merchants, merchant => merchant.Reservation);

    // The secrets are nobody's to read.
    public override string ToString() => $"{Merchant} at {Url.Host}";

    private static IReadOnlyList<MerchantEndpoint> Of(IReadOnlyList<MerchantOptions> merchants, Func<MerchantOptions, EndpointOptions?> part) =>
    [
        .. from merchant in merchants
           let endpoint = part(merchant)
           where endpoint is not null
           let secrets = endpoint.PreviousSecret is { } previous ? new[] { endpoint.Secret, previous } : [endpoint.Secret]
           select new MerchantEndpoint(MerchantId.Parse(merchant.Id), endpoint.Url, secrets, endpoint.Timeout),
    ];
}
