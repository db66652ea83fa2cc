using CsCheck;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>A caller's key stands for one request, one owner at a time and one answer.</summary>
public sealed class IdempotencyStoreTests(PostgresFixture server) : PostgresTests(server)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly StoredResponse Answer = new(201, """{"id":"chk_1"}""");

    private IIdempotencyStore Keys => Stores.Keys;

    [Fact]
    public async Task A_new_key_is_granted_and_belongs_to_its_owner_while_the_lease_runs()
    {
        (await Keys.ClaimAsync(Claim(), Noon, Cancelled)).ShouldBe(new KeyOutcome.Granted(null));

        (await Keys.ClaimAsync(Claim("gateway-b"), Noon.AddSeconds(20), Cancelled)).ShouldBe(new KeyOutcome.InFlight(TimeSpan.FromSeconds(40)));
        (await Keys.ClaimAsync(Claim("gateway-a"), Noon.AddSeconds(20), Cancelled)).ShouldBe(new KeyOutcome.InFlight(TimeSpan.FromSeconds(40)));
        (await Keys.ClaimAsync(Claim("gateway-b"), Noon.AddSeconds(59.5), Cancelled)).ShouldBe(new KeyOutcome.InFlight(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task A_renewed_lease_begins_anew_for_its_owner_alone_and_only_while_there_is_no_answer()
    {
        await Keys.ClaimAsync(Claim(), Noon, Cancelled);
        (await Keys.RenewAsync(Claim(), Noon.AddSeconds(50), Cancelled)).ShouldBeTrue();
        (await Keys.RenewAsync(Claim("gateway-b"), Noon.AddSeconds(100), Cancelled)).ShouldBeFalse();
        (await Keys.ClaimAsync(Claim("gateway-b"), Noon.AddSeconds(100), Cancelled)).ShouldBe(new KeyOutcome.InFlight(TimeSpan.FromSeconds(10)));
        (await Keys.ClaimAsync(Claim("gateway-b"), Noon.AddSeconds(110), Cancelled)).ShouldBe(new KeyOutcome.Granted(null));
        (await Keys.RenewAsync(Claim(), Noon.AddSeconds(111), Cancelled)).ShouldBeFalse();

        await Keys.CompleteAsync(Claim("gateway-b"), Answer, Noon.AddSeconds(111), Cancelled);
        (await Keys.RenewAsync(Claim("gateway-b"), Noon.AddSeconds(112), Cancelled)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_answered_key_repeats_its_answer_for_ever()
    {
        await Keys.ClaimAsync(Claim(), Noon, Cancelled);
        (await Keys.CompleteAsync(Claim(), Answer, Noon, Cancelled)).ShouldBeTrue();

        (await Keys.ClaimAsync(Claim("gateway-b"), Noon, Cancelled)).ShouldBe(new KeyOutcome.Replay(Answer));
        (await Keys.ClaimAsync(Claim("gateway-b"), Noon.AddDays(29), Cancelled)).ShouldBe(new KeyOutcome.Replay(Answer));
        (await Keys.CompleteAsync(Claim(), new StoredResponse(500, "{}"), Noon, Cancelled)).ShouldBeFalse();
        (await Keys.ClaimAsync(Claim("gateway-b"), Noon, Cancelled)).ShouldBe(new KeyOutcome.Replay(Answer));
    }

    [Fact]
    public async Task A_key_that_comes_with_another_request_is_reused_whatever_became_of_it()
    {
        var other = Claim() with { RequestHash = "other" };
        await Keys.ClaimAsync(Claim(), Noon, Cancelled);

        (await Keys.ClaimAsync(other, Noon, Cancelled)).ShouldBe(new KeyOutcome.Reused());
        (await Keys.ClaimAsync(other, Noon + (2 * Lease), Cancelled)).ShouldBe(new KeyOutcome.Reused());
        await Keys.CompleteAsync(Claim(), Answer, Noon, Cancelled);
        (await Keys.ClaimAsync(other, Noon, Cancelled)).ShouldBe(new KeyOutcome.Reused());
    }

    [Fact]
    public async Task The_same_key_of_another_scope_is_another_key()
    {
        await Keys.ClaimAsync(Claim(), Noon, Cancelled);

        (await Keys.ClaimAsync(Claim() with { Scope = "other", RequestHash = "other" }, Noon, Cancelled)).ShouldBe(new KeyOutcome.Granted(null));
    }

    [Fact]
    public async Task A_key_whose_lease_ran_out_is_taken_over_with_what_its_dead_owner_had_written()
    {
        var created = (await Stores.Checkouts.CreateAsync(Given.Checkout(), Claim(), Cancelled)).ShouldBeOfType<CreateCheckoutOutcome.Created>().Checkout;

        (await Keys.ClaimAsync(Claim("gateway-b"), Noon + Lease, Cancelled)).ShouldBe(new KeyOutcome.Granted(created.Id.Value));
    }

    [Fact]
    public async Task An_owner_whose_key_was_taken_over_cannot_answer_it_or_give_it_back()
    {
        await Keys.ClaimAsync(Claim(), Noon, Cancelled);
        await Keys.ClaimAsync(Claim("gateway-b"), Noon + Lease, Cancelled);

        (await Keys.CompleteAsync(Claim(), Answer, Noon + Lease, Cancelled)).ShouldBeFalse();
        await Keys.ReleaseAsync(Claim(), Cancelled);

        (await Keys.ClaimAsync(Claim("gateway-c"), Noon + Lease, Cancelled)).ShouldBe(new KeyOutcome.InFlight(Lease));
        (await Keys.CompleteAsync(Claim("gateway-b"), Answer, Noon + Lease, Cancelled)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_late_owner_whose_key_nobody_took_over_still_answers_it()
    {
        await Keys.ClaimAsync(Claim(), Noon, Cancelled);

        (await Keys.CompleteAsync(Claim(), Answer, Noon + (3 * Lease), Cancelled)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_released_key_is_granted_at_once_even_for_another_request()
    {
        await Keys.ClaimAsync(Claim(), Noon, Cancelled);

        await Keys.ReleaseAsync(Claim(), Cancelled);

        (await Keys.ClaimAsync(Claim("gateway-b") with { RequestHash = "other" }, Noon, Cancelled)).ShouldBe(new KeyOutcome.Granted(null));
    }

    [Fact]
    public async Task A_released_key_that_has_made_something_keeps_it()
    {
        var created = (await Stores.Checkouts.CreateAsync(Given.Checkout(), Claim(), Cancelled)).ShouldBeOfType<CreateCheckoutOutcome.Created>().Checkout;

        await Keys.ReleaseAsync(Claim(), Cancelled);

        (await Keys.ClaimAsync(Claim("gateway-b") with { RequestHash = "other" }, Noon, Cancelled)).ShouldBe(new KeyOutcome.Reused());
        (await Keys.ClaimAsync(Claim("gateway-b"), Noon, Cancelled)).ShouldBe(new KeyOutcome.Granted(created.Id.Value));
    }

    [Fact]
    public async Task An_answered_key_cannot_be_given_back()
    {
        await Keys.ClaimAsync(Claim(), Noon, Cancelled);
        await Keys.CompleteAsync(Claim(), Answer, Noon, Cancelled);

        await Keys.ReleaseAsync(Claim(), Cancelled);

        (await Keys.ClaimAsync(Claim(), Noon, Cancelled)).ShouldBe(new KeyOutcome.Replay(Answer));
    }

    [Fact]
    public async Task Old_keys_are_deleted_and_counted()
    {
        foreach (var day in Enumerable.Range(0, 5))
        {
            await Keys.ClaimAsync(Claim(key: $"k{day}"), Noon.AddDays(day), Cancelled);
        }

        (await Keys.PruneAsync(Noon.AddDays(3), Cancelled)).ShouldBe(3);
        (await Database.QueryAsync<string>($"SELECT key FROM pay.idempotency_keys ORDER BY 1")).ShouldBe(["k3", "k4"]);
    }

    [Fact]
    public async Task Of_two_gateways_that_race_for_a_key_exactly_one_gets_it_every_time()
    {
        IIdempotencyStore[] gateways = [Keys, Database.Open().Keys];
        foreach (var race in Enumerable.Range(0, 50))
        {
            // Every second race is for a key whose owner is dead.
            if (race % 2 == 1)
            {
                await Keys.ClaimAsync(Claim("gateway-dead", $"k{race}"), Noon - Lease, Cancelled);
            }

            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(call => gateways[call % 2].ClaimAsync(Claim($"gateway-{call}", $"k{race}"), Noon, Cancelled)));

            outcomes.OfType<KeyOutcome.Granted>().ShouldHaveSingleItem();
            outcomes.OfType<KeyOutcome.InFlight>().Count().ShouldBe(7);
        }
    }

    [Fact]
    public async Task In_any_sequence_of_calls_the_table_answers_as_the_rules_say()
    {
        var round = 0;
        await Gen.Select(Gen.Enum<Call>(), Gen.Int[0, 1], Gen.Int[0, 2], Gen.Frequency((5, "hash"), (1, "other")), Gen.Int[0, 40]).List[1, 25].SampleAsync(
            async calls =>
            {
                var rules = new IdempotencyRules();
                var scope = $"round-{++round}";
                var now = Noon.AddYears(round);
                foreach (var (call, key, owner, hash, seconds) in calls)
                {
                    now = now.AddSeconds(seconds);
                    var claim = new IdempotencyClaim(scope, $"k{key}", hash, $"gateway-{owner}", Lease);
                    switch (call)
                    {
                        case Call.Claim:
                            (await Keys.ClaimAsync(claim, now, Cancelled)).ShouldBe(rules.Claim(claim, now));
                            break;
                        case Call.Complete:
                            var answer = new StoredResponse(200 + owner, $"answer at {seconds}");
                            (await Keys.CompleteAsync(claim, answer, now, Cancelled)).ShouldBe(rules.Complete(claim, answer));
                            break;
                        case Call.Release:
                            await Keys.ReleaseAsync(claim, Cancelled);
                            rules.Release(claim);
                            break;
                        default:
                            // Rounds lie years apart: what earlier ones left would be counted too.
                            var before = now.AddSeconds(-60);
                            await Sql.ExecuteAsync(Database.App, "DELETE FROM pay.idempotency_keys WHERE scope <> @scope", new { scope });
                            (await Keys.PruneAsync(before, Cancelled)).ShouldBe(rules.Prune(before));
                            break;
                    }
                }
            },
            iter: 30,
            threads: 1);
    }

    private enum Call
    {
        Claim,
        Complete,
        Release,
        Prune,
    }

    private static IdempotencyClaim Claim(string owner = "gateway-a", string key = "k1") => new("merchant-key", key, "hash", owner, Lease);
}
