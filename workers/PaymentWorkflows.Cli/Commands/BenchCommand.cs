using System.CommandLine;
using PaymentWorkflows.Cli.Bench;
using PaymentWorkflows.Cli.Bench.Checkout;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay bench NAME</c>: measures in pairs on the local stack, and checks the money afterwards.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure the local stack in pairs; the books are checked afterwards.") { CreateCheckout(), CreateNoisyMerchant() };

    private static Command CreateCheckout()
    {
        var rounds = Count("--rounds", "How often each is measured, in turn.", 5);
        var alone = Count("--alone", "Checkouts one after another in each round, for the latency.", 60);
        var many = Count("--many", "Checkouts at each number of callers in each round, for the throughput.", 240);
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command(CheckoutBench.Name, "The checkout in both placements against a plain saga: a remote activity per step.") { rounds, alone, many, config, json };
        command.SetAction((result, cancellationToken) => OnStackAsync(
            CommonOptions.Load(result.GetValue(config)),
            async (options, stop) => Tell(
                await new CheckoutBench(options, new CheckoutBenchPlan(result.GetValue(rounds), result.GetValue(alone), result.GetValue(many)), new ConsoleProgress()).RunAsync(stop).ConfigureAwait(false),
                result.GetValue(json)),
            cancellationToken));
        return command;
    }

    private static Command CreateNoisyMerchant()
    {
        var rounds = Count("--rounds", "How often each is measured, in turn.", 3);
        var refunds = Count("--refunds", "Refunds of the noisy merchant in each round.", 2_000);
        var checkouts = Count("--checkouts", "Measured checkouts of the other merchant in each half round.", 100);
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command(NoisyMerchantBench.Name, "How much 2,000 refunds of one merchant slow another's checkouts.") { rounds, refunds, checkouts, config, json };
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

    private static Option<int> Count(string name, string description, int usual)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"{name} must be at least 1.");
            }
        });
        return option;
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
