namespace PaymentWorkflows.Shop;

/// <summary>Where the shop listens and whom it talks to; each from the command line, such as <c>--gateway http://127.0.0.1:7080</c>.</summary>
public sealed record ShopOptions
{
    /// <summary>Where the shop listens, <c>host:port</c>.</summary>
    public required string Address { get; init; }

    /// <summary>The Gateway's address.</summary>
    public required Uri Gateway { get; init; }

    /// <summary>The Gateway's key; it stays in this backend.</summary>
    public required string ApiKey { get; init; }

    /// <summary>Temporal's address, for the way without the Gateway.</summary>
    public required string Temporal { get; init; }

    /// <summary>The secret that notices are signed with (<c>whsec_...</c>).</summary>
    public required string NoticeSecret { get; init; }

    /// <summary>The merchant id that the shop sells as.</summary>
    public required string Merchant { get; init; }

    /// <exception cref="FormatException">An option is missing or wrong, in a sentence.</exception>
    public static ShopOptions From(IConfiguration arguments)
    {
        string Required(string name) => arguments[name] is { Length: > 0 } value ? value : throw new FormatException($"--{name} is missing; the shop needs --address, --gateway, --api-key, --temporal, --notice-secret and --merchant.");
        return new ShopOptions
        {
            Address = Required("address"),
            Gateway = Uri.TryCreate(Required("gateway"), UriKind.Absolute, out var gateway) ? gateway : throw new FormatException("--gateway must be an address such as http://127.0.0.1:7080."),
            ApiKey = Required("api-key"),
            Temporal = Required("temporal"),
            NoticeSecret = Required("notice-secret"),
            Merchant = Required("merchant"),
        };
    }
}
