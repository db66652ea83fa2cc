using System.Text.Json;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres.Support;

/// <summary>What the tests' stories are made of.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static int ids;

    /// <summary>A checkout to be written: an id of its own, the same content for the same merchant, order and price.</summary>
    public static NewCheckout Checkout(string merchant = "acme", string order = "order-1", long price = 1000, CustomerDetails? customer = null, DateTimeOffset? at = null)
    {
        var number = Interlocked.Increment(ref ids);
        var input = new CheckoutInput
        {
            Merchant = MerchantId.Parse(merchant),
            Order = OrderId.Parse(order),
            Customer = CustomerId.Parse("cus-7"),
            Currency = Currency.Parse("eur"),
            Lines = [new CheckoutLine("sku-1", "A thing", 1, price, null)],
            PaymentMethod = new PaymentMethodInput("card", "pm_1"),
            CheckoutId = CheckoutId.Parse($"chk_{number}"),
            TransactionId = TransactionId.Parse($"txn_{number}"),
            Placement = Placement.Lean,
            Policies = new CheckoutPolicies(TimeSpan.FromHours(1), TimeSpan.FromMinutes(30), TimeSpan.FromDays(7), TimeSpan.FromHours(4)),
        };
        return new NewCheckout(input, price, CheckoutContent.Hash(input), customer, at ?? Noon);
    }

    /// <summary>A checkout that is written.</summary>
    public static async Task<StoredCheckout> WrittenAsync(this ICheckoutStore store, NewCheckout? checkout = null) =>
        (await store.CreateAsync(checkout ?? Checkout(), claim: null, TestContext.Current.CancellationToken))
            .ShouldBeOfType<CreateCheckoutOutcome.Created>().Checkout;

    /// <summary>Several checkouts of orders of their own.</summary>
    public static async Task<IReadOnlyList<StoredCheckout>> WrittenAsync(this ICheckoutStore store, int count, string merchant = "acme")
    {
        var written = new List<StoredCheckout>();
        for (var number = 1; number <= count; number++)
        {
            written.Add(await store.WrittenAsync(Checkout(merchant, $"order-{number}", at: Noon.AddSeconds(number))));
        }

        return written;
    }

    /// <summary>A checkout's step to a status.</summary>
    public static CheckoutRecord Step(this StoredCheckout checkout, CheckoutStatus status, int revision, string? notice = null, bool held = false) => new()
    {
        CheckoutId = checkout.Id,
        TransactionId = checkout.TransactionId,
        Merchant = checkout.Input.Merchant,
        View = checkout.View with
        {
            Status = status,
            Revision = revision,
            CompletedAt = status.IsFinal() ? Noon.AddMinutes(revision) : null,
            Held = held ? new HeldView("authorize", HoldReason.UnknownOutcome, Noon, Noon.AddHours(4), "payment-operations", [HoldAction.Retry], "No answer.") : null,
        },
        Notice = notice,
    };

    /// <summary>Money taken for a checkout.</summary>
    public static LedgerEntry Capture(this StoredCheckout checkout, string reference, long amount, string currency = "eur") => PostingRules.Entry(
        new LedgerFact.PaymentCaptured(reference, Noon, "stripe", new Money(amount, Currency.Parse(currency)), new Money(amount / 10, Currency.Parse(currency))),
        checkout.Input.Merchant,
        checkout.TransactionId);

    /// <summary>The same in every field: lists compare by what is in them.</summary>
    public static void ShouldReadLike<T>(this T actual, T expected) =>
        JsonSerializer.Serialize(actual, PaymentWorkflowsJson.Options).ShouldBe(JsonSerializer.Serialize(expected, PaymentWorkflowsJson.Options));

    /// <summary>Writes a step with what it books.</summary>
    public static Task<CheckoutRecorded> WriteAsync(this ICheckoutStore store, CheckoutRecord step, params LedgerEntry[] entries) =>
        store.RecordAsync(step, entries, Noon, TestContext.Current.CancellationToken);
}
