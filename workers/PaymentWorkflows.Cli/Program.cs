using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using PaymentWorkflows.Cli.Commands;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using Spectre.Console;

// What is named here and nowhere else: the commands of `pay`. `pay test` is done by the script itself, which must build the tests first.
var root = new Command("pay", "PaymentWorkflows on this machine: the local stack, a demo, operators' commands.")
{
    DemoCommand.Create(),
    DevCommand.Create(),
    new Command("test", "Build and run all tests (./pay test [--fast])."),
    StopCommand.Create(),
    StatusCommand.Create(),
    MigrateCommand.Create(),
    WorkerCommand.Create(),
    CheckoutCommand.Create(),
    RefundCommand.Create(),
    HoldsCommand.Create(),
    LedgerCommand.Create(),
    TraceCommand.Create(),
    NoticesCommand.Create(),
    SandboxCommand.Create(),
    BenchCommand.Create(),
    ChaosCommand.Create(),
    new HelpOption { Recursive = true },
    new VersionOption(),
};

// In a pipe there is no terminal to fit into, and an address that is broken into two lines cannot be copied.
if (Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Width = 500;
}

var result = root.Parse(args);
if (result.Errors.Count > 0)
{
    foreach (var error in result.Errors)
    {
        Console.Error.WriteLine($"pay: {error.Message}");
    }

    Console.Error.WriteLine($"pay: {string.Join(' ', ["pay", .. CommandPath(result)])} --help shows what is allowed.");
    return CommonOptions.WrongUse;
}

try
{
    // The commands stop the stack in order themselves and take their time, so the library must not end the process after two seconds.
    return await result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }).ConfigureAwait(false);
}
catch (ConfigurationException e)
{
    Console.Error.WriteLine($"pay: {e.Message}");
    return CommonOptions.WrongUse;
}
catch (StackException e)
{
    Console.Error.WriteLine($"pay: {e.Message}");
    return CommonOptions.FoundWrong;
}
catch (OperationCanceledException)
{
    return CommonOptions.FoundWrong;
}

static IEnumerable<string> CommandPath(ParseResult result)
{
    var names = new Stack<string>();
    for (SymbolResult? current = result.CommandResult; current is CommandResult { Command: not RootCommand } command; current = current.Parent)
    {
        names.Push(command.Command.Name);
    }

    return names.Where(name => name != "pay");
}
