using PaymentWorkflows.Sandbox.Control;
using PaymentWorkflows.Sandbox.Hosting;
using PaymentWorkflows.Sandbox.Methods;

if (args is ["--help"] or ["-h"])
{
    await Console.Out.WriteLineAsync(CommandLine.Help);
    return 0;
}

if (CommandLine.Catalogue(args) is (true, var methodsFile))
{
    var methods = new MethodCatalog(methodsFile);
    if (methods.Refresh() is { } unreadable)
    {
        await Console.Error.WriteLineAsync($"The payment methods of {methodsFile} are left out: {unreadable}");
    }

    await Console.Out.WriteLineAsync(Catalogue.Build(methods).ToJsonString());
    return 0;
}

var (options, problem) = CommandLine.Parse(args);
if (options is null)
{
    await Console.Error.WriteLineAsync(problem);
    return 2;
}

return await SandboxHost.RunAsync(options, Console.Error);
