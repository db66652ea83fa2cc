using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Gateway.Http;
using PaymentWorkflows.Gateway.Validation;

namespace PaymentWorkflows.Gateway.Refunds;

/// <summary><c>GET /v1/refunds</c>: a page, newest first.</summary>
public sealed class ListRefunds(IRefundStore store)
{
    private static readonly string[] Known = ["checkout", "status", "held", "limit", "starting_after", "ending_before"];

    public async Task<ApiAnswer> AnswerAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var query = Query(http.Request.Query);
        if ((query.StartingAfter ?? query.EndingBefore) is { } cursor && await store.FindAsync(cursor, http.RequestAborted) is null)
        {
            throw ApiErrors.Wrong(query.StartingAfter is null ? "ending_before" : "starting_after", "the id of an existing refund");
        }

        var page = await store.ListAsync(query, http.RequestAborted);
        return ApiAnswer.Of(StatusCodes.Status200OK, new RefundListResource("list", [.. page.Data.Select(RefundResource.Of)], page.HasMore, "/v1/refunds"));
    }

    private static RefundQuery Query(IQueryCollection query)
    {
        ListQuery.Only(query, Known);
        var (after, before) = ListQuery.Cursors<RefundId>(query, "a refund id (ref_...)");
        return new RefundQuery
        {
            Checkout = ListQuery.Id<CheckoutId>(query, "checkout", "a checkout id (chk_...)"),
            Status = ListQuery.OneOf<RefundStatus>(query, "status"),
            Held = ListQuery.Held(query),
            StartingAfter = after,
            EndingBefore = before,
            Limit = ListQuery.Limit(query),
        };
    }
}
