using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.Refunds;

/// <summary>The routes of refunds.</summary>
internal static class RefundEndpoints
{
    internal static void MapRefunds(this IEndpointRouteBuilder app)
    {
        var refunds = app.MapGroup("").WithTags("Refunds");

        refunds.MapPost("/v1/refunds", (HttpContext http, CreateRefund create) => create.AnswerAsync(http))
            .WithName("createRefund").WithSummary("Give money back")
            .WithDescription("Reserves the amount, starts the refund's workflow and answers as soon as something can be told: succeeded, pending (the provider has it, the customer not yet) or failed; processing when wait_ms ran out first, or at once when a person has to look first (held). What is refunded, on its way and asked for together never exceeds what was captured.")
            .Accepts<CreateRefundRequest>("application/json")
            .Produces<RefundResource>(StatusCodes.Status201Created).Produces<RefundResource>()
            .Fails(400, 401, 404, 408, 409, 413, 415, 429, 503).TakesIdempotencyKey();

        refunds.MapGet("/v1/refunds", (HttpContext http, ListRefunds list) => list.AnswerAsync(http))
            .WithName("listRefunds").WithSummary("List refunds")
            .WithDescription("A page, newest first.")
            .Produces<RefundListResource>().Fails(400, 401, 503)
            .TakesQuery(
                ("checkout", "Only this checkout's."),
                ("status", "Only those with this status."),
                ("held", "true: only those that wait for a person; false: only the others."),
                ("limit", "1 to 100; 10 by default."),
                ("starting_after", "The page after this refund's id."),
                ("ending_before", "The page before this refund's id; not together with starting_after."));

        refunds.MapGet("/v1/refunds/{id}", async (HttpContext http, string id, IRefundStore store) =>
                ApiAnswer.Of(StatusCodes.Status200OK, RefundResource.Of(await RefundLookup.FindAsync(store, http, id))))
            .WithName("getRefund").WithSummary("Read a refund")
            .WithDescription("The refund as it stands.")
            .Produces<RefundResource>().Fails(400, 401, 404, 503);
    }
}
