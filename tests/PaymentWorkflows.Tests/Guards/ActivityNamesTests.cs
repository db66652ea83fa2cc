using System.Reflection;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Activities.Reservations;
using PaymentWorkflows.Activities.Reviews;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Contracts.Reservations;
using PaymentWorkflows.Contracts.Reviews;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Sagas.Checkout;
using PaymentWorkflows.Sagas.Refunds;
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
    [InlineData(typeof(IRefundActivities), typeof(RefundActivities))]
    public void Each_activity_has_the_contracts_name(Type contract, Type implementation)
    {
        var map = implementation.GetInterfaceMap(contract);
        foreach (var (declared, built) in map.InterfaceMethods.Zip(map.TargetMethods))
        {
            built.GetCustomAttribute<ActivityAttribute>().ShouldNotBeNull(built.Name).Name
                .ShouldBe(declared.GetCustomAttribute<ActivityAttribute>().ShouldNotBeNull().Name);
        }
    }

    [Theory]
    [InlineData(typeof(ICheckoutWorkflow), typeof(CheckoutWorkflow))]
    [InlineData(typeof(IRefundWorkflow), typeof(RefundWorkflow))]
    public void Each_signal_update_and_query_has_the_contracts_name(Type declared, Type implementation)
    {
        // By name and not by method: a workflow may take a signal raw that callers send typed.
        var contract = WorkflowDefinition.Create(declared);
        var built = WorkflowDefinition.Create(implementation);
        built.Name.ShouldBe(contract.Name);
        built.Signals.Keys.ShouldBe(contract.Signals.Keys, ignoreOrder: true);
        built.Updates.Keys.ShouldBe(contract.Updates.Keys, ignoreOrder: true);
        built.Queries.Keys.ShouldBe(contract.Queries.Keys, ignoreOrder: true);
    }
}
