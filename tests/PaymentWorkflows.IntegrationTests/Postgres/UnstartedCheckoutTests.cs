using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>A checkout whose process died before it started the workflow is picked up by one other.</summary>
public sealed class UnstartedCheckoutTests(PostgresFixture server) : PostgresTests(server)
{
    private static readonly DateTimeOffset Later = Noon.AddHours(1);
    private static readonly DateTimeOffset LeaseEnd = Later.AddMinutes(5);

    private ICheckoutStore Store => Stores.Checkouts;

    [Fact]
    public async Task Only_what_is_old_enough_and_not_started_is_handed_out()
    {
        var old = await Store.WrittenAsync(Given.Checkout(order: "old"));
        var started = await Store.WrittenAsync(Given.Checkout(order: "started"));
        await Store.WrittenAsync(Given.Checkout(order: "young", at: Later));
        await Store.MarkStartedAsync(started.Id, Noon, Cancelled);

        (await Store.TakeUnstartedAsync(Later, LeaseEnd, 10, Cancelled)).ShouldHaveSingleItem().ShouldReadLike(old);
    }

    [Fact]
    public async Task What_was_handed_out_comes_again_only_after_the_lease()
    {
        var checkout = await Store.WrittenAsync();

        (await TakeAsync(Later)).ShouldBe([checkout.Id.Value]);
        (await TakeAsync(LeaseEnd)).ShouldBeEmpty();
        (await TakeAsync(LeaseEnd.AddTicks(10))).ShouldBe([checkout.Id.Value]);
    }

    [Fact]
    public async Task What_was_started_after_it_was_handed_out_does_not_come_again()
    {
        var checkout = await Store.WrittenAsync();
        await TakeAsync(Later);

        await Store.MarkStartedAsync(checkout.Id, Later, Cancelled);

        (await TakeAsync(LeaseEnd.AddDays(1))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Processes_that_ask_at_once_never_get_the_same_checkout()
    {
        await Store.WrittenAsync(40);
        ICheckoutStore[] processes = [Store, Database.Open().Checkouts];

        var taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(call => processes[call % 2].TakeUnstartedAsync(Later, LeaseEnd, 4, Cancelled)));

        taken.ShouldAllBe(page => page.Count <= 4);
        taken.SelectMany(page => page).Select(checkout => checkout.Id.Value).ShouldBeUnique();
        taken.Sum(page => page.Count).ShouldBe(40);
    }

    [Fact]
    public async Task The_oldest_is_handed_out_and_no_more_than_asked_for_when_the_database_still_plans_for_one_row()
    {
        await Store.WrittenAsync(Given.Checkout(order: "young", at: Noon.AddMinutes(50)));
        await Sql.ExecuteAsync(Database.Owner, "VACUUM ANALYZE pay.checkouts");

        // Few enough for the page that is there: from the pages the database would see that there are more.
        var written = await Store.WrittenAsync(4);

        var taken = await Store.TakeUnstartedAsync(Later, LeaseEnd, 1, Cancelled);

        taken.ShouldHaveSingleItem().Id.ShouldBe(written[0].Id);
        (await Database.ScalarAsync<long>($"SELECT count(*) FROM pay.checkouts WHERE start_lease IS NOT NULL")).ShouldBe(1);
    }

    private async Task<IEnumerable<string>> TakeAsync(DateTimeOffset before) =>
        (await Store.TakeUnstartedAsync(before, before.AddMinutes(5), 10, Cancelled)).Select(checkout => checkout.Id.Value);
}
