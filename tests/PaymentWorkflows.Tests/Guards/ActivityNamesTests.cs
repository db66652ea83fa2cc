using System.Reflection;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Sagas.Checkout;
using Shouldly;
using Temporalio.Activities;
using Temporalio.Workflows;
using Xunit;

namespace PaymentWorkflows.Tests.Guards;

/// <summary>Temporal reads names from the implementing class; the contract carries them for callers. They must agree.</summary>
public class ActivityNamesTests
{
    [Theory]
    [InlineData(typeof(IPaymentActivities), typeof(PaymentActivities))]
    [InlineData(typeof(ITaxActivities), typeof(TaxActivities))]
    [InlineData(typeof(ICheckoutActivities), typeof(CheckoutActivities))]
    public void Each_activity_has_the_contracts_name(Type contract, Type implementation)
    {
        var map = implementation.GetInterfaceMap(contract);
        foreach (var (declared, built) in map.InterfaceMethods.Zip(map.TargetMethods))
        {
            built.GetCustomAttribute<ActivityAttribute>().ShouldNotBeNull(built.Name).Name
                .ShouldBe(declared.GetCustomAttribute<ActivityAttribute>().ShouldNotBeNull().Name);
        }
    }

    [Fact]
    public void Each_signal_update_and_query_has_the_contracts_name()
    {
        var map = typeof(CheckoutWorkflow).GetInterfaceMap(typeof(ICheckoutWorkflow));
        foreach (var (declared, built) in map.InterfaceMethods.Zip(map.TargetMethods))
        {
            Name(built).ShouldBe(Name(declared), declared.Name);
        }
    }

    private static string Name(MethodInfo method) =>
        method.GetCustomAttribute<WorkflowSignalAttribute>()?.Name
        ?? method.GetCustomAttribute<WorkflowUpdateAttribute>()?.Name
        ?? method.GetCustomAttribute<WorkflowQueryAttribute>()?.Name
        ?? (method.GetCustomAttribute<WorkflowRunAttribute>() is null ? "none" : "run");
}
