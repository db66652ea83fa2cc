using PaymentWorkflows.Activities.Transactions;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.Transactions;

/// <summary>The route that tells the whole story of a transaction.</summary>
internal static class TransactionEndpoints
{
    internal static void MapTransactions(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/transactions/{txn}", AnswerAsync)
            .WithTags("Transactions").WithName("getTransaction").WithSummary("Tell the story of a transaction")
            .WithDescription("Everything that is known of one transaction id, in order: calls, steps, attempts to move money, the provider's events, holds and the acts of people, ledger entries and notices, with the money at each moment, and who owns what failed: client, us, provider or issuer.")
            .Produces<TransactionResource>().Fails(400, 401, 404, 503);

    private static async Task<ApiAnswer> AnswerAsync(HttpContext http, string txn, TransactionReader reader)
    {
        if (!TransactionId.TryParse(txn, null, out var transaction))
        {
            throw ApiErrors.Wrong("txn", "a transaction's id (txn_...)");
        }

        if (CardNumbers.IsInId(txn))
        {
            // No transaction is named so, and the text must not come into logs and traces.
            throw ApiErrors.NoSuchTransaction();
        }

        CallContext.Of(http).IsAbout(transaction, null);
        var story = await reader.ReadAsync(transaction, http.RequestAborted) ?? throw ApiErrors.NoSuchTransaction();
        return ApiAnswer.Of(StatusCodes.Status200OK, story);
    }
}
