using CsCheck;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>A list is walked page by page, either way, without gaps and without repeats.</summary>
public sealed class CheckoutListTests(PostgresFixture server) : PostgresTests(server)
{
    private static readonly string[] Merchants = ["acme", "globex"];

    /// <summary>A checkout in a list: several share a moment, so that only the id tells their order.</summary>
    private static readonly Gen<Listed> Rows = Gen.Select(
        Gen.Int[0, 1], Gen.Int[0, 20], Gen.Int[0, 3], Gen.Enum<CheckoutStatus>(), Gen.Bool, (merchant, order, second, status, held) => new Listed(merchant, order, second, status, held));

    private static readonly Gen<CheckoutQuery> Filters = Gen.Select(
        Gen.Int[0, 3], Gen.Int[-20, 20], Gen.Int[-9, 8], Gen.Int[-4, 1], (merchant, order, status, held) => new CheckoutQuery
        {
            Merchant = merchant < Merchants.Length ? MerchantId.Parse(Merchants[merchant]) : null,
            Order = order >= 0 ? OrderId.Parse($"order-{order}") : null,
            Status = status >= 0 ? (CheckoutStatus)status : null,
            Held = held >= 0 ? held == 1 : null,
        });

    private ICheckoutStore Store => Stores.Checkouts;

    [Fact]
    public async Task Nothing_is_an_empty_page()
    {
        var page = await Store.ListAsync(new CheckoutQuery(), Cancelled);

        page.Data.ShouldBeEmpty();
        page.HasMore.ShouldBeFalse();
    }

    [Fact]
    public async Task The_newest_come_first_and_the_page_says_whether_there_is_more()
    {
        var written = await Store.WrittenAsync(5);

        var all = await Store.ListAsync(new CheckoutQuery { Limit = 5 }, Cancelled);
        var some = await Store.ListAsync(new CheckoutQuery { Limit = 4 }, Cancelled);

        all.Data.Select(checkout => checkout.Id).ShouldBe(written.Reverse().Select(checkout => checkout.Id));
        all.HasMore.ShouldBeFalse();
        some.Data.Count.ShouldBe(4);
        some.HasMore.ShouldBeTrue();
    }

    [Fact]
    public async Task Beside_a_checkout_that_does_not_exist_there_is_nothing()
    {
        await Store.WrittenAsync(3);
        var unknown = CheckoutId.Parse("chk_unknown");

        (await Store.ListAsync(new CheckoutQuery { StartingAfter = unknown }, Cancelled)).Data.ShouldBeEmpty();
        (await Store.ListAsync(new CheckoutQuery { EndingBefore = unknown }, Cancelled)).Data.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_checkout_written_while_someone_pages_does_not_move_the_pages()
    {
        var written = await Store.WrittenAsync(4);
        var first = await Store.ListAsync(new CheckoutQuery { Limit = 2 }, Cancelled);

        await Store.WrittenAsync(Given.Checkout(order: "new", at: Noon.AddHours(1)));
        var second = await Store.ListAsync(new CheckoutQuery { Limit = 2, StartingAfter = first.Data[^1].Id }, Cancelled);

        second.Data.Select(checkout => checkout.Id).ShouldBe([written[1].Id, written[0].Id]);
    }

    [Fact]
    public async Task Any_list_walked_in_pages_of_any_size_either_way_is_what_a_sorted_list_gives()
    {
        await Gen.Select(Rows.List[0, 25], Filters, Gen.Int[1, 6]).SampleAsync(
            async (rows, filter, limit) =>
            {
                await Sql.ExecuteAsync(Database.Owner, "TRUNCATE pay.checkouts, pay.refunds, pay.outbox");
                var written = await WriteAsync(rows);

                CheckoutId[] expected = [.. written.Where(one => Matches(filter, one.Row))
                    .OrderByDescending(one => one.Row.Second).ThenByDescending(one => one.Id.Value, StringComparer.Ordinal).Select(one => one.Id)];

                (await WalkForwardsAsync(filter with { Limit = limit })).ShouldBe(expected);
                if (expected.Length > 0)
                {
                    (await WalkBackwardsAsync(filter with { Limit = limit }, expected[^1])).ShouldBe(expected);
                }
            },
            iter: 15,
            threads: 1);
    }

    private async Task<IReadOnlyList<(Listed Row, CheckoutId Id)>> WriteAsync(IEnumerable<Listed> rows)
    {
        var written = new List<(Listed, CheckoutId)>();
        foreach (var row in rows.DistinctBy(row => (row.Merchant, row.Order)))
        {
            var checkout = await Store.WrittenAsync(Given.Checkout(Merchants[row.Merchant], $"order-{row.Order}", at: Noon.AddSeconds(row.Second)));
            await Store.WriteAsync(checkout.Step(row.Status, 1, held: row.Held));
            written.Add((row, checkout.Id));
        }

        return written;
    }

    private static bool Matches(CheckoutQuery filter, Listed row) =>
        (filter.Merchant is null || filter.Merchant.Value.Value == Merchants[row.Merchant])
        && (filter.Order is null || filter.Order.Value.Value == $"order-{row.Order}")
        && (filter.Status is null || filter.Status == row.Status)
        && (filter.Held is null || filter.Held == row.Held);

    private async Task<IReadOnlyList<CheckoutId>> WalkForwardsAsync(CheckoutQuery query)
    {
        var seen = new List<CheckoutId>();
        while (true)
        {
            var page = await Store.ListAsync(query, Cancelled);
            seen.AddRange(page.Data.Select(checkout => checkout.Id));
            if (!page.HasMore)
            {
                return seen;
            }

            page.Data.Count.ShouldBe(query.Limit);
            query = query with { StartingAfter = page.Data[^1].Id };
        }
    }

    private async Task<IReadOnlyList<CheckoutId>> WalkBackwardsAsync(CheckoutQuery query, CheckoutId last)
    {
        var seen = new List<CheckoutId> { last };
        while (true)
        {
            var page = await Store.ListAsync(query with { EndingBefore = seen[0] }, Cancelled);
            seen.InsertRange(0, page.Data.Select(checkout => checkout.Id));
            if (!page.HasMore)
            {
                return seen;
            }

            page.Data.Count.ShouldBe(query.Limit);
        }
    }

    private sealed record Listed(int Merchant, int Order, int Second, CheckoutStatus Status, bool Held);
}
