using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Steps;
using Shouldly;
using Temporalio.Exceptions;
using Temporalio.Testing;
using Xunit;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>What keeps an amount from being charged without its tax, as failures that sagas branch on.</summary>
public class TaxRefusalTests
{
    public static TheoryData<Exception, string, bool> Failures => new()
    {
        { new TaxRefusedException("parameter_invalid", "No.", HoldReason.RequestRefused), ErrorTypes.TaxRefused, true },
        { new TaxRefusedException("customer_tax_location_invalid", "No.", HoldReason.RequestRefused) { IsCustomers = true }, ErrorTypes.TaxDataInvalid, true },
        { new TaxUnresolvedException("No answer."), ErrorTypes.TaxUnresolved, false },
        { new ProviderBusyException("stripe", "rate_limit", TimeSpan.FromSeconds(3)), ErrorTypes.ProviderBusy, false },
        { new AttemptKeyReusedException(AttemptKey.Parse("k")), ErrorTypes.AttemptKeyReused, true },
    };

    [Fact]
    public async Task A_caller_without_the_gateway_gets_no_automatic_tax_where_there_is_no_engine()
    {
        // The refusal comes before anything is asked or written, so nothing else is there to be called.
        var activities = new CheckoutActivities(null!, null!, null!, new NoTaxEngine(), null!, TimeProvider.System);
        var begin = new BeginCheckout
        {
            Input = new CheckoutInput
            {
                Merchant = MerchantId.Parse("acme"),
                Order = OrderId.Parse("1"),
                Customer = CustomerId.Parse("cus_1"),
                Currency = Currency.Parse("eur"),
                Lines = [new CheckoutLine("a", "A thing", 1, 100, null)],
                PaymentMethod = new PaymentMethodInput("card", "pm_1"),
                Tax = TaxMode.Automatic,
            },
            NewCheckoutId = CheckoutId.Parse("chk_1"),
            NewTransactionId = TransactionId.Parse("txn_1"),
        };
        var refused = await Should.ThrowAsync<ApplicationFailureException>(() => new ActivityEnvironment().RunAsync(() => activities.BeginAsync(begin)));
        (refused.ErrorType, refused.NonRetryable).ShouldBe((ErrorTypes.InvalidCheckout, true));
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task What_an_engine_throws_is_a_typed_failure(Exception thrown, string type, bool final)
    {
        var activities = new TaxActivities(new FailingEngine(thrown));
        var request = new CommitTaxRequest { Key = AttemptKey.Parse("k"), TransactionId = TransactionId.Parse("txn_1"), Calculation = "c", PostedAt = DateTimeOffset.UnixEpoch };
        var failure = await Should.ThrowAsync<ApplicationFailureException>(() => new ActivityEnvironment().RunAsync(() => activities.CommitAsync(request)));
        (failure.ErrorType, failure.NonRetryable).ShouldBe((type, final));
        failure.NextRetryDelay.ShouldBe((thrown as ProviderBusyException)?.RetryAfter);
        if (thrown is TaxRefusedException refused)
        {
            failure.Details.ElementAt<TaxFailure>(0).ShouldBe(new TaxFailure(refused.Code, refused.Reason));
        }
    }

    private sealed class FailingEngine(Exception thrown) : ITaxEngine
    {
        public bool IsConfigured => true;

        public Task<TaxResult> CalculateAsync(TaxRequest request, CancellationToken cancellationToken) => throw thrown;

        public Task<StepVerdict> CommitAsync(CommitTaxRequest request, CancellationToken cancellationToken) => throw thrown;

        public Task<StepVerdict> ReverseAsync(ReverseTaxRequest request, CancellationToken cancellationToken) => throw thrown;
    }
}
