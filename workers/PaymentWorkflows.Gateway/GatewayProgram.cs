using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Gateway;

/// <summary>The process from its arguments to its end.</summary>
public static class GatewayProgram
{
    /// <summary>Runs until it is told to stop.</summary>
    /// <param name="args">See <see cref="GatewayArguments.Usage"/>.</param>
    /// <param name="load">Reads the configuration file.</param>
    /// <param name="addPorts">Registers what <see cref="GatewayApp"/> asks for.</param>
    /// <returns>0 when it was stopped, 2 for wrong arguments or addresses.</returns>
    public static async Task<int> RunAsync(string[] args, Func<string, StackOptions> load, Action<WebApplicationBuilder, StackOptions, GatewayIdentity> addPorts)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(addPorts);
        GatewayArguments arguments;
        StackOptions stack;
        try
        {
            arguments = GatewayArguments.Parse(args);
            stack = load(arguments.Config);
        }
        catch (Exception wrong) when (wrong is FormatException or ConfigurationException)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 2;
        }

        await using var app = GatewayApp.Build(stack, arguments.Identity, builder => addPorts(builder, stack, arguments.Identity));
        await app.RunAsync();
        return 0;
    }
}
