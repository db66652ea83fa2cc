namespace PaymentWorkflows.Gateway;

/// <summary>What the process is started with.</summary>
/// <param name="Config">Path of <c>temporal-dev.yaml</c>.</param>
/// <param name="Identity">Its name and address.</param>
public sealed record GatewayArguments(string Config, GatewayIdentity Identity)
{
    public const string Usage = "Usage: --config FILE --name gateway-1 --address 127.0.0.1:7080";

    /// <exception cref="FormatException">What is wrong, for the person who started the process.</exception>
    public static GatewayArguments Parse(IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < args.Count; index += 2)
        {
            var name = args[index];
            if (name is not ("--config" or "--name" or "--address"))
            {
                throw new FormatException($"'{name}' is no option of the Gateway. {Usage}");
            }

            if (index + 1 >= args.Count || !values.TryAdd(name, args[index + 1]))
            {
                throw new FormatException($"'{name}' needs one value, once. {Usage}");
            }
        }

        return new GatewayArguments(Required("--config"), new GatewayIdentity(Required("--name"), Required("--address")));

        string Required(string name) => values.TryGetValue(name, out var value) ? value : throw new FormatException($"'{name}' is missing. {Usage}");
    }
}
