using System.Reflection;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Sagas.Checkout;
using Shouldly;
using Temporalio.Activities;
using Temporalio.Workflows;
using Xunit;

namespace PaymentWorkflows.Tests.Guards;

/// <summary>Temporal reads names from the implementing class; the contract carries them for callers. They must agree.</summary>
public class ActivityNamesTests
{
    /// <summary>Each interface of activities and each of a workflow that the contracts have.</summary>
    public static TheoryData<Type> Activities => [.. Declared(type => type.GetMethods().Any(method => method.GetCustomAttribute<ActivityAttribute>() is not null))];

    public static TheoryData<Type> Workflows => [.. Declared(type => type.GetCustomAttribute<WorkflowAttribute>() is not null)];

    [Theory]
    [MemberData(nameof(Activities))]
    public void Each_activity_has_the_contracts_name(Type contract)
    {
        var map = Implementation(contract, typeof(PaymentActivities).Assembly).GetInterfaceMap(contract);
        foreach (var (declared, built) in map.InterfaceMethods.Zip(map.TargetMethods))
        {
            Disagreement(declared, built).ShouldBeNull();
        }
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Each_signal_update_and_query_has_the_contracts_name(Type declared)
    {
        // By name and not by method: a workflow may take a signal raw that callers send typed.
        var contract = WorkflowDefinition.Create(declared);
        var built = WorkflowDefinition.Create(Implementation(declared, typeof(CheckoutWorkflow).Assembly));
        built.Name.ShouldBe(contract.Name);
        built.Signals.Keys.ShouldBe(contract.Signals.Keys, ignoreOrder: true);
        built.Updates.Keys.ShouldBe(contract.Updates.Keys, ignoreOrder: true);
        built.Queries.Keys.ShouldBe(contract.Queries.Keys, ignoreOrder: true);
    }

    [Fact]
    public void A_planted_activity_of_another_name_is_caught()
    {
        var map = typeof(Planted).GetInterfaceMap(typeof(IPlanted));
        Disagreement(map.InterfaceMethods[0], map.TargetMethods[0]).ShouldNotBeNull();
    }

    private static string? Disagreement(MethodInfo declared, MethodInfo built)
    {
        var (wanted, has) = (declared.GetCustomAttribute<ActivityAttribute>()?.Name, built.GetCustomAttribute<ActivityAttribute>()?.Name);
        return wanted is not null && wanted == has ? null : $"{built.DeclaringType}.{built.Name} is called '{has}', its contract '{wanted}'";
    }

    private static IEnumerable<Type> Declared(Func<Type, bool> wanted) => typeof(TaskQueues).Assembly.GetExportedTypes().Where(type => type.IsInterface && wanted(type));

    private static Type Implementation(Type contract, Assembly assembly) =>
        assembly.GetExportedTypes().Where(type => type.IsClass && contract.IsAssignableFrom(type)).ShouldHaveSingleItem($"{contract} in {assembly.GetName().Name}");

    private interface IPlanted
    {
        [Activity("plant")]
        void Plant();
    }

    private sealed class Planted : IPlanted
    {
        [Activity("seed")]
        public void Plant()
        {
            // Only its name is looked at.
        }
    }
}
