using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>The routes of checkouts.</summary>
internal static class CheckoutEndpoints
{
    internal static void MapCheckouts(this IEndpointRouteBuilder app)
    {
        var checkouts = app.MapGroup("").WithTags("Checkouts");

        checkouts.MapPost("/v1/checkouts", (HttpContext http, CreateCheckout create) => create.AnswerAsync(http))
            .WithName("createCheckout").WithSummary("Start a checkout")
            .WithDescription("Writes the checkout durably, starts its workflow and answers as soon as the customer can be told: authorized, requires_action, requires_capture, declined or completed; processing when wait_ms ran out first, or at once when a person has to look first (held). A repeat of the same order with the same content answers 200 with the first checkout.")
            .Accepts<CreateCheckoutRequest>("application/json")
            .Produces<CheckoutResource>(StatusCodes.Status201Created).Produces<CheckoutResource>()
            .Fails(400, 401, 408, 409, 413, 415, 503).TakesIdempotencyKey().TakesTransactionId();

        checkouts.MapGet("/v1/checkouts", (HttpContext http, ListCheckouts list) => list.AnswerAsync(http))
            .WithName("listCheckouts").WithSummary("List checkouts")
            .WithDescription("A page, newest first.")
            .Produces<CheckoutListResource>().Fails(400, 401, 503)
            .TakesQuery(
                ("merchant", "Only this merchant's."),
                ("order", "Only this order's attempts."),
                ("status", "Only those with this status."),
                ("held", "true: only those that wait for a person; false: only the others."),
                ("limit", "1 to 100; 10 by default."),
                ("starting_after", "The page after this checkout's id."),
                ("ending_before", "The page before this checkout's id; not together with starting_after."));

        checkouts.MapGet("/v1/checkouts/{id}", async (HttpContext http, string id, ICheckoutStore store) =>
                ApiAnswer.Of(StatusCodes.Status200OK, CheckoutResource.Of(await CheckoutLookup.FindAsync(store, http, id))))
            .WithName("getCheckout").WithSummary("Read a checkout")
            .WithDescription("The checkout as it stands.")
            .Produces<CheckoutResource>().Fails(400, 401, 404, 503);

        checkouts.MapPost("/v1/checkouts/{id}/capture", (HttpContext http, string id, CaptureCheckout capture) => capture.AnswerAsync(http, id))
            .WithName("captureCheckout").WithSummary("Capture a checkout")
            .WithDescription("Takes all or part of the authorized amount of a checkout with status requires_capture, and waits up to 10 s for the outcome.")
            .Accepts<CaptureCheckoutRequest>(isOptional: true, "application/json")
            .Produces<CheckoutResource>().Fails(400, 401, 404, 408, 409, 413, 415, 503).TakesIdempotencyKey();

        checkouts.MapPost("/v1/checkouts/{id}/cancel", (HttpContext http, string id, CancelCheckout cancel) => cancel.AnswerAsync(http, id))
            .WithName("cancelCheckout").WithSummary("Cancel a checkout")
            .WithDescription("Undoes what was done, a completed checkout by a refund, and waits up to 10 s for the outcome. A canceled checkout is answered as it is.")
            .Accepts<CancelCheckoutRequest>("application/json")
            .Produces<CheckoutResource>().Fails(400, 401, 404, 408, 409, 413, 415, 503).TakesIdempotencyKey();
    }
}
