using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Transactions;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Failures;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Transactions;

/// <summary>The story that is made of what the sources tell.</summary>
public class TransactionComposerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TransactionId Transaction = TransactionId.Parse("txn_1");
    private static readonly Currency Eur = Currency.Parse("eur");

    [Fact]
    public void Lines_come_in_order_each_with_the_money_as_it_stood_then()
    {
        var story = new TransactionStory();
        story.Add(Checkout(CheckoutStatus.Completed));
        story.Add(Line(3, new MoneyNote { Currency = Eur, Booked = 1_000 }));
        story.Add(Line(4, new MoneyNote { Currency = Eur, Payment = "pi_1", Refund = "re_1", Refunded = 300 }));
        story.Add(Line(1, null));
        story.Add(Line(2, new MoneyNote { Currency = Eur, Payment = "pi_1", Authorized = 1_000, Captured = 1_000 }));
        story.Add(Line(6, new MoneyNote { Currency = Eur, Payment = "pi_1", Refund = "re_2", Refunded = 200 }));
        story.Add(Line(5, new MoneyNote { Currency = Eur, Booked = -300 }));
        var told = TransactionComposer.Compose(Transaction, story);
        told.Story.Select(line => (line.Money!.Authorized, line.Money.Captured, line.Money.Refunded, line.Money.Balance, line.Money.Booked)).ShouldBe(
        [
            (0, 0, 0, 0, 0), (1_000, 1_000, 0, 1_000, 0), (1_000, 1_000, 0, 1_000, 1_000), (1_000, 1_000, 300, 700, 1_000), (1_000, 1_000, 300, 700, 700), (1_000, 1_000, 500, 500, 700),
        ]);
        told.Money.ShouldBe(told.Story[^1].Money);
        (told.Owner, told.Failure).ShouldBe((null, null));
    }

    [Fact]
    public void What_two_sources_know_of_the_same_money_is_not_added_up()
    {
        var story = new TransactionStory();
        story.Add(Line(1, new MoneyNote { Currency = Eur, Payment = "pi_1", Authorized = 1_000, Captured = 1_000 }));
        story.Add(Line(2, new MoneyNote { Currency = Eur, Payment = "pi_1", Refund = "re_1", Refunded = 400 }));
        story.Add(Line(3, new MoneyNote { Currency = Eur, Payment = "pi_1", Refund = "re_1", Refunded = 400 }));
        story.Add(Line(4, new MoneyNote { Currency = Eur, Payment = "pi_1", Captured = 1_000, Refunded = 400 }));
        TransactionComposer.Compose(Transaction, story).Money.ShouldBe(new TransactionMoney("eur", 1_000, 1_000, 400, 600, 0));
    }

    [Fact]
    public void A_hold_is_the_failure_as_it_stands()
    {
        var story = new TransactionStory();
        story.Fail(new StoryFailure(Noon.AddSeconds(5), FailureOwner.Provider, "timeout", "No answer."));
        story.Add(Checkout(CheckoutStatus.Processing, view => view with
        {
            Held = new HeldView("authorize", HoldReason.CredentialsRefused, Noon, Noon.AddHours(1), "platform", [HoldAction.Retry], "401"),
        }));
        var told = TransactionComposer.Compose(Transaction, story);
        (told.Owner, told.Failure!.Code).ShouldBe((FailureOwner.Us, "credentials_refused"));
    }

    [Fact]
    public void A_decline_names_the_issuer_and_an_expiry_the_client()
    {
        Failure(CheckoutStatus.Declined, view => view with { Decline = DeclineCatalogue.Read("insufficient_funds", null, "No.") }).ShouldBe((FailureOwner.Issuer, "insufficient_funds"));
        Failure(CheckoutStatus.Expired).ShouldBe((FailureOwner.Client, "expired"));
        Failure(CheckoutStatus.Completed).ShouldBe((null, null));
    }

    [Fact]
    public void What_failed_before_the_purchase_ended_well_is_no_failure_and_what_failed_after_is()
    {
        var story = new TransactionStory();
        story.Add(Checkout(CheckoutStatus.Completed, view => view with { CompletedAt = Noon.AddMinutes(1) }));
        story.Fail(new StoryFailure(Noon.AddSeconds(5), FailureOwner.Provider, "timeout", "No answer."));
        TransactionComposer.Compose(Transaction, story).Failure.ShouldBeNull();
        story.Fail(new StoryFailure(Noon.AddMinutes(5), FailureOwner.Issuer, "refund_failed", "The account is closed."));
        TransactionComposer.Compose(Transaction, story).Owner.ShouldBe(FailureOwner.Issuer);
    }

    [Fact]
    public void An_outcome_that_is_still_unknown_is_a_failure_while_it_lasts()
    {
        var story = new TransactionStory();
        story.Add(Checkout(CheckoutStatus.Processing));
        story.Fail(new StoryFailure(Noon.AddSeconds(5), FailureOwner.Provider, "timeout", "No answer."));
        TransactionComposer.Compose(Transaction, story).Owner.ShouldBe(FailureOwner.Provider);
    }

    [Fact]
    public async Task A_transaction_that_no_source_knows_has_no_story()
    {
        (await new TransactionReader([]).ReadAsync(Transaction, TestContext.Current.CancellationToken)).ShouldBeNull();
        (await new TransactionReader([new Source()]).ReadAsync(Transaction, TestContext.Current.CancellationToken))!.Story.Single().Title.ShouldBe("line 1");
    }

    private static (FailureOwner? Owner, string? Code) Failure(CheckoutStatus status, Func<CheckoutView, CheckoutView>? change = null)
    {
        var story = new TransactionStory();
        story.Add(Checkout(status, change));
        var told = TransactionComposer.Compose(Transaction, story);
        return (told.Owner, told.Failure?.Code);
    }

    private static StoryLine Line(int second, MoneyNote? money) =>
        new() { At = Noon.AddSeconds(second), Kind = "test", Source = "test", Title = $"line {second}", Money = money };

    private static StoredCheckout Checkout(CheckoutStatus status, Func<CheckoutView, CheckoutView>? change = null)
    {
        var view = new CheckoutView { Status = status, Amount = 1_000 };
        return new StoredCheckout
        {
            Id = CheckoutId.Parse("chk_1"),
            TransactionId = Transaction,
            Attempt = 1,
            ContentHash = "hash",
            Input = new CheckoutInput
            {
                Merchant = MerchantId.Parse("acme"),
                Order = OrderId.Parse("ord_1"),
                Customer = CustomerId.Parse("cus_1"),
                Currency = Eur,
                Lines = [new CheckoutLine("book", "A book", 1, 1_000, null)],
                PaymentMethod = new PaymentMethodInput("card", "pm_card_visa"),
            },
            View = change?.Invoke(view) ?? view,
            CreatedAt = Noon,
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };
    }

    private sealed class Source : IStorySource
    {
        public Task TellAsync(TransactionId transaction, TransactionStory story, CancellationToken cancellationToken)
        {
            story.Add(Line(1, null));
            return Task.CompletedTask;
        }
    }
}
