using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Gateway.Http;

namespace PaymentWorkflows.Gateway.Validation;

/// <summary>Refuses requests under <c>/v1</c> whose query or own headers hold a card number. Bodies are checked where they are read.</summary>
public sealed class CardNumberGuard(RequestDelegate next)
{
    private const string TransactionHeader = "Transaction-Id";
    private static readonly string[] Headers = ["Idempotency-Key", TransactionHeader];

    public Task InvokeAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase))
        {
            foreach (var header in Headers)
            {
                if (http.Request.Headers[header].Any(value => value is not null && (header == TransactionHeader ? CardNumbers.IsInId(value) : CardNumbers.IsWordIn(value))))
                {
                    throw ApiErrors.CardNumber(header);
                }
            }

            CheckQuery(http.Request);
        }

        return next(http);
    }

    private static void CheckQuery(HttpRequest request)
    {
        foreach (var (name, values) in request.Query)
        {
            if (CardNumbers.IsInEncoded(name))
            {
                throw ApiErrors.CardNumber(null);
            }

            if (values.Any(value => value is not null && CardNumbers.IsInEncoded(value)))
            {
                throw ApiErrors.CardNumber(name);
            }
        }

        if (CardNumbers.IsInEncoded(request.QueryString.Value ?? ""))
        {
            throw ApiErrors.CardNumber(null);
        }
    }
}
