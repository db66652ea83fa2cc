namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>Two parts of the stack cannot listen on one port; said while reading, before anything is started.</summary>
public static class SharedPorts
{
    /// <summary>Every port that a part of the stack listens on by its configuration.</summary>
    public static IReadOnlySet<int> Of(StackOptions options) => Listeners(options).Select(listener => listener.Address.Port).ToHashSet();

    internal static void Refuse(SettingsSection root, StackOptions options)
    {
        var taken = new Dictionary<HostPort, string>();
        foreach (var (section, key, address) in Listeners(options))
        {
            var name = $"{section}.{key}";
            var normal = address with { Host = address.Host.ToLowerInvariant() is "localhost" or "::1" ? "127.0.0.1" : address.Host.ToLowerInvariant() };
            if (normal.Port > 65_535)
            {
                throw root.Wrong(section, $"{name} and gateway.count together pass port 65535");
            }

            if (!taken.TryAdd(normal, name))
            {
                throw root.Wrong(section, $"{name} uses port {normal.Port}, which {taken[normal]} uses too; give each its own port");
            }
        }
    }

    private static IEnumerable<(string Section, string Key, HostPort Address)> Listeners(StackOptions options)
    {
        yield return ("temporal", "address", HostPort.Parse(options.Temporal.Address));
        yield return ("temporal", "ui", HostPort.Parse(options.Temporal.Ui));
        yield return ("postgres", "address", HostPort.Parse(options.Postgres.Address));
        yield return ("sandbox", "stripe", HostPort.Parse(options.Sandbox.Stripe));
        yield return ("sandbox", "control", HostPort.Parse(options.Sandbox.Control));
        if (options.Samples.Shop is { } shop)
        {
            yield return ("samples", "shop", HostPort.Parse(shop));
        }

        if (options.Sandbox.Erp is { } erp)
        {
            yield return ("sandbox", "erp", HostPort.Parse(erp));
        }

        if (options.Sandbox.Merchant is { } merchant)
        {
            yield return ("sandbox", "merchant", HostPort.Parse(merchant));
        }

        for (var i = 0; i < options.Gateway.Count; i++)
        {
            yield return ("gateway", "address", HostPort.Parse(options.Gateway.Address).Next(i));
        }
    }
}
