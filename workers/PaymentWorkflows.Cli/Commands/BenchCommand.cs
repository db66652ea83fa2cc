using System.CommandLine;
using PaymentWorkflows.Cli.Bench;
using PaymentWorkflows.Cli.Bench.Checkout;
using PaymentWorkflows.Cli.Bench.Ledger;
using PaymentWorkflows.Cli.Bench.Memory;
using PaymentWorkflows.Cli.Bench.Requests;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Commands;

/// <summary><c>pay bench NAME</c>: measures in pairs on the local stack, and checks the money afterwards.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure the local stack in pairs; the books are checked afterwards.") { CreateCheckout(), CreateNoisyMerchant(), CreateLedger(), CreateGateway(), CreateMemory() };

    private static Command CreateCheckout()
    {
        var rounds = Count("--rounds", "How often each is measured, in turn.", 5);
        var alone = Count("--alone", "Checkouts of one caller in each round, for the latency: so many one at a time, and so many back to back.", 60);
        var many = Count("--many", "Checkouts at each number of callers in each round, for the throughput.", 240);
        var dbos = new Option<string>("--dbos") { Description = "auto: beside them a DBOS workflow of the same steps, where node and npm are on PATH; off: without.", DefaultValueFactory = _ => "auto" };
        dbos.AcceptOnlyFromAmong("auto", "off");
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command(CheckoutBench.Name, "The checkout in both placements against a plain saga: a remote activity per step.") { rounds, alone, many, dbos, config, json };
        command.SetAction((result, cancellationToken) => OnStackAsync(
            CommonOptions.Load(result.GetValue(config)),
            async (options, stop) => Tell(
                await new CheckoutBench(options, new CheckoutBenchPlan(result.GetValue(rounds), result.GetValue(alone), result.GetValue(many)) { Dbos = result.GetValue(dbos) == "auto" }, new ConsoleProgress()).RunAsync(stop).ConfigureAwait(false),
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

    private static Command CreateLedger()
    {
        var rounds = Count("--rounds", "How often each is measured, in turn.", 5);
        var clients = Count("--clients", "Callers at once, of the ledger and of pgbench; also pgbench's scale.", 64);
        var seconds = Count("--seconds", "How long each is measured in a round.", 10);
        return CreateAlone(
            new Command(LedgerBench.Name, "Postings per second beside pgbench's TPC-B, on a PostgreSQL of its own.") { rounds, clients, seconds },
            (result, options, progress, stop) =>
                new LedgerBench(options, new LedgerBenchPlan(result.GetValue(rounds), result.GetValue(clients), result.GetValue(seconds)), progress).RunAsync(stop));
    }

    private static Command CreateMemory()
    {
        var sagas = Count("--sagas", "Checkouts in each placement; a sample after every twentieth.", 1_500, least: MemoryBenchPlan.Samples);
        var placement = new Option<string?>("--placement") { Description = "Only this placement: lean or isolated.", HelpName = "PLACEMENT" };
        placement.AcceptOnlyFromAmong("lean", "isolated");
        return CreateAlone(
            new Command(MemoryBench.Name, "Whether the processes grow with the sagas they carry out, on a stack of its own.") { sagas, placement },
            (result, options, progress, stop) =>
                new MemoryBench(options, new MemoryBenchPlan(result.GetValue(sagas), result.GetValue(placement) is { } one ? [one] : ["lean", "isolated"]), progress).RunAsync(stop));
    }

    private static Command CreateGateway()
    {
        var rounds = Count("--rounds", "How often each is measured, in turn.", 3);
        var checkouts = Count("--checkouts", "Stored checkouts; 1000000 take some minutes to fill in.", 200_000);
        var seconds = Count("--seconds", "How long each kind of request is measured in a round.", 5);
        return CreateAlone(
            new Command(GatewayBench.Name, "Creating, reading and listing with many stored checkouts against few, on two stacks of its own.") { rounds, checkouts, seconds },
            (result, options, progress, stop) =>
                new GatewayBench(options, new GatewayBenchPlan(result.GetValue(rounds), result.GetValue(checkouts), result.GetValue(seconds)), progress).RunAsync(stop));
    }

    /// <summary>A benchmark on what it starts itself, which it stops whatever happens; a signal ends it in order.</summary>
    private static Command CreateAlone(Command command, Func<ParseResult, StackOptions, IProgress, CancellationToken, Task<BenchReport>> measure)
    {
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        command.Options.Add(config);
        command.Options.Add(json);
        command.SetAction(async (result, _) =>
        {
            var progress = new ConsoleProgress();
            using var signals = new StopSignals(progress);
            try
            {
                return Tell(await measure(result, CommonOptions.Load(result.GetValue(config)), progress, signals.Stop).ConfigureAwait(false), result.GetValue(json));
            }
            catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
            {
                return CommonOptions.FoundWrong;
            }
        });
        return command;
    }

    private static Option<int> Count(string name, string description, int usual, int least = 1)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < least)
            {
                result.AddError($"{name} must be at least {least}.");
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
