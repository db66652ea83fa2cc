using Stripe;

namespace PaymentWorkflows.Stripe.Errors;

/// <summary>
/// Reads lists and search results strictly: an answer that finds nothing proves absence, so it must be one. Sources:
/// docs.stripe.com/api/pagination, docs.stripe.com/api/pagination/search.
/// </summary>
internal static class StripePages
{
    /// <summary>All items of a list, page by page.</summary>
    /// <param name="page">Asks for the page after an id; null asks for the first.</param>
    /// <exception cref="FormatException">An answer is no list.</exception>
    public static async IAsyncEnumerable<T> AllAsync<T>(Func<string?, Task<StripeList<T>>> page)
        where T : class, IStripeEntity, IHasId
    {
        string? after = null;
        do
        {
            var list = await page(after);
            if (list is not { Object: "list", Data: { } items } || items.Contains(null!) || (list.HasMore && items.Count == 0))
            {
                throw new FormatException("The answer is no list.");
            }

            foreach (var item in items)
            {
                yield return item;
            }

            after = list.HasMore ? items[^1].Id : null;
        }
        while (after is not null);
    }

    /// <summary>Points list options at the page after an id. A member that is set to null would be sent as an empty one.</summary>
    public static T After<T>(T options, string? after)
        where T : ListOptions
    {
        if (after is not null)
        {
            options.StartingAfter = after;
        }

        return options;
    }

    /// <summary>The items of a search that is exact enough to fit one page.</summary>
    /// <exception cref="FormatException">The answer is no search result, or there is more of it.</exception>
    public static IReadOnlyList<T> Single<T>(StripeSearchResult<T> found)
        where T : class, IStripeEntity =>
        found is { Object: "search_result", Data: { } items, HasMore: false } && !items.Contains(null!)
            ? items
            : throw new FormatException("The answer is no search result of one page.");
}
