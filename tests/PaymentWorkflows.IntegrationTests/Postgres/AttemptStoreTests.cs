using CsCheck;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>What is written about each attempt to move money.</summary>
public sealed class AttemptStoreTests(PostgresFixture server) : PostgresTests(server)
{
    private const int Callers = 50;
    private static readonly Money Amount = new(1000, Currency.Parse("eur"));
    private static readonly AttemptKey Key = AttemptKey.Of("checkout/acme/order-1", "authorize", 1);

    private static readonly MoneyVerdict.Succeeded Success = new(Payment("pi_1"));
    private static readonly MoneyVerdict.Declined Decline = new(new Decline("insufficient_funds", DeclineCategory.Soft, "try_again_later", "No."), Payment("pi_1"));
    private static readonly MoneyVerdict.Pending Pending = new(Payment("pi_1"), new NextAction("redirect", "https://bank.example/3ds", "data", Noon.AddHours(1)));
    private static readonly MoneyVerdict.NotAttempted Refusal = new(RefusalCause.Credentials, "invalid_api_key", "The key was refused.");
    private static readonly MoneyVerdict.Unknown Unknown = new(UnknownCause.Timeout, "No answer in time.");
    private static readonly MoneyVerdict[] Verdicts = [Success, Decline, Pending, Refusal, Unknown];

    public static TheoryData<int> EachVerdict => [.. Enumerable.Range(0, Verdicts.Length)];

    private IAttemptStore Store => Stores.Attempts;

    [Fact]
    public async Task An_attempt_that_many_claim_at_once_belongs_to_one()
    {
        IAttemptStore[] processes = [Store, Database.Open().Attempts];

        var claims = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => processes[caller % 2].ClaimAsync(Draft(), Noon.AddSeconds(caller), Cancelled)));

        var first = claims.Where(claim => claim.IsNew).ShouldHaveSingleItem().Attempt;
        claims.ShouldAllBe(claim => claim.Attempt == first);
        (await Database.CountAsync("payment_attempts")).ShouldBe(1);
    }

    [Fact]
    public async Task A_claimed_attempt_is_found_as_it_was_written()
    {
        (await Store.FindAsync(Key, Cancelled)).ShouldBeNull();

        await Store.ClaimAsync(Draft(), Noon, Cancelled);

        (await Store.FindAsync(Key, Cancelled)).ShouldBe(new PaymentAttempt
        {
            Key = Key,
            Operation = "authorize",
            RequestHash = "hash",
            TransactionId = TransactionId.Parse("txn_1"),
            WorkflowId = "checkout/acme/order-1",
            SendNumber = 0,
            FirstSentAt = Noon,
            LastSentAt = Noon,
            Verdict = null,
        });
    }

    [Fact]
    public async Task A_second_claim_with_another_request_is_told_what_the_key_stands_for()
    {
        await Store.ClaimAsync(Draft(), Noon, Cancelled);

        var second = await Store.ClaimAsync(Draft() with { RequestHash = "other" }, Noon, Cancelled);

        second.IsNew.ShouldBeFalse();
        second.Attempt.RequestHash.ShouldBe("hash");
    }

    [Theory]
    [MemberData(nameof(EachVerdict))]
    public async Task A_verdict_is_read_as_it_was_recorded(int number)
    {
        await Store.ClaimAsync(Draft(), Noon, Cancelled);

        (await Store.RecordAsync(Key, Verdicts[number], Noon, Cancelled)).ShouldBe(Verdicts[number]);

        (await Store.FindAsync(Key, Cancelled))!.Verdict.ShouldBe(Verdicts[number]);
        (await Store.ClaimAsync(Draft(), Noon, Cancelled)).Attempt.Verdict.ShouldBe(Verdicts[number]);
    }

    [Fact]
    public async Task A_verdict_for_an_attempt_that_nobody_claimed_is_an_error() =>
        await Should.ThrowAsync<InvalidOperationException>(() => Store.RecordAsync(Key, Success, Noon, Cancelled));

    [Fact]
    public async Task In_any_sequence_of_verdicts_the_first_final_one_stays_and_until_then_the_last_counts()
    {
        var attempts = 0;
        await Gen.Int[0, Verdicts.Length - 1].List[1, 6].SampleAsync(
            async sequence =>
            {
                var key = AttemptKey.Of("checkout/acme/order-2", "authorize", ++attempts);
                await Store.ClaimAsync(Draft(key), Noon, Cancelled);
                MoneyVerdict? expected = null;
                foreach (var verdict in sequence.Select(number => Verdicts[number]))
                {
                    expected = IsFinal(expected) ? expected : verdict;
                    (await Store.RecordAsync(key, verdict, Noon, Cancelled)).ShouldBe(expected);
                }

                (await Store.FindAsync(key, Cancelled))!.Verdict.ShouldBe(expected);
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public async Task Final_verdicts_that_are_recorded_at_once_become_one_and_everybody_is_told_that_one()
    {
        IAttemptStore[] processes = [Store, Database.Open().Attempts];
        await Store.ClaimAsync(Draft(), Noon, Cancelled);
        await Store.RecordAsync(Key, Unknown, Noon, Cancelled);

        var told = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller =>
            processes[caller % 2].RecordAsync(Key, caller % 3 == 0 ? Decline : new MoneyVerdict.Succeeded(Payment($"pi_{caller}")), Noon, Cancelled)));

        var recorded = (await Store.FindAsync(Key, Cancelled))!.Verdict;
        IsFinal(recorded).ShouldBeTrue();
        told.ShouldAllBe(verdict => verdict == recorded);
    }

    [Fact]
    public async Task A_verdict_that_waits_for_another_to_be_committed_is_told_that_one()
    {
        await Store.ClaimAsync(Draft(), Noon, Cancelled);
        Task<MoneyVerdict> late;
        await using (var other = await Sql.OpenAsync(Database.Owner))
        {
            await using var transaction = await other.BeginTransactionAsync(Cancelled);
            await using var decline = new Npgsql.NpgsqlCommand(
                """UPDATE pay.payment_attempts SET state = 'declined', verdict = '{"verdict":"declined","decline":{"code":"lost_card","category":"hard","advice":"use_another_method","message":"No."}}'""", other, transaction);
            await decline.ExecuteNonQueryAsync(Cancelled);
            late = Store.RecordAsync(Key, Success, Noon, Cancelled);
            await Database.UntilBlockedAsync(1);
            await transaction.CommitAsync(Cancelled);
        }

        (await late).ShouldBeOfType<MoneyVerdict.Declined>().Decline.Code.ShouldBe("lost_card");
    }

    [Fact]
    public async Task A_late_caller_with_a_smaller_send_number_changes_nothing()
    {
        await Store.ClaimAsync(Draft(), Noon, Cancelled);

        (await Store.ResendAsync(Key, 0, Noon.AddMinutes(1), Cancelled)).ShouldBeTrue();
        (await Store.ResendAsync(Key, 2, Noon.AddMinutes(2), Cancelled)).ShouldBeTrue();
        (await Store.ResendAsync(Key, 1, Noon.AddMinutes(3), Cancelled)).ShouldBeFalse();

        var attempt = (await Store.FindAsync(Key, Cancelled))!;
        attempt.SendNumber.ShouldBe(2);
        attempt.FirstSentAt.ShouldBe(Noon);
        attempt.LastSentAt.ShouldBe(Noon.AddMinutes(2));
        attempt.ProviderKey.ShouldBe($"{Key}#2");
    }

    [Fact]
    public async Task Send_numbers_that_come_at_once_in_any_order_leave_the_largest()
    {
        await Store.ClaimAsync(Draft(), Noon, Cancelled);
        int[] numbers = [.. Enumerable.Range(1, Callers)];
        new Random(7).Shuffle(numbers);

        var taken = await Task.WhenAll(numbers.Select(number => Store.ResendAsync(Key, number, Noon, Cancelled)));

        (await Store.FindAsync(Key, Cancelled))!.SendNumber.ShouldBe(Callers);
        taken[Array.IndexOf(numbers, Callers)].ShouldBeTrue();
    }

    [Fact]
    public async Task An_attempt_with_a_final_verdict_is_not_sent_again()
    {
        await Store.ClaimAsync(Draft(), Noon, Cancelled);
        await Store.RecordAsync(Key, Decline, Noon, Cancelled);

        (await Store.ResendAsync(Key, 1, Noon.AddMinutes(1), Cancelled)).ShouldBeFalse();

        (await Store.FindAsync(Key, Cancelled))!.SendNumber.ShouldBe(0);
    }

    private static bool IsFinal(MoneyVerdict? verdict) => verdict is MoneyVerdict.Succeeded or MoneyVerdict.Declined;

    private static AttemptDraft Draft(AttemptKey? key = null) =>
        new(key ?? Key, "authorize", "hash", "stripe", TransactionId.Parse("txn_1"), "checkout/acme/order-1");

    private static ProviderPayment Payment(string id) => new()
    {
        Provider = "stripe",
        Id = id,
        State = PaymentState.Captured,
        Amount = Amount,
        Capturable = Money.Zero(Amount.Currency),
        Captured = Amount,
        Fee = new Money(59, Amount.Currency),
        ChargeId = "ch_1",
        CaptureBefore = Noon.AddDays(7),
        AttemptKey = Key.Value,
    };
}
