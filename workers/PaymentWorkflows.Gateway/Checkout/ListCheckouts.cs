using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Gateway.Http;
using PaymentWorkflows.Gateway.Validation;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary><c>GET /v1/checkouts</c>: a page, newest first.</summary>
public sealed class ListCheckouts(ICheckoutStore store)
{
    private static readonly string[] Known = ["order", "status", "held", "merchant", "limit", "starting_after", "ending_before"];

    public async Task<ApiAnswer> AnswerAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var query = Query(http.Request.Query);
        if ((query.StartingAfter ?? query.EndingBefore) is { } cursor && await store.FindAsync(cursor, http.RequestAborted) is null)
        {
            throw ApiErrors.Wrong(query.StartingAfter is null ? "ending_before" : "starting_after", "the id of an existing checkout");
        }

        var page = await store.ListAsync(query, http.RequestAborted);
        return ApiAnswer.Of(StatusCodes.Status200OK, new CheckoutListResource("list", [.. page.Data.Select(CheckoutResource.Of)], page.HasMore, "/v1/checkouts"));
    }

    private static CheckoutQuery Query(IQueryCollection query)
    {
        ListQuery.Only(query, Known);
        var (after, before) = ListQuery.Cursors<CheckoutId>(query, "a checkout id (chk_...)");
        return new CheckoutQuery
        {
            Merchant = ListQuery.Id<MerchantId>(query, "merchant", "a merchant's id"),
            Order = ListQuery.Id<OrderId>(query, "order", "an order's id"),
            Status = ListQuery.OneOf<CheckoutStatus>(query, "status"),
            Held = ListQuery.Held(query),
            StartingAfter = after,
            EndingBefore = before,
            Limit = ListQuery.Limit(query),
        };
    }
}
