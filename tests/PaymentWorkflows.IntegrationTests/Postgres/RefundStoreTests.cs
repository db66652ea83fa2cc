using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Activities.Ledger;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Failures;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Domain.Tax;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>Refunds take their amount of the checkout before anything is sent, and give it back when they come to nothing.</summary>
public sealed class RefundStoreTests(PostgresFixture server) : PostgresTests(server)
{
    private const long Captured = 1000;
    private static readonly RefundDefaults Defaults = new(Placement.Lean, new RefundPolicies(TimeSpan.FromHours(1), TimeSpan.FromHours(4)));
    private static int ids;

    private IRefundStore Refunds => Stores.Refunds;

    [Fact]
    public async Task A_reserved_refund_is_what_the_row_shows()
    {
        var checkout = await CapturedAsync();
        var refund = await ReservedAsync(checkout, 300);
        (await Refunds.FindAsync(refund.Id, Cancelled)).ShouldNotBeNull().ShouldReadLike(refund);
        (refund.View.Status, refund.View.Amount, refund.TransactionId, refund.Input.Amount).ShouldBe((RefundStatus.Processing, 300, checkout.TransactionId, 300));
        (await Refunds.TotalsAsync(checkout.Id, Cancelled)).ShouldNotBeNull().ShouldSatisfyAllConditions(
            totals => (totals.Captured, totals.Reserved, totals.Refunded).ShouldBe((Captured, 300, 0)), totals => (totals.HasInvoice, totals.InvoiceBegun, totals.InvoicePending).ShouldBe((false, false, true)));
    }

    [Fact]
    public async Task Without_an_amount_all_that_is_left_is_reserved()
    {
        var checkout = await CapturedAsync();
        await ReservedAsync(checkout, 300);
        (await ReservedAsync(checkout, null)).View.Amount.ShouldBe(700);
        (await RefusedAsync(checkout, null)).ShouldBe((RefundProblemKind.TooLarge, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_comes_at_once_never_exceeds_what_was_captured(int seed)
    {
        IRefundStore[] processes = [Refunds, Database.Open().Refunds, Database.Open().Refunds];
        var checkouts = new[] { await CapturedAsync("one"), await CapturedAsync("two") };
        var random = new Random(seed);
        var wishes = Enumerable.Range(0, 120).Select(number => (Checkout: checkouts[number % 2], Amount: (long?)random.NextInt64(1, 90), Fails: random.Next(4) == 0)).ToArray();
        var outcomes = await Task.WhenAll(wishes.Select(async (wish, index) =>
        {
            var store = processes[index % 3];
            var outcome = await store.CreateAsync(New(wish.Checkout, wish.Amount), claim: null, Cancelled);
            if (outcome is CreateRefundOutcome.Created created)
            {
                await store.RecordAsync(wish.Fails ? Failed(created.Refund, 1) : Succeeded(created.Refund, 1), Noon, Cancelled);
            }

            return outcome;
        }));
        outcomes.ShouldAllBe(outcome => outcome is CreateRefundOutcome.Created || outcome is CreateRefundOutcome.Refused);
        outcomes.OfType<CreateRefundOutcome.Refused>().ShouldNotBeEmpty();
        foreach (var checkout in checkouts)
        {
            var sum = await Database.ScalarAsync<long>($"SELECT sum(amount)::bigint FROM pay.refunds WHERE status = 'succeeded' AND checkout_id = '{checkout.Id}'");
            sum.ShouldBeInRange(1, Captured);
            var totals = (await Refunds.TotalsAsync(checkout.Id, Cancelled))!;
            (totals.Reserved, totals.Refunded, totals.Booked).ShouldBe((sum, sum, sum));
            (await Stores.Checkouts.FindAsync(checkout.Id, Cancelled))!.View.AmountRefunded.ShouldBe(sum);

            // What is left can still go back, and then nothing more.
            if (sum < Captured)
            {
                (await ReservedAsync(checkout, null)).View.Amount.ShouldBe(Captured - sum);
            }

            (await RefusedAsync(checkout, 1)).ShouldBe((RefundProblemKind.TooLarge, 0));
        }

        (await Stores.Ledger.CheckAsync(Cancelled)).CurrencySums.Values.ShouldAllBe(value => value == 0);
    }

    [Fact]
    public async Task The_same_refund_that_is_reserved_many_times_at_once_is_one()
    {
        var checkout = await CapturedAsync();
        var refund = New(checkout, 300);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Refunds.CreateAsync(refund, claim: null, Cancelled)));
        outcomes.Count(outcome => outcome is CreateRefundOutcome.Created).ShouldBe(1);
        outcomes.Count(outcome => outcome is CreateRefundOutcome.Existing).ShouldBe(9);
        (await Refunds.TotalsAsync(checkout.Id, Cancelled))!.Reserved.ShouldBe(300);
    }

    [Fact]
    public async Task The_database_itself_refuses_more_than_was_captured()
    {
        var checkout = await CapturedAsync();
        (await Sql.RefusedAsync(Database.Owner, $"UPDATE pay.checkouts SET refund_reserved = 1001 WHERE id = '{checkout.Id}'")).ShouldBe("23514");
        (await Sql.RefusedAsync(Database.Owner, $"UPDATE pay.checkouts SET amount_refunded = 1 WHERE id = '{checkout.Id}'")).ShouldBe("23514");
    }

    [Fact]
    public async Task A_failed_refund_frees_its_amount_and_one_whose_outcome_nobody_knows_does_not()
    {
        var checkout = await CapturedAsync();
        var first = await ReservedAsync(checkout, null);
        await RecordAsync(Failed(first, 1));
        var second = await ReservedAsync(checkout, null);
        var unknown = Failed(second, 1);
        await RecordAsync(unknown with { View = unknown.View with { KeepsAmount = true } });
        (await RefusedAsync(checkout, 1)).ShouldBe((RefundProblemKind.TooLarge, 0));
    }

    [Fact]
    public async Task A_success_is_written_with_books_notice_and_checkout_in_one_transaction_and_once()
    {
        var checkout = await CapturedAsync();
        var refund = await ReservedAsync(checkout, 300);
        var step = Succeeded(refund, 2) with { Notice = "refund.succeeded" };
        (await RecordAsync(step)).ShouldSatisfyAllConditions(
            recorded => (recorded.Status, recorded.Revision, recorded.AmountOfSale).ShouldBe((RefundStatus.Succeeded, 2, 300)));
        await RecordAsync(step);
        await RecordAsync(step with { View = step.View with { Revision = 1, Status = RefundStatus.Pending } });

        (await Stores.Checkouts.FindAsync(checkout.Id, Cancelled))!.View.AmountRefunded.ShouldBe(300);
        (await BooksAsync()).ShouldBe(["capture 1010.stripe 1000, 4000 -1000", "refund 4900 300, 1010.stripe -300"]);
        (await Database.QueryAsync<string>($"SELECT concat_ws(' ', type, subject_id = '{refund.Id}', payload->'view'->>'status') FROM pay.outbox WHERE type LIKE 'refund%'"))
            .ShouldBe(["refund.succeeded t succeeded"]);
    }

    [Fact]
    public async Task A_checkout_that_is_written_again_keeps_what_was_refunded()
    {
        var checkout = await CapturedAsync();
        await RecordAsync(Succeeded(await ReservedAsync(checkout, 300), 1));
        var step = checkout.Step(CheckoutStatus.Completed, 5, "checkout.completed");
        await Stores.Checkouts.WriteAsync(step with { View = step.View with { AmountCaptured = 0 }, RefundedOutside = 50 });
        var view = (await Stores.Checkouts.FindAsync(checkout.Id, Cancelled))!.View;
        view.AmountRefunded.ShouldBe(350);
        (await Database.ScalarAsync<string>($"SELECT payload->>'amount_refunded' FROM pay.outbox")).ShouldBe("350");

        // What went back by other ways is not there to be refunded either; what was captured stays captured.
        (await ReservedAsync(checkout, null)).View.Amount.ShouldBe(650);
    }

    [Fact]
    public async Task Money_that_came_back_is_owed_and_the_next_refund_pays_it_first()
    {
        var checkout = await CapturedAsync();
        var refund = await ReservedAsync(checkout, 300);
        await RecordAsync(Succeeded(refund, 1));
        var returned = Step(refund, 2, RefundStatus.Processing, new LedgerFact.RefundReturned($"{refund.Id}:return", Noon, "stripe", Of(300)));
        await RecordAsync(returned with { View = returned.View with { Owed = true } });
        var totals = (await Refunds.TotalsAsync(checkout.Id, Cancelled))!;
        (totals.Reserved, totals.Refunded).ShouldBe((300, 0));

        var given = Failed(refund, 3);
        await RecordAsync(given with { View = given.View with { Owed = true } });
        await RecordAsync(Succeeded(await ReservedAsync(checkout, 400), 1));
        (await BooksAsync()).Skip(1).ShouldBe(
            ["refund 4900 300, 1010.stripe -300", "refund_return 1010.stripe 300, 2300 -300", "refund 4900 100, 1010.stripe -100", "refund 2300 300, 1010.stripe -300"]);
        (await Database.ScalarAsync<string>($"SELECT concat_ws(' ', refund_booked, refund_payable, refund_reserved) FROM pay.checkouts")).ShouldBe("400 0 400");
    }

    [Fact]
    public async Task Refunds_in_pieces_take_back_exactly_the_tax_of_the_sale()
    {
        var checkout = await CapturedAsync(tax: 333);
        foreach (var amount in new long?[] { 1, 333, 333, null })
        {
            await RecordAsync(Succeeded(await ReservedAsync(checkout, amount), 1));
        }

        (await Database.ScalarAsync<long>($"SELECT sum(amount)::bigint FROM pay.ledger_postings WHERE account = '2000.de'")).ShouldBe(0);
        (await Database.ScalarAsync<long>($"SELECT sum((view->>'amount_tax')::bigint)::bigint FROM pay.refunds")).ShouldBe(333);
    }

    [Fact]
    public async Task A_refund_of_what_a_canceled_sale_left_takes_back_sale_and_tax()
    {
        var checkout = await CapturedAsync(tax: 333);
        var pending = await ReservedAsync(checkout, 400);
        await RecordAsync(Succeeded(await ReservedAsync(checkout, 600, RefundOrigin.Compensation), 1));
        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Canceled, 2));
        await RecordAsync(Failed(pending, 1));
        var again = await ReservedAsync(checkout, 400);
        again.View.AmountTax.ShouldBe(133);
        (await RecordAsync(Succeeded(again, 1))).AmountOfSale.ShouldBe(400);
        (await Database.QueryAsync<string>($"SELECT account || ' ' || sum(amount) FROM pay.ledger_postings GROUP BY account HAVING sum(amount) <> 0 ORDER BY 1"))
            .ShouldBe(["4000 -667", "4900 667"]);
    }

    [Fact]
    public async Task What_a_person_paid_by_the_bank_and_what_went_back_past_the_refunds_are_told_apart_from_what_the_provider_gave_back()
    {
        var checkout = await CapturedAsync();
        await RecordAsync(Succeeded(await ReservedAsync(checkout, 300), 1));
        var byBank = await ReservedAsync(checkout, 200);
        var paid = Step(byBank, 1, RefundStatus.Succeeded, new LedgerFact.RefundPaidOutside($"{byBank.Id}:paid_outside", Noon, Of(200)) { OfPayable = false });
        await RecordAsync(paid with { View = paid.View with { PaidOutside = "bank:SEPA-1" } });
        await ReservedAsync(checkout, 100);
        await Stores.Checkouts.WriteAsync(checkout.Step(CheckoutStatus.Completed, 5) with { RefundedOutside = 50 });
        var totals = (await Refunds.TotalsAsync(checkout.Id, Cancelled))!;
        (totals.Reserved, totals.Refunded, totals.PaidOutside, totals.RefundedOutside).ShouldBe((600, 500, 200, 50));
    }

    [Fact]
    public async Task Money_without_a_sale_pays_what_is_owed_and_no_tax()
    {
        var checkout = await CapturedAsync(tax: 333, status: CheckoutStatus.Expired, late: true);
        await RecordAsync(Succeeded(await ReservedAsync(checkout, null, RefundOrigin.LatePayment), 1));
        (await BooksAsync())[^1].ShouldBe("refund 2300 1000, 1010.stripe -1000");
    }

    [Fact]
    public async Task A_step_whose_books_are_refused_writes_nothing()
    {
        var checkout = await CapturedAsync();
        var first = await ReservedAsync(checkout, 300);
        await RecordAsync(Succeeded(first, 1));
        var second = await ReservedAsync(checkout, 400);
        var clash = Succeeded(second, 1) with { Facts = [new LedgerFact.RefundIssued($"{first.Id}:refund", Noon, "stripe", Of(400))] };
        await Should.ThrowAsync<LedgerConflictException>(() => Refunds.RecordAsync(clash, Noon, Cancelled));
        (await Refunds.FindAsync(second.Id, Cancelled))!.View.Status.ShouldBe(RefundStatus.Processing);
        (await Refunds.TotalsAsync(checkout.Id, Cancelled))!.Refunded.ShouldBe(300);
    }

    [Fact]
    public async Task A_key_makes_one_refund_and_its_dead_owners_refund_is_found()
    {
        var checkout = await CapturedAsync();
        var claim = new IdempotencyClaim("scope", "key", "hash", "gateway-a", TimeSpan.FromSeconds(5));
        var made = (await Refunds.CreateAsync(New(checkout, 300), claim, Cancelled)).ShouldBeOfType<CreateRefundOutcome.Created>().Refund;
        (await Refunds.CreateAsync(New(checkout, 300), claim, Cancelled)).ShouldBeOfType<CreateRefundOutcome.KeyRefused>();
        var later = New(checkout, 300) with { Now = Noon.AddSeconds(6) };
        (await Refunds.CreateAsync(later, claim with { Owner = "gateway-b" }, Cancelled)).ShouldBeOfType<CreateRefundOutcome.Existing>().Refund.Id.ShouldBe(made.Id);
        (await Refunds.TotalsAsync(checkout.Id, Cancelled))!.Reserved.ShouldBe(300);
    }

    [Fact]
    public async Task What_is_not_started_is_handed_to_one_at_a_time()
    {
        var checkout = await CapturedAsync();
        var refund = await ReservedAsync(checkout, 1);
        var second = Noon.AddSeconds(1);
        (await Refunds.TakeUnstartedAsync(second, second.AddSeconds(10), 10, Cancelled)).ShouldHaveSingleItem().Id.ShouldBe(refund.Id);
        (await Refunds.TakeUnstartedAsync(second, second.AddSeconds(10), 10, Cancelled)).ShouldBeEmpty();
        (await Refunds.TakeUnstartedAsync(second.AddSeconds(11), second.AddSeconds(30), 10, Cancelled)).ShouldHaveSingleItem();
        await Refunds.MarkStartedAsync(refund.Id, second, Cancelled);
        (await Refunds.TakeUnstartedAsync(second.AddMinutes(5), second.AddMinutes(6), 10, Cancelled)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_goes_from_the_newest_and_filters()
    {
        var checkout = await CapturedAsync("one");
        var other = await CapturedAsync("two");
        var made = new List<StoredRefund>();
        for (var number = 1; number <= 5; number++)
        {
            made.Add((await Refunds.CreateAsync(New(number == 3 ? other : checkout, number) with { Now = Noon.AddSeconds(number) }, null, Cancelled)).ShouldBeOfType<CreateRefundOutcome.Created>().Refund);
        }

        await RecordAsync(Succeeded(made[1], 1));
        async Task<long[]> AmountsAsync(RefundQuery query) => [.. (await Refunds.ListAsync(query, Cancelled)).Data.Select(refund => refund.View.Amount)];
        (await AmountsAsync(new RefundQuery())).ShouldBe([5, 4, 3, 2, 1]);
        (await AmountsAsync(new RefundQuery { Checkout = other.Id })).ShouldBe([3]);
        (await AmountsAsync(new RefundQuery { Status = RefundStatus.Succeeded })).ShouldBe([2]);
        (await AmountsAsync(new RefundQuery { Held = true })).ShouldBeEmpty();
        (await AmountsAsync(new RefundQuery { StartingAfter = made[3].Id, Limit = 2 })).ShouldBe([3, 2]);
        (await AmountsAsync(new RefundQuery { EndingBefore = made[1].Id, Limit = 2 })).ShouldBe([4, 3]);
    }

    [Theory]
    [InlineData("lost_or_stolen_card", FailureOwner.Issuer)]
    [InlineData("balance_insufficient", FailureOwner.Us)]
    [InlineData("evidence_refused", FailureOwner.Us)]
    [InlineData("unknown_outcome", FailureOwner.Provider)]
    public async Task A_refund_that_is_held_or_failed_is_counted_and_told_with_whoever_owns_the_failure(string code, FailureOwner owner)
    {
        var checkout = await CapturedAsync();
        var refund = await ReservedAsync(checkout, 300);
        var step = Step(refund, 1, RefundStatus.Processing);
        var held = new HeldView("refund", HoldReason.RefundFailed, Noon.AddMinutes(5), Noon.AddHours(4), "payment-operations", [HoldAction.Retry], $"{code}: why");
        await RecordAsync(step with { View = step.View with { Held = held, Failure = new RefundFailure(code, "why") } });
        var backlog = await Stores.Backlog.ReadAsync(Noon.AddSeconds(30), Cancelled);
        (backlog.UnstartedRefunds.Count, backlog.Holds[HoldReason.RefundFailed]).ShouldBe((1, 1));
        var waits = (await Stores.Transactions.ReadAsync(checkout.TransactionId, Cancelled))!;
        (waits.Owner, waits.Failure!.Code).ShouldBe((owner, "refund_failed"));

        var failed = Failed(refund, 2);
        await RecordAsync(failed with { View = failed.View with { Failure = new RefundFailure(code, "why"), CompletedAt = Noon.AddMinutes(9) } });
        var story = (await Stores.Transactions.ReadAsync(checkout.TransactionId, Cancelled))!;
        (story.Owner, story.Failure!.Code).ShouldBe((owner, code));
        story.Story.Where(line => line.Source == "refunds").Select(line => line.Title).ShouldBe(["Refund of EUR 3.00 reserved, for merchant", "Refund failed"]);
        (await Stores.Backlog.ReadAsync(Noon.AddSeconds(90), Cancelled)).Holds.ShouldBeEmpty();
    }

    private static Money Of(long minor) => new(minor, Currency.Parse("eur"));

    private static NewRefund New(StoredCheckout checkout, long? amount, RefundOrigin origin = RefundOrigin.Merchant) => new(
        new RefundInput { RefundId = RefundId.Parse($"ref_{Interlocked.Increment(ref ids)}"), CheckoutId = checkout.Id, Amount = amount, Origin = origin }, Defaults, Noon);

    private static RefundRecord Step(StoredRefund refund, int revision, RefundStatus status, params LedgerFact[] facts) => new()
    {
        RefundId = refund.Id,
        CheckoutId = refund.CheckoutId,
        TransactionId = refund.TransactionId,
        Merchant = refund.Merchant,
        View = refund.View with { Status = status, Revision = revision },
        Facts = facts,
    };

    private static RefundRecord Succeeded(StoredRefund refund, int revision) =>
        Step(refund, revision, RefundStatus.Succeeded, new LedgerFact.RefundIssued($"{refund.Id}:refund", Noon, "stripe", Of(refund.View.Amount)));

    private static RefundRecord Failed(StoredRefund refund, int revision) => Step(refund, revision, RefundStatus.Failed);

    private Task<RefundRecorded> RecordAsync(RefundRecord record) => Refunds.RecordAsync(record, Noon, Cancelled);

    private async Task<StoredCheckout> CapturedAsync(string order = "one", long tax = 0, CheckoutStatus status = CheckoutStatus.Completed, bool late = false)
    {
        var checkout = await Stores.Checkouts.WrittenAsync(Given.Checkout(order: order, price: Captured));
        TaxShare[] shares = tax == 0 ? [] : [new TaxShare("de", Of(tax))];
        var step = checkout.Step(status, 1);
        var view = step.View with
        {
            AmountCaptured = Captured,
            Payment = new PaymentReference("stripe", $"pi_{order}", "card"),
            Tax = tax == 0 ? null : new CheckoutTax("taxcalc_1", null, shares, "tax_1"),
        };
        LedgerFact fact = late
            ? new LedgerFact.LatePaymentReceived($"{checkout.Id}:late", Noon, "stripe", Of(Captured), null)
            : new LedgerFact.PaymentCaptured(LedgerReferences.Capture(checkout.WorkflowId, checkout.Attempt), Noon, "stripe", Of(Captured), null) { Taxes = shares };
        await Stores.Checkouts.WriteAsync(step with { View = view }, PostingRules.Entry(fact, checkout.Input.Merchant, checkout.TransactionId));
        return checkout with { View = view };
    }

    private async Task<StoredRefund> ReservedAsync(StoredCheckout checkout, long? amount, RefundOrigin origin = RefundOrigin.Merchant) =>
        (await Refunds.CreateAsync(New(checkout, amount, origin), claim: null, Cancelled)).ShouldBeOfType<CreateRefundOutcome.Created>().Refund;

    private async Task<(RefundProblemKind, long)> RefusedAsync(StoredCheckout checkout, long? amount)
    {
        var problem = (await Refunds.CreateAsync(New(checkout, amount), claim: null, Cancelled)).ShouldBeOfType<CreateRefundOutcome.Refused>().Problem;
        return (problem.Kind, problem.Available);
    }

    private Task<IReadOnlyList<string>> BooksAsync() => Sql.QueryAsync<string>(
        Database.Owner,
        """
        SELECT entry.kind || ' ' || string_agg(posting.account || ' ' || posting.amount, ', ' ORDER BY posting.line)
        FROM pay.ledger_entries entry JOIN pay.ledger_postings posting ON posting.entry_id = entry.id GROUP BY entry.id ORDER BY entry.id
        """);
}
