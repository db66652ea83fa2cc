using System.Net;

namespace PaymentWorkflows.Sandbox.Hosting;

/// <summary>What the command line says.</summary>
internal sealed record SandboxOptions
{
    public required IPEndPoint Provider { get; init; }

    public required IPEndPoint Control { get; init; }

    /// <summary>Where an ERP is played; null plays none.</summary>
    public IPEndPoint? Erp { get; init; }

    /// <summary>The only key that the played ERP accepts.</summary>
    public string ErpKey { get; init; } = string.Empty;

    /// <summary>Where a merchant's backend is played; null plays none.</summary>
    public IPEndPoint? Merchant { get; init; }

    /// <summary>What genuine requests to the played backend are signed with, any of them.</summary>
    public IReadOnlyList<string> MerchantSecrets { get; init; } = [];

    /// <summary>Every address that is listened on.</summary>
    public IReadOnlyList<IPEndPoint> Listeners => [.. new[] { Provider, Control, Erp, Merchant }.OfType<IPEndPoint>()];

    /// <summary>Folder of the journal.</summary>
    public required string StateFolder { get; init; }

    public required string ApiKey { get; init; }

    /// <summary>One endpoint behind one or more addresses; empty means that events are sent nowhere.</summary>
    public IReadOnlyList<Uri> WebhookUrls { get; init; } = [];

    public string WebhookSecret { get; init; } = string.Empty;

    /// <summary>The types that the endpoint wants, as Stripe's <c>enabled_events</c>; null means all.</summary>
    public IReadOnlySet<string>? WebhookEvents { get; init; }

    /// <summary>Whether an event of this type is sent to the endpoint.</summary>
    public bool Sends(string type) => WebhookUrls.Count > 0 && WebhookEvents?.Contains(type) != false;

    /// <summary>The deployment's payment methods; null means that only the embedded ones are known.</summary>
    public string? MethodsFile { get; init; }

    /// <summary>Seed of all chance.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Address that hosted pages are linked by.</summary>
    public Uri PublicUrl => new($"http://{Provider}");
}
