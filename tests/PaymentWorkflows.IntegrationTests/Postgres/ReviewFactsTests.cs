using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Reviews;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Reviews;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>How much a customer or a card paid lately.</summary>
public sealed class ReviewFactsTests(PostgresFixture server) : PostgresTests(server)
{
    private static readonly Currency Eur = Currency.Parse("eur");
    private static readonly CheckoutId Nobody = CheckoutId.Parse("chk_nobody");

    private IReviewFacts Facts => Stores.Facts;

    [Fact]
    public async Task A_customers_checkouts_count_unless_they_came_to_nothing()
    {
        CheckoutStatus[] statuses = [.. Enum.GetValues<CheckoutStatus>()];
        CheckoutId? first = null;
        foreach (var (index, status) in statuses.Index())
        {
            var checkout = await Stores.Checkouts.WrittenAsync(Given.Checkout(order: $"order-{index}", price: 100, at: Noon.AddMinutes(index)));
            first ??= checkout.Id;
            if (status != CheckoutStatus.Processing)
            {
                await Stores.Checkouts.WriteAsync(checkout.Step(status, 1));
            }
        }

        await Stores.Checkouts.WrittenAsync(Given.Checkout(merchant: "globex", price: 7_000));
        (await OfCustomerAsync(Noon, Nobody)).ShouldBe(new VelocitySeen(6, new Money(600, Eur)));
        (await OfCustomerAsync(Noon, first!.Value)).ShouldBe(new VelocitySeen(5, new Money(500, Eur)));
        (await OfCustomerAsync(Noon.AddMinutes(1), Nobody)).Count.ShouldBe(5);
        (await Facts.OfCustomerAsync(MerchantId.Parse("acme"), CustomerId.Parse("cus-7"), Currency.Parse("usd"), Noon, Nobody, Cancelled)).ShouldBe(new VelocitySeen(6, new Money(0, Currency.Parse("usd"))));
        (await Facts.OfCustomerAsync(MerchantId.Parse("acme"), CustomerId.Parse("cus-8"), Eur, Noon, Nobody, Cancelled)).ShouldBe(new VelocitySeen(0, new Money(0, Eur)));
    }

    [Fact]
    public async Task A_cards_authorizations_count_with_every_merchant()
    {
        await PayAsync("acme", 1, "fp_1", 300);
        await PayAsync("globex", 2, "fp_1", 400);
        await PayAsync("acme", 3, "fp_2", 500);
        await PayAsync("acme", 4, null, 600);
        await PayAsync("acme", 5, "fp_1", 700, declined: true);
        await PayAsync("acme", 6, "fp_1", 800, operation: "capture");
        (await OfCardAsync(Noon, "txn_9")).ShouldBe(new VelocitySeen(2, new Money(700, Eur)));
        (await OfCardAsync(Noon, "txn_1")).ShouldBe(new VelocitySeen(1, new Money(400, Eur)));
        (await OfCardAsync(Noon.AddMinutes(2), "txn_9")).ShouldBe(new VelocitySeen(1, new Money(400, Eur)));
    }

    private Task<VelocitySeen> OfCustomerAsync(DateTimeOffset since, CheckoutId except) =>
        Facts.OfCustomerAsync(MerchantId.Parse("acme"), CustomerId.Parse("cus-7"), Eur, since, except, Cancelled);

    private Task<VelocitySeen> OfCardAsync(DateTimeOffset since, string except) => Facts.OfCardAsync("fp_1", Eur, since, TransactionId.Parse(except), Cancelled);

    private async Task PayAsync(string merchant, int number, string? fingerprint, long amount, bool declined = false, string operation = "authorize")
    {
        var workflow = $"checkout/{merchant}/order-{number}";
        var key = AttemptKey.Of(workflow, operation, 1);
        await Stores.Attempts.ClaimAsync(new AttemptDraft(key, operation, "hash", "stripe", TransactionId.Parse($"txn_{number}"), workflow), Noon.AddMinutes(number), Cancelled);
        var payment = new ProviderPayment
        {
            Provider = "stripe",
            Id = $"pi_{number}",
            State = PaymentState.Captured,
            Amount = new Money(amount, Eur),
            Capturable = Money.Zero(Eur),
            Captured = new Money(amount, Eur),
            CardFingerprint = fingerprint,
        };
        MoneyVerdict verdict = declined ? new MoneyVerdict.Declined(new Decline("do_not_honor", DeclineCategory.Soft, "try_again_later", "No."), payment) : new MoneyVerdict.Succeeded(payment);
        await Stores.Attempts.RecordAsync(key, verdict, Noon, Cancelled);
    }
}
