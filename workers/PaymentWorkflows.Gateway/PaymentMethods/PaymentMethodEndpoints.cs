using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.PaymentMethods;

/// <summary>The route of the payment methods.</summary>
internal static class PaymentMethodEndpoints
{
    internal static void MapPaymentMethods(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/payment-methods", (HttpContext http, ListPaymentMethods list) => list.Answer(http))
            .WithTags("Payment methods").WithName("listPaymentMethods").WithSummary("List the payment methods that can be used")
            .WithDescription("The methods that can pay this amount in this country, best first: methods made for the country before those for every country. The list is whole; has_more is always false.")
            .Produces<PaymentMethodListResource>().Fails(400, 401)
            .TakesQuery(
                ("country", "Required. The buyer's country: ISO 3166-1 alpha-2, upper case."),
                ("currency", "Required. ISO 4217 code."),
                ("amount", "Required. What is to be paid, in minor units: an integer from 1."),
                ("locale", "The language of the names, such as pt-BR; English by default, and where a method has no name in it."));
}
