using PaymentWorkflows.Sandbox.Hosting;

if (args is ["--help"] or ["-h"])
{
    await Console.Out.WriteLineAsync(CommandLine.Help);
    return 0;
}

var (options, problem) = CommandLine.Parse(args);
if (options is null)
{
    await Console.Error.WriteLineAsync(problem);
    return 2;
}

return await SandboxHost.RunAsync(options, Console.Error);
