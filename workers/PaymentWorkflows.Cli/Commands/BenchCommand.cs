using System.CommandLine;
using PaymentWorkflows.Cli.Bench;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay bench NAME</c>: measures in pairs on the local stack, and checks the money afterwards.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure the local stack in pairs; the books are checked afterwards.") { CreateNoisyMerchant() };

    private static Command CreateNoisyMerchant()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often each is measured, in turn.", DefaultValueFactory = _ => 3 };
        var refunds = new Option<int>("--refunds") { Description = "Refunds of the noisy merchant in each round.", DefaultValueFactory = _ => 2_000 };
        var checkouts = new Option<int>("--checkouts") { Description = "Measured checkouts of the other merchant in each half round.", DefaultValueFactory = _ => 100 };
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command(NoisyMerchantBench.Name, "How much 2,000 refunds of one merchant slow another's checkouts.") { rounds, refunds, checkouts, config, json };
        foreach (var option in new[] { rounds, refunds, checkouts })
        {
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 1)
                {
                    result.AddError($"{option.Name} must be at least 1.");
                }
            });
        }

        command.SetAction((result, cancellationToken) => OnStackAsync(
            CommonOptions.Load(result.GetValue(config)),
            async (options, stop) =>
            {
                using var bench = new NoisyMerchantBench(options, result.GetValue(rounds), result.GetValue(refunds), result.GetValue(checkouts), new ConsoleProgress());
                return Tell(await bench.RunAsync(stop).ConfigureAwait(false), result.GetValue(json));
            },
            cancellationToken));
        return command;
    }

    /// <summary>On the stack that runs, or on one of its own that ends with it.</summary>
    private static Task<int> OnStackAsync(StackOptions options, Func<StackOptions, CancellationToken, Task<int>> measure, CancellationToken cancellationToken) =>
        StackLock.HolderOf(new StackFolders(options.DataFolder)) is null
            ? StackRunner.RunAsync(options, stop => measure(options, stop))
            : measure(options, cancellationToken);

    private static int Tell(BenchReport report, bool asJson)
    {
        if (asJson)
        {
            Output.Json(report);
        }
        else
        {
            foreach (var (name, figure) in report.Figures)
            {
                Console.Out.WriteLine($"{name}: {figure}");
            }

            Console.Out.WriteLine(report.MoneyErrors == 0 ? "the books are right" : "THE BOOKS ARE WRONG");
        }

        return report.MoneyErrors == 0 ? CommonOptions.Done : CommonOptions.FoundWrong;
    }
}
