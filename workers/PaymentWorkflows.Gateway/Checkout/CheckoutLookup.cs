using System.Text.Json;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Gateway.Http;
using PaymentWorkflows.Gateway.Validation;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>What the routes of one checkout have in common.</summary>
internal static class CheckoutLookup
{
    private static readonly ReadOnlyMemory<byte> EmptyObject = "{}"u8.ToArray();

    /// <summary>The checkout; from here on the request is about it.</summary>
    /// <exception cref="ApiException">404.</exception>
    internal static async Task<StoredCheckout> FindAsync(ICheckoutStore store, HttpContext http, string id)
    {
        var checkout = CheckoutId.TryParse(id, null, out var parsed) ? await store.FindAsync(parsed, http.RequestAborted) : null;
        CallContext.Of(http).IsAbout(checkout ?? throw ApiErrors.NoSuchCheckout());
        return checkout;
    }

    /// <summary>The body of an act on a checkout; none at all is an empty object.</summary>
    internal static async Task<JsonBody> ReadBodyAsync(HttpContext http, BodyReader bodies, int limit)
    {
        var bytes = await bodies.ReadAsync(http, limit);
        if (bytes.IsEmpty)
        {
            return JsonBody.Parse(EmptyObject);
        }

        BodyReader.RequireJson(http.Request);
        return JsonBody.Parse(bytes);
    }

    /// <summary>The status as callers know it.</summary>
    internal static string Name(CheckoutStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}
