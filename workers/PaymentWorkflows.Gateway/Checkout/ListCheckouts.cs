using System.Globalization;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary><c>GET /v1/checkouts</c>: a page, newest first.</summary>
public sealed class ListCheckouts(ICheckoutStore store)
{
    private const int MaxLimit = 100;
    private const int DefaultLimit = 10;
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
        foreach (var (name, values) in query)
        {
            if (!Known.Contains(name, StringComparer.Ordinal))
            {
                throw ApiErrors.Unknown(name);
            }

            if (values.Count > 1)
            {
                throw ApiErrors.Duplicate(name);
            }
        }

        var after = Id<CheckoutId>(query, "starting_after", "a checkout id (chk_...)");
        var before = Id<CheckoutId>(query, "ending_before", "a checkout id (chk_...)");
        return after is null || before is null
            ? new CheckoutQuery
            {
                Merchant = Id<MerchantId>(query, "merchant", "a merchant's id"),
                Order = Id<OrderId>(query, "order", "an order's id"),
                Status = Status(query),
                Held = Held(query),
                StartingAfter = after,
                EndingBefore = before,
                Limit = Limit(query),
            }
            : throw ApiErrors.Wrong("ending_before", "left out when 'starting_after' is given");
    }

    private static T? Id<T>(IQueryCollection query, string name, string expected)
        where T : struct, IParsable<T> => Text(query, name) switch
        {
            null => null,
            var text when T.TryParse(text, null, out var id) => id,
            _ => throw ApiErrors.Wrong(name, expected),
        };

    private static CheckoutStatus? Status(IQueryCollection query)
    {
        if (Text(query, "status") is not { } text)
        {
            return null;
        }

        foreach (var status in Enum.GetValues<CheckoutStatus>())
        {
            if (CheckoutLookup.Name(status) == text)
            {
                return status;
            }
        }

        throw ApiErrors.Wrong("status", $"one of: {string.Join(", ", Enum.GetValues<CheckoutStatus>().Select(CheckoutLookup.Name))}");
    }

    private static bool? Held(IQueryCollection query) => Text(query, "held") switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => throw ApiErrors.Wrong("held", "true or false"),
    };

    private static int Limit(IQueryCollection query) => Text(query, "limit") switch
    {
        null => DefaultLimit,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit => limit,
        _ => throw ApiErrors.Wrong("limit", $"an integer from 1 to {MaxLimit}"),
    };

    private static string? Text(IQueryCollection query, string name) => query.TryGetValue(name, out var values) ? values.ToString() : null;
}
