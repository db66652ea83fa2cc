using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Temporal;
using PaymentWorkflows.TestKit.Sandbox;
using Shouldly;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Common;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>
/// Two real builds of the sagas beside each other: the one that the stack runs, and a second one whose checkouts take another way. Every
/// checkout here waits for its capture while the builds change around it.
/// </summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class UpgradeTests(RunningStack stack, SecondBuild second) : IClassFixture<SecondBuild>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private WorkerDeploymentVersion First { get; } = SagaVersion.Of(
        stack.Options.Temporal.Deployment, Path.Combine(Path.GetDirectoryName(RepositoryLayout.Current.Assembly("PaymentWorkflows.Worker"))!, SagaVersion.AssemblyFile))!;

    private WorkerDeploymentVersion Second { get; } = SagaVersion.Of(stack.Options.Temporal.Deployment, second.Sagas)!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    // The other tests of this stack play on its own build.
    public async ValueTask DisposeAsync() => await CurrentBuild.SetAsync(stack.Options.Temporal, First, TimeProvider.System, CancellationToken.None);

    [Fact]
    public async Task A_saga_ends_on_the_build_that_began_it_and_a_roll_back_in_its_midst_turns_only_new_ones_round()
    {
        Second.ShouldNotBe(First);
        using var gateway = stack.Gateway();
        var old = await ReservedAsync(Placement.Isolated);
        var oldOfGateway = await AtGatewayAsync(gateway, eagerly: true);

        await using var worker = await StartAsync("second-build", second.Worker, stack.Options.ConfigFile);
        await MakeCurrentAsync(Second);
        var upgraded = await ReservedAsync(Placement.Isolated);
        var upgradedOfGateway = await AtGatewayAsync(gateway, eagerly: false);
        await ShouldBeCapturedAsync(gateway, old, First);
        await ShouldBeCapturedAsync(gateway, oldOfGateway, First);
        await ShouldBeCapturedAsync(gateway, await ReservedAsync(Placement.Lean), Second);

        await MakeCurrentAsync(First);
        var rolledBack = await ReservedAsync(Placement.Lean);
        await ShouldBeCapturedAsync(gateway, upgraded, Second);
        await ShouldBeCapturedAsync(gateway, upgradedOfGateway, Second);
        await ShouldBeCapturedAsync(gateway, rolledBack, First);
        await ShouldBeCapturedAsync(gateway, await AtGatewayAsync(gateway, eagerly: true), First);
    }

    [Fact]
    public async Task Without_versions_the_second_build_cannot_go_on_with_the_saga_of_the_first_until_that_one_is_back()
    {
        using var gateway = stack.Gateway();
        var unversioned = await WithoutDeploymentAsync();
        await MakeCurrentAsync(null);
        WorkflowHandle<ICheckoutWorkflow, CheckoutResult> saga;
        await using (await StartAsync("first-unversioned", RepositoryLayout.Current.Assembly("PaymentWorkflows.Worker"), unversioned))
        {
            saga = await ReservedAsync(Placement.Isolated);
            (await BuildsOfAsync(saga)).ShouldBe([""]);
        }

        await using (await StartAsync("second-unversioned", second.Worker, unversioned))
        {
            await saga.SignalAsync(workflow => workflow.CaptureAsync(new CaptureSignal(null)));

            // On a crowded machine a task may fail before that too, since the worker took too long over it.
            await RunningStack.EventuallyAsync(() => FailuresOfAsync(saga), causes => causes.Contains(WorkflowTaskFailedCause.NonDeterministicError));
            (await TruthOfAsync(saga)).Captured.ShouldBe(0);
        }

        await MakeCurrentAsync(First);
        await ShouldBeCapturedAsync(gateway, saga, First);
    }

    [Fact]
    public async Task A_saga_of_a_build_that_is_to_go_is_moved_by_hand_to_one_that_replays_it()
    {
        using var gateway = stack.Gateway();
        var saga = await ReservedAsync(Placement.Isolated);
        var repaired = First with { BuildId = "repaired" };
        await using var worker = await StartAsync(
            "repaired-build", RepositoryLayout.Current.Assembly("PaymentWorkflows.Worker"), stack.Options.ConfigFile, ("PAY__TEMPORAL__DEPLOYMENT__BUILD_ID", repaired.BuildId));
        await MoveAsync(saga, repaired);
        await ShouldBeCapturedAsync(gateway, saga, First, repaired);
    }

    /// <summary>A checkout whose money is reserved and waits for its capture, started by a caller without the Gateway.</summary>
    private async Task<WorkflowHandle<ICheckoutWorkflow, CheckoutResult>> ReservedAsync(Placement placement)
    {
        var input = Purchase.With(capture: CaptureMode.Manual, placement: placement);

        // A build that fails lets its task lapse; the next one must not wait long for it.
        var handle = await stack.Temporal.StartWorkflowAsync(
            (ICheckoutWorkflow workflow) => workflow.RunAsync(input),
            new WorkflowOptions(WorkflowIds.Checkout(input.Merchant, input.Order), TaskQueues.Sagas) { TaskTimeout = TimeSpan.FromSeconds(3) });
        await RunningStack.UntilAsync(handle, view => view.Status == CheckoutStatus.RequiresCapture);
        return handle;
    }

    /// <summary>
    /// One that a Gateway of the first build was asked for. A Gateway hears of another current build within a second, so that the first
    /// tries may still go the other way.
    /// </summary>
    private async Task<WorkflowHandle<ICheckoutWorkflow, CheckoutResult>> AtGatewayAsync(GatewayClient gateway, bool eagerly)
    {
        return await RunningStack.EventuallyAsync(BuyAsync, handle => handle is not null) ?? throw new InvalidOperationException("It was awaited.");

        async Task<WorkflowHandle<ICheckoutWorkflow, CheckoutResult>?> BuyAsync()
        {
            var order = Purchase.With().Order.Value;
            var body = JsonSerializer.Serialize(new
            {
                merchant = "acme",
                order,
                customer = new { id = "cus_42" },
                currency = "eur",
                lines = new[] { new { sku = "book", description = "A book", quantity = 2, unit_amount = Purchase.Amount / 2 } },
                capture = "manual",
                payment_method = new { type = "card", token = "pm_card_visa" },
            });
            var id = (await gateway.CreateCheckoutAsync(body, $"key-{order}", Cancel)).GetProperty("id").GetString()!;
            var handle = stack.Temporal.GetWorkflowHandle<ICheckoutWorkflow, CheckoutResult>(WorkflowIds.Checkout(MerchantId.Parse("acme"), OrderId.Parse(order)));
            await RunningStack.UntilAsync(handle, view => view.Status == CheckoutStatus.RequiresCapture);
            if ((await handle.FetchHistoryAsync()).Events.First().WorkflowExecutionStartedEventAttributes.EagerExecutionAccepted == eagerly)
            {
                return handle;
            }

            await gateway.CancelCheckoutAsync(id, "it went the other way", Cancel);
            await RunningStack.EndOf(handle);
            return null;
        }
    }

    /// <summary>Takes the money by the API; it is taken once, booked once, and the saga was done by these builds and no other.</summary>
    private async Task ShouldBeCapturedAsync(GatewayClient gateway, WorkflowHandle<ICheckoutWorkflow, CheckoutResult> saga, params IEnumerable<WorkerDeploymentVersion> builds)
    {
        var id = (await stack.RowsAsync<string>("SELECT id FROM pay.checkouts WHERE workflow_id = $1", saga.Id)).Single();
        await gateway.CaptureCheckoutAsync(id, Cancel);
        var result = await RunningStack.EndOf(saga);
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        var truth = await stack.TruthOfAsync(result.TransactionId);
        (truth.Charged, truth.Captured, truth.Refunded).ShouldBe((1, Purchase.Amount, 0));
        (await stack.BooksOfAsync(result.TransactionId)).Count.ShouldBe(1);
        (await BuildsOfAsync(saga)).Where(one => one.Length > 0).ShouldBe(builds.Select(build => build.BuildId));
    }

    /// <summary>The builds that did the saga's tasks; an unversioned one is empty.</summary>
    private static async Task<IReadOnlyList<string>> BuildsOfAsync(WorkflowHandle saga) =>
    [
        .. (await saga.FetchHistoryAsync()).Events.Where(one => one.EventType == EventType.WorkflowTaskCompleted)
            .Select(one => one.WorkflowTaskCompletedEventAttributes.DeploymentVersion?.BuildId ?? "").Distinct(),
    ];

    private static async Task<IReadOnlyList<WorkflowTaskFailedCause>> FailuresOfAsync(WorkflowHandle saga) =>
    [
        .. (await saga.FetchHistoryAsync()).Events.Where(one => one.EventType == EventType.WorkflowTaskFailed).Select(one => one.WorkflowTaskFailedEventAttributes.Cause),
    ];

    private async Task<Truth> TruthOfAsync(WorkflowHandle saga) =>
        await stack.TruthOfAsync(TransactionId.Parse((await stack.RowsAsync<string>("SELECT transaction_id FROM pay.checkouts WHERE workflow_id = $1", saga.Id)).Single()));

    /// <summary>What an operator does with <c>temporal worker deployment set-current-version</c>; null makes the unversioned workers current.</summary>
    private async Task MakeCurrentAsync(WorkerDeploymentVersion? version)
    {
        if (version is not null)
        {
            await CurrentBuild.SetAsync(stack.Options.Temporal, version, TimeProvider.System, Cancel);
            return;
        }

        await stack.Temporal.WorkflowService.SetWorkerDeploymentCurrentVersionAsync(new() { Namespace = "default", DeploymentName = First.DeploymentName, BuildId = "" });
        await RunningStack.EventuallyAsync(() => QueueRouting.ReadAsync(stack.Temporal, TaskQueues.Sagas, Cancel), routing => routing.Current is null);
    }

    /// <summary>What an operator does with <c>temporal workflow update-options --versioning-override-behavior pinned</c>.</summary>
    private async Task MoveAsync(WorkflowHandle saga, WorkerDeploymentVersion build)
    {
        var pinned = new Temporalio.Api.Workflow.V1.VersioningOverride.Types.PinnedOverride
        {
            Behavior = Temporalio.Api.Workflow.V1.VersioningOverride.Types.PinnedOverrideBehavior.Pinned,
            Version = new Temporalio.Api.Deployment.V1.WorkerDeploymentVersion { DeploymentName = build.DeploymentName, BuildId = build.BuildId },
        };
        await stack.Temporal.WorkflowService.UpdateWorkflowExecutionOptionsAsync(new()
        {
            Namespace = "default",
            WorkflowExecution = new() { WorkflowId = saga.Id },
            WorkflowExecutionOptions = new() { VersioningOverride = new() { Pinned = pinned } },
            UpdateMask = FieldMask.FromString("versioning_override"),
        });
    }

    /// <summary>The stack's configuration for workers that say no build of themselves.</summary>
    private async Task<string> WithoutDeploymentAsync()
    {
        var lines = await File.ReadAllLinesAsync(stack.Options.ConfigFile, Cancel);
        var begin = Array.FindIndex(lines, line => line.StartsWith("  deployment:", StringComparison.Ordinal));
        begin.ShouldBePositive();
        var file = Path.Combine(Path.GetDirectoryName(stack.Options.ConfigFile)!, "unversioned.yaml");
        await File.WriteAllLinesAsync(file, [.. lines[..begin], .. lines[(begin + 1)..].SkipWhile(line => line.StartsWith("    ", StringComparison.Ordinal))], Cancel);
        return file;
    }

    /// <summary>Starts a worker of a build for all sagas, and waits until the server sees it.</summary>
    private async Task<ProcessSupervisor> StartAsync(string name, string worker, string configuration, params (string Name, string Value)[] variables)
    {
        var health = new HostPort("127.0.0.1", FreePort.Next()).ToString();
        var supervisor = new ProcessSupervisor(stack.Folders, stack, TimeProvider.System);
        await supervisor.StartAsync(
            new ProcessSpec
            {
                Name = name,
                Role = "sagas",
                Program = RepositoryLayout.DotnetHost(),
                Arguments = [worker, "--config", configuration, "--name", name, "--roles", $"{TaskQueues.Sagas},{TaskQueues.Refunds}", "--health", health],
                Environment = new Dictionary<string, string?>(variables.ToDictionary(variable => variable.Name, variable => (string?)variable.Value)) { ["DOTNET_gcServer"] = "0", ["ASPNETCORE_URLS"] = null },
                LogFile = stack.Folders.LogFile(name),
                IsReady = cancellationToken => Probes.HttpAsync($"http://{health}/health/ready", cancellationToken),
                Tier = StackTiers.Product,
                StopTimeout = stack.Options.LongestCall + TimeSpan.FromSeconds(20),
            },
            Cancel);
        return supervisor;
    }
}
