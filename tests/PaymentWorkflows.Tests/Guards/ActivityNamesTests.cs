using System.Reflection;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Reservations;
using PaymentWorkflows.Activities.Reviews;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Contracts.Reservations;
using PaymentWorkflows.Contracts.Reviews;
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
    [InlineData(typeof(IReviewActivities), typeof(ReviewActivities))]
    [InlineData(typeof(ICheckoutActivities), typeof(CheckoutActivities))]
    [InlineData(typeof(IErpActivities), typeof(ErpActivities))]
    [InlineData(typeof(IReservationActivities), typeof(ReservationActivities))]
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
        // By name and not by method: a workflow may take a signal raw that callers send typed.
        var contract = WorkflowDefinition.Create<ICheckoutWorkflow>();
        var built = WorkflowDefinition.Create<CheckoutWorkflow>();
        built.Name.ShouldBe(contract.Name);
        built.Signals.Keys.ShouldBe(contract.Signals.Keys, ignoreOrder: true);
        built.Updates.Keys.ShouldBe(contract.Updates.Keys, ignoreOrder: true);
        built.Queries.Keys.ShouldBe(contract.Queries.Keys, ignoreOrder: true);
    }
}
