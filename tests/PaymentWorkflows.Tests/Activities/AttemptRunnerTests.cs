using CsCheck;
using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>The one place that sends money requests, against a provider that fails in every documented way.</summary>
public class AttemptRunnerTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryAttemptStore store = new();
    private readonly ScriptedProvider provider;

    public AttemptRunnerTests() => provider = new ScriptedProvider(clock);

    [Fact]
    public async Task What_is_confirmed_is_not_sent_again()
    {
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Succeeded>();
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Succeeded>();
        provider.Sends.ShouldBe(["k"]);
    }

    [Fact]
    public async Task The_intent_is_written_before_the_act()
    {
        provider.OnSend = () => store.Rows.ShouldHaveSingleItem().Value.Verdict.ShouldBeNull();
        await RunAsync();
        provider.Sends.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_an_error_and_sends_nothing()
    {
        await RunAsync(amount: 100);
        await Should.ThrowAsync<AttemptKeyReusedException>(() => RunAsync(amount: 200));
        provider.Sends.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Evidence_that_a_person_adds_does_not_change_what_the_key_stands_for()
    {
        provider.Next(Fault.CommitThenHang);
        await RunAsync();
        (await RunAsync(evidence: "pi_1")).ShouldBeOfType<MoneyVerdict.Succeeded>();
    }

    [Fact]
    public async Task A_timeout_after_the_provider_acted_is_found_and_not_sent_again()
    {
        provider.Next(Fault.CommitThenHang);
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Unknown>();
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Succeeded>();
        provider.Sends.ShouldBe(["k"]);
    }

    [Fact]
    public async Task A_timeout_before_the_provider_acted_is_sent_again_under_the_same_key()
    {
        provider.Next(Fault.HangThenDrop);
        await RunAsync();
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Succeeded>();
        provider.Sends.ShouldBe(["k", "k"]);
    }

    [Fact]
    public async Task After_a_stored_500_a_new_key_is_used_but_only_once_absence_is_proven()
    {
        provider.Next(Fault.Stored500);
        await RunAsync();
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Unknown>();
        provider.Sends.ShouldBe(["k"]);

        clock.Advance(provider.SearchLag);
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Succeeded>();
        provider.Sends.ShouldBe(["k", "k#1"]);
    }

    [Fact]
    public async Task A_key_that_the_provider_may_have_forgotten_is_sent_only_after_absence_is_proven()
    {
        provider.Next(Fault.CommitThenHang);
        await RunAsync();
        provider.HideFromSearchUntil(clock.GetUtcNow() + TimeSpan.FromHours(25) + TimeSpan.FromMinutes(1));
        clock.Advance(TimeSpan.FromHours(25));
        provider.ForgetKeys();

        // The index is stale and the key is gone: only the wait for the index stands between us and a second charge.
        await store.ResendAsync(AttemptKey.Parse("k"), 0, clock.GetUtcNow(), default);
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Unknown>();
        clock.Advance(provider.SearchLag);
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Succeeded>();
        provider.Charges.ShouldBe(1);
    }

    [Fact]
    public async Task Refused_credentials_are_tried_again_under_the_same_key()
    {
        provider.Next(Fault.Unauthorized);
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.NotAttempted>().Cause.ShouldBe(RefusalCause.Credentials);
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Succeeded>();
        provider.Sends.ShouldBe(["k", "k"]);
    }

    [Theory]
    [InlineData(Fault.CommitThenHang)]
    [InlineData(Fault.HangThenDrop)]
    public async Task Credentials_that_are_refused_to_a_look_up_say_nothing_of_what_was_sent(Fault fault)
    {
        provider.Next(fault);
        await RunAsync();
        provider.RefusesKey = true;
        var refused = (await RunAsync()).ShouldBeOfType<MoneyVerdict.NotAttempted>();
        (refused.Cause, refused.Code).ShouldBe((RefusalCause.Credentials, MoneyVerdict.NotAttempted.LookUpRefused));
        RefundDecider.AfterAnswer(new Money(100, Currency.Parse("eur")), refused).ShouldBeOfType<RefundDecision.Hold>().MovedNothing.ShouldBeFalse();
        store.Rows.ShouldHaveSingleItem().Value.Verdict.ShouldBeOfType<MoneyVerdict.Unknown>();
        provider.RefusesKey = false;
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Succeeded>();
        provider.Charges.ShouldBe(1);
    }

    [Fact]
    public async Task Credentials_that_are_refused_to_the_request_itself_moved_nothing()
    {
        provider.Next(Fault.Unauthorized);
        await RunAsync();
        provider.RefusesKey = true;
        RefundDecider.AfterAnswer(new Money(100, Currency.Parse("eur")), await RunAsync()).ShouldBeOfType<RefundDecision.Hold>().MovedNothing.ShouldBeTrue();
    }

    [Fact]
    public async Task Credentials_that_are_refused_to_a_resend_say_nothing_of_the_send_before()
    {
        provider.Next(Fault.HangThenDrop);
        provider.Next(Fault.Unauthorized);
        await RunAsync();
        var refused = (await RunAsync()).ShouldBeOfType<MoneyVerdict.NotAttempted>();
        (refused.Cause, refused.Code).ShouldBe((RefusalCause.Credentials, MoneyVerdict.NotAttempted.LookUpRefused));
        store.Rows["k"].Verdict.ShouldBeOfType<MoneyVerdict.Unknown>();
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Succeeded>();
        provider.Sends.ShouldBe(["k", "k", "k"]);
    }

    [Fact]
    public async Task A_look_up_that_is_refused_leaves_what_is_known_to_be_pending()
    {
        provider.Next(Fault.CommitThenHang);
        await RunAsync();
        store.Rows["k"] = store.Rows["k"] with { Verdict = new MoneyVerdict.Pending(((MoneyVerdict.Succeeded)await provider.ReadAsync("pi_1", CancellationToken.None)).Payment, null) };
        provider.RefusesLooks = true;
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Unknown>();
        store.Rows["k"].Verdict.ShouldBeOfType<MoneyVerdict.Pending>();
    }

    [Fact]
    public async Task What_was_taken_back_before_it_was_sent_is_not_sent_any_more()
    {
        (await UndoAsync()).ShouldBeOfType<MoneyVerdict.NotAttempted>().Cause.ShouldBe(RefusalCause.Absent);
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.NotAttempted>().Code.ShouldBe("withdrawn");
        provider.Sends.ShouldBeEmpty();

        // Run again it says the same at once.
        (await UndoAsync()).ShouldBeOfType<MoneyVerdict.NotAttempted>().Cause.ShouldBe(RefusalCause.Absent);
    }

    [Fact]
    public async Task What_is_being_sent_is_not_said_to_be_absent_before_the_search_must_know_it()
    {
        provider.Next(Fault.HangThenDrop);
        await RunAsync();
        (await UndoAsync()).ShouldBeOfType<MoneyVerdict.Unknown>();
        clock.Advance(provider.SearchLag);
        (await UndoAsync()).ShouldBeOfType<MoneyVerdict.NotAttempted>().Cause.ShouldBe(RefusalCause.Absent);
    }

    [Theory]
    [InlineData("k", true)]
    [InlineData("k.other", false)]
    public async Task A_payment_that_an_event_named_is_read_by_its_id_and_counts_when_it_is_this_attempts(string key, bool counts)
    {
        provider.HideFromSearchUntil(DateTimeOffset.MaxValue);
        await provider.SendAsync("k");
        var found = await PaymentLookUp.FindAsync(provider, "pi_1", AttemptKey.Parse(key), CancellationToken.None);
        (found is MoneyVerdict.Succeeded).ShouldBe(counts);
        (await PaymentLookUp.FindAsync(provider, null, AttemptKey.Parse(key), CancellationToken.None)).ShouldBeOfType<MoneyVerdict.NotAttempted>();
    }

    [Fact]
    public async Task An_undo_finds_a_payment_that_an_event_named_while_the_search_does_not_show_it()
    {
        provider.HideFromSearchUntil(DateTimeOffset.MaxValue);
        provider.Next(Fault.CommitThenHang);
        await RunAsync();
        clock.Advance(provider.SearchLag);
        (await UndoAsync("pi_1")).ShouldBeOfType<MoneyVerdict.Succeeded>();
    }

    [Fact]
    public void The_order_of_metadata_does_not_change_what_a_key_stands_for()
    {
        RefundRequest Refund(params (string Key, string Value)[] metadata) => new()
        {
            Key = AttemptKey.Parse("k"),
            TransactionId = TransactionId.Parse("txn_1"),
            WorkflowId = "refund/ref_1",
            PaymentId = "pi_1",
            Amount = new Money(100, Currency.Parse("eur")),
            Metadata = metadata.ToDictionary(one => one.Key, one => one.Value),
        };
        var asSent = RequestHash.Of(Refund(("ticket_id", "7"), ("agent", "dana")));
        RequestHash.Of(Refund(("agent", "dana"), ("ticket_id", "7"))).ShouldBe(asSent);
        RequestHash.Of(Refund(("agent", "dana"), ("ticket_id", "8"))).ShouldNotBe(asSent);
    }

    [Fact]
    public async Task A_look_up_that_is_refused_does_not_turn_unknown_into_known()
    {
        provider.Next(Fault.CommitThenHang);
        await RunAsync();
        provider.RefusesLooks = true;
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Unknown>();
        provider.RefusesLooks = false;
        (await RunAsync()).ShouldBeOfType<MoneyVerdict.Succeeded>();
        provider.Charges.ShouldBe(1);
    }

    [Fact]
    public async Task A_changed_request_is_sent_under_its_own_key_once_the_refused_one_is_known_to_have_moved_nothing()
    {
        provider.Next(Fault.Refused);
        (await AuthorizeAsync("k", null)).ShouldBeOfType<MoneyVerdict.NotAttempted>().Cause.ShouldBe(RefusalCause.Request);
        (await AuthorizeAsync("k.1", "k")).ShouldBeOfType<MoneyVerdict.Succeeded>();
        provider.Sends.ShouldBe(["k", "k.1"]);
        store.Rows["k"].Verdict.ShouldBeOfType<MoneyVerdict.NotAttempted>();
    }

    [Theory]
    [InlineData(Fault.None)]
    [InlineData(Fault.CommitThenHang)]
    [InlineData(Fault.HangThenDrop)]
    [InlineData(Fault.Stored500)]
    [InlineData(Fault.Unauthorized)]
    [InlineData(Fault.Declined)]
    public async Task A_request_that_may_have_moved_money_is_not_replaced(Fault fault)
    {
        provider.Next(fault);
        await AuthorizeAsync("k", null);
        await Should.ThrowAsync<AttemptKeyReusedException>(() => AuthorizeAsync("k.1", "k"));
        await Should.ThrowAsync<AttemptKeyReusedException>(() => AuthorizeAsync("k.2", "k.1"));
        provider.Sends.ShouldBe(["k"]);
    }

    [Fact]
    public async Task Whatever_breaks_in_whatever_order_the_money_moves_at_most_once_and_in_the_end_it_is_known() =>
        await Gen.Select(Gen.Enum<Fault>().Array[0, 6], Gen.Int[0, 1_600].Array[8], Gen.Bool.Array[8]).SampleAsync(async (faults, waits, crashes) =>
        {
            var world = new AttemptRunnerTests();
            foreach (var fault in faults)
            {
                world.provider.Next(fault);
            }

            for (var round = 0; round < 8; round++)
            {
                world.store.LoseNextRecord = crashes[round];
                try
                {
                    await world.RunAsync();
                }
                catch (Exception lost) when (lost is ProviderBusyException or WorkerDiedException)
                {
                    // The activity is run again, as Temporal does.
                }

                world.provider.Charges.ShouldBeLessThanOrEqualTo(1);
                world.clock.Advance(TimeSpan.FromMinutes(waits[round]));
            }

            world.store.LoseNextRecord = false;
            MoneyVerdict last;
            do
            {
                world.clock.Advance(TimeSpan.FromHours(1));
                last = await world.RunAsync();
            }
            while (last is not (MoneyVerdict.Succeeded or MoneyVerdict.Declined));

            world.provider.Charges.ShouldBe(last is MoneyVerdict.Succeeded ? 1 : 0);
        }, iter: 2_000, threads: 1);

    private Task<MoneyVerdict> RunAsync(long amount = 100, string? evidence = null)
    {
        var request = new CaptureRequest
        {
            Key = AttemptKey.Parse("k"),
            TransactionId = TransactionId.Parse("txn_1"),
            WorkflowId = "checkout/acme/1",
            PaymentId = "pi_1",
            Amount = new Money(amount, Currency.Parse("eur")),
            Evidence = evidence,
        };
        return new AttemptRunner(store, clock).RunAsync(
            request, "capture", provider, key => provider.SendAsync(key), _ => provider.LookAsync(), CancellationToken.None);
    }

    private Task<MoneyVerdict> UndoAsync(string? seen = null)
    {
        var request = new UndoRequest
        {
            Key = AttemptKey.Parse("k.undo"),
            OriginalKey = AttemptKey.Parse("k"),
            SeenPaymentId = seen,
            TransactionId = TransactionId.Parse("txn_1"),
            WorkflowId = "checkout/acme/1",
            Reason = "no longer wanted",
        };
        return new PaymentUndo(provider, store, clock).UndoAsync(request, "k.undo", CancellationToken.None);
    }

    private Task<MoneyVerdict> AuthorizeAsync(string key, string? replaces)
    {
        var request = new AuthorizeRequest
        {
            Key = AttemptKey.Parse(key),
            Replaces = replaces is null ? null : AttemptKey.Parse(replaces),
            TransactionId = TransactionId.Parse("txn_1"),
            WorkflowId = "checkout/acme/1",
            CheckoutId = CheckoutId.Parse("chk_1"),
            Merchant = MerchantId.Parse("acme"),
            Order = OrderId.Parse("1"),
            Amount = new Money(100, Currency.Parse("eur")),
            PaymentMethodType = "card",
            CaptureAtOnce = true,
        };
        return new AttemptRunner(store, clock).RunAsync(
            request, "authorize", provider, one => provider.SendAsync(one), _ => provider.LookAsync(), CancellationToken.None);
    }
}
