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
    public static async Task<int> RunAsync(string[] args, Func<string, StackOptions> load, Action<WebApplicationBuilder, StackOptions> addPorts)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(addPorts);
        GatewayArguments arguments;
        try
        {
            arguments = GatewayArguments.Parse(args);
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 2;
        }

        var stack = load(arguments.Config);
        await using var app = GatewayApp.Build(stack, arguments.Identity, builder => addPorts(builder, stack));
        await app.RunAsync();
        return 0;
    }
}
