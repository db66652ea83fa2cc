using PaymentWorkflows.Activities.LatePayments;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.LatePayments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Temporalio.Testing;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>The books of a second payment: what a person does at the provider is booked as it was found, and what they paid elsewhere is known to a later run.</summary>
public sealed class SecondPaymentBookingTests(PostgresFixture server) : PostgresTests(server)
{
    private const string Second = "pi_2";
    private const string Own = "late-payment/pi_2";

    [Fact]
    public async Task What_a_person_gave_back_is_booked_once_and_booked_back_when_it_came_back()
    {
        var record = await PaidTwiceAsync();

        foreach (var inAll in new long[] { 400, 400, 0, 0, 400, 1000 })
        {
            await RecordAsync(record with { Facts = [], Beside = true, ReturnedInAll = inAll });
        }

        (await OwedAsync(record)).ShouldBe([-1000, 400, -400, 400, 600]);
    }

    [Fact]
    public async Task What_was_paid_elsewhere_is_told_to_a_later_run_and_is_not_taken_for_the_providers()
    {
        var record = await PaidTwiceAsync();
        await RecordAsync(record with { Facts = [], Beside = true, ReturnedInAll = 400 });
        await RecordAsync(record with { Facts = [Elsewhere(600, inAll: 600)], Beside = true });

        (await RecordAsync(record)).PaidOutside.ShouldBe(600);
        await RecordAsync(record with { Facts = [], Beside = true, ReturnedInAll = 0 });
        await RecordAsync(record with { Facts = [Elsewhere(400, inAll: 1000)], Beside = true });

        (await RecordAsync(record)).PaidOutside.ShouldBe(1000);
        (await OwedAsync(record)).ShouldBe([-1000, 400, 600, -400, 400]);
    }

    private static LedgerFact.RefundPaidOutside Elsewhere(long amount, long inAll) => new(LedgerReferences.PaidOutside(Second, Euro(inAll)), Given.Noon, Euro(amount));

    /// <summary>A completed checkout, and the second payment as its workflow tells of it first.</summary>
    private async Task<LatePaymentRecord> PaidTwiceAsync()
    {
        var checkout = await Stores.Checkouts.WrittenAsync();
        var sold = checkout.Step(CheckoutStatus.Completed, 1);
        await Stores.Checkouts.WriteAsync(
            sold with { View = sold.View with { AmountCaptured = 1000, Payment = new PaymentReference("stripe", "pi_1", "card") } }, checkout.Capture("capture/1", 1000));
        var record = new LatePaymentRecord
        {
            CheckoutId = checkout.Id,
            TransactionId = checkout.TransactionId,
            Payment = new ProviderPayment
            {
                Provider = "stripe",
                Id = Second,
                State = PaymentState.Captured,
                Amount = Euro(1000),
                Capturable = Euro(0),
                Captured = Euro(1000),
            },
            Facts = [new LedgerFact.LatePaymentReceived(Own, Given.Noon, "stripe", Euro(1000), null)],
        };
        (await RecordAsync(record)).Beside.ShouldBeTrue();
        return record;
    }

    private async Task<LatePaymentRecorded> RecordAsync(LatePaymentRecord record)
    {
        var activities = new LatePaymentActivities(Stores.Checkouts, Stores.Ledger, Stores.Books, TimeProvider.System);
        return (await new ActivityEnvironment().RunAsync(() => activities.RecordAsync(record)))!;
    }

    /// <summary>What each entry did to what is owed to the customer, in minor units.</summary>
    private async Task<IEnumerable<long>> OwedAsync(LatePaymentRecord record) =>
        (await Stores.Ledger.ShowAsync(record.TransactionId, Cancelled)).Where(line => line.Account == LedgerAccount.RefundsPayable.Code).Select(line => line.AmountMinor);

    private static Money Euro(long minor) => new(minor, Currency.Parse("eur"));
}
