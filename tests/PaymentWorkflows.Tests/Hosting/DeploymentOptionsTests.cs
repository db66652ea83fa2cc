using System.Reflection;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Temporal;
using PaymentWorkflows.Sagas.Checkout;
using Shouldly;
using Temporalio.Common;
using Xunit;

namespace PaymentWorkflows.Tests.Hosting;

public sealed class DeploymentOptionsTests
{
    private static readonly Assembly Sagas = typeof(CheckoutWorkflow).Assembly;

    [Fact]
    public void Left_out_no_build_is_told_from_another()
    {
        var options = SmallestStack.With("");

        options.Temporal.Deployment.ShouldBeNull();
        SagaVersion.Of(options.Temporal.Deployment, Sagas.Location).ShouldBeNull();
    }

    [Fact]
    public void A_build_is_what_its_sagas_say_of_themselves()
    {
        var said = Sagas.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

        SagaVersion.Of(With("{name: checkouts}"), Sagas.Location).ShouldBe(new WorkerDeploymentVersion("checkouts", said));
        Path.GetFileName(Sagas.Location).ShouldBe(SagaVersion.AssemblyFile);
    }

    [Fact]
    public void A_configured_build_id_comes_first_from_the_file_or_the_environment()
    {
        SagaVersion.Of(With("{build_id: r7}"), Sagas.Location).ShouldBe(new WorkerDeploymentVersion("payments", "r7"));
        SagaVersion.Of(With("{name: payments}", new() { ["PAY__TEMPORAL__DEPLOYMENT__BUILD_ID"] = "r8+b7d1" }), Sagas.Location)
            .ShouldBe(new WorkerDeploymentVersion("payments", "r8+b7d1"));
    }

    [Fact]
    public void A_build_that_says_nothing_of_itself_does_not_run() =>
        Should.Throw<ConfigurationException>(() => SagaVersion.Of(new DeploymentOptions(), "/nowhere/PaymentWorkflows.Sagas.dll"))
            .Message.ShouldBe("/nowhere/PaymentWorkflows.Sagas.dll says no version of itself: set temporal.deployment.build_id.");

    [Theory]
    [InlineData("{name: pay.ments}", "temporal.deployment.name is 'pay.ments' but must be letters, digits, '-' and '_', at most 100.")]
    [InlineData("{build_id: 'a b'}", "temporal.deployment.build_id is 'a b' but must be letters, digits, '-', '_', '.' and '+', at most 200, or left out.")]
    [InlineData("{build: r7}", "temporal.deployment.build is not a known key; nearest: temporal.deployment.build_id")]
    public void A_wrong_entry_is_refused_with_what_is_allowed(string deployment, string expected) =>
        Should.Throw<ConfigurationException>(() => With(deployment)).Message.ShouldContain(expected);

    private static DeploymentOptions? With(string deployment, Dictionary<string, string>? environment = null) => StackOptionsLoader.Parse(
        SmallestStack.Text.Replace("ui: \"127.0.0.1:8233\"", $"ui: \"127.0.0.1:8233\", deployment: {deployment}", StringComparison.Ordinal), "stack.yaml", environment ?? []).Temporal.Deployment;
}
