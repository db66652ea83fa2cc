namespace PaymentWorkflows.TestKit.Sandbox;

/// <summary>How a sandbox is started.</summary>
public sealed record SandboxProcessOptions
{
    /// <summary>The only key that is accepted.</summary>
    public string ApiKey { get; init; } = "sk_test_sandbox_0123456789";

    /// <summary>Signs the events.</summary>
    public string WebhookSecret { get; init; } = "whsec_sandbox_0123456789";

    /// <summary>The types that are posted; empty posts all.</summary>
    public IReadOnlyList<string> WebhookEvents { get; init; } = [];

    /// <summary>Where events are posted; empty means nowhere.</summary>
    public IReadOnlyList<Uri> WebhookUrls { get; init; } = [];

    /// <summary>The deployment's payment methods; null means that only the sandbox's own are known.</summary>
    public string? MethodsFile { get; init; }

    /// <summary>The only key that the played ERP accepts.</summary>
    public string ErpKey { get; init; } = "erp_sandbox_0123456789";

    /// <summary>What requests to the played merchant are signed with.</summary>
    public string MerchantSecret { get; init; } = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

    /// <summary>Seed of all chance.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Folder of the journal; null makes a temporary one that is removed at the end.</summary>
    public string? StateFolder { get; init; }

    /// <summary>Path of the built sandbox; null looks beside the running tests.</summary>
    public string? Assembly { get; init; }
}
