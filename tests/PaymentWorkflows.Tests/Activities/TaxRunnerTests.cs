using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Activities.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Steps;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>What a tax engine is told, it is told once.</summary>
public class TaxRunnerTests
{
    private static readonly AttemptKey Key = AttemptKey.Parse("checkout/acme/1:tax:1");
    private static readonly TaxAnswer Done = new(new StepVerdict.Done("tax_1"), null, KeyIsSpent: true);
    private static readonly TaxAnswer TimedOut = new(new StepVerdict.Unknown("No answer."), null, KeyIsSpent: false);
    private static readonly TaxAnswer Broken = new(new StepVerdict.Unknown("Stripe answered 500."), null, KeyIsSpent: true);
    private static readonly TaxAnswer Refused = new(new StepVerdict.Refused("calculation_expired", "No such calculation."), null, KeyIsSpent: true);

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryTaxStore store = new();
    private readonly List<string> sent = [];
    private readonly Queue<TaxAnswer> answers = new();

    [Fact]
    public async Task What_is_done_is_not_told_again()
    {
        answers.Enqueue(Done);
        (await RunAsync()).ShouldBe(Done.Verdict);
        (await RunAsync()).ShouldBe(Done.Verdict);
        sent.ShouldBe([Key.Value]);
    }

    [Fact]
    public async Task The_intent_is_written_before_the_engine_is_told()
    {
        await new TaxRunner(store, clock).RunAsync(
            Draft(),
            _ =>
            {
                store.Rows.ShouldHaveSingleItem().Value.Verdict.ShouldBeNull();
                return Task.FromResult(Done);
            },
            CancellationToken.None);
        store.Rows.Single().Value.Verdict.ShouldBe(Done.Verdict);
    }

    [Fact]
    public async Task A_process_that_dies_before_it_writes_asks_again_under_the_same_key()
    {
        store.LoseNextRecord = true;
        answers.Enqueue(Done);
        await Should.ThrowAsync<InvalidOperationException>(() => RunAsync());
        answers.Enqueue(Done);
        (await RunAsync()).ShouldBe(Done.Verdict);
        sent.ShouldBe([Key.Value, Key.Value]);
    }

    [Fact]
    public async Task A_timeout_is_an_open_outcome_that_is_asked_for_under_the_same_key_and_after_a_day_under_the_next()
    {
        answers.Enqueue(TimedOut);
        await Should.ThrowAsync<TaxUnresolvedException>(() => RunAsync());
        answers.Enqueue(TimedOut);
        await Should.ThrowAsync<TaxUnresolvedException>(() => RunAsync());
        clock.Advance(TimeSpan.FromHours(23));
        answers.Enqueue(Done);
        (await RunAsync()).ShouldBe(Done.Verdict);
        sent.ShouldBe([Key.Value, Key.Value, $"{Key}#1"]);
    }

    [Fact]
    public async Task After_an_hour_a_person_is_told_of_an_open_outcome()
    {
        answers.Enqueue(TimedOut);
        await Should.ThrowAsync<TaxUnresolvedException>(() => RunAsync());
        clock.Advance(TimeSpan.FromHours(1));
        answers.Enqueue(TimedOut);
        (await RunAsync()).ShouldBe(TimedOut.Verdict);
    }

    [Fact]
    public async Task An_answer_that_the_engine_keeps_under_a_key_is_asked_for_under_the_next()
    {
        answers.Enqueue(Broken);
        await Should.ThrowAsync<TaxUnresolvedException>(() => RunAsync());
        answers.Enqueue(Refused);
        (await RunAsync()).ShouldBe(Refused.Verdict);
        answers.Enqueue(Done);
        (await RunAsync()).ShouldBe(Done.Verdict);
        sent.ShouldBe([Key.Value, $"{Key}#1", $"{Key}#2"]);
    }

    [Fact]
    public async Task A_calculation_that_was_made_anew_is_the_same_sale_under_the_next_key()
    {
        answers.Enqueue(TimedOut);
        await Should.ThrowAsync<TaxUnresolvedException>(() => RunAsync("calc_1"));
        answers.Enqueue(Done);
        (await RunAsync("calc_2")).ShouldBe(Done.Verdict);
        sent.ShouldBe([Key.Value, $"{Key}#1"]);
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_an_error_and_tells_nothing()
    {
        answers.Enqueue(Done);
        await RunAsync();
        await Should.ThrowAsync<AttemptKeyReusedException>(() => new TaxRunner(store, clock).RunAsync(Draft() with { RequestHash = "other" }, Send, CancellationToken.None));
        sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_comes_late_does_not_tell_what_another_process_is_telling()
    {
        answers.Enqueue(Broken);
        await Should.ThrowAsync<TaxUnresolvedException>(() => RunAsync());
        var runner = new TaxRunner(new OvertakenStore(store), clock);
        await Should.ThrowAsync<TaxUnresolvedException>(() => runner.RunAsync(Draft(), Send, CancellationToken.None));
        sent.Count.ShouldBe(1);
    }

    private static TaxDraft Draft(string calculation = "calc_1") => new(Key, "commit", "commit txn_1", calculation, "stripe", TransactionId.Parse("txn_1"), null);

    private Task<StepVerdict> RunAsync(string calculation = "calc_1") => new TaxRunner(store, clock).RunAsync(Draft(calculation), Send, CancellationToken.None);

    private Task<TaxAnswer> Send(string key)
    {
        sent.Add(key);
        return Task.FromResult(answers.Dequeue());
    }

    /// <summary>Between this process's look and its note, another one has noted a later send.</summary>
    private sealed class OvertakenStore(MemoryTaxStore inner) : ITaxTransactionStore
    {
        public Task<TaxClaim> ClaimAsync(TaxDraft draft, DateTimeOffset now, CancellationToken cancellationToken) => inner.ClaimAsync(draft, now, cancellationToken);

        public Task<bool> ResendAsync(AttemptKey key, int sendNumber, string content, DateTimeOffset now, CancellationToken cancellationToken) => Task.FromResult(false);

        public Task<StepVerdict> RecordAsync(AttemptKey key, TaxAnswer answer, DateTimeOffset now, CancellationToken cancellationToken) => inner.RecordAsync(key, answer, now, cancellationToken);

        public Task<TaxLeft?> LeftOfAsync(string providerId, CancellationToken cancellationToken) => inner.LeftOfAsync(providerId, cancellationToken);
    }
}
