using System.Globalization;
using System.Text;

namespace PaymentWorkflows.Gateway.Http;

/// <summary>Explains the error codes: the page that each error's <c>doc_url</c> points to.</summary>
/// <param name="baseUrl">The Gateway's own address, such as <c>http://127.0.0.1:7080</c>.</param>
public sealed class ErrorCatalogue(string baseUrl)
{
    public const string Path = "/docs/errors";

    private static readonly IReadOnlyList<(string Code, int Status, string Meaning)> Entries =
    [
        ("amount_too_large", 400, "More than is left was asked for; `available` says how much is."),
        ("body_malformed", 400, "The body is no JSON object, is nested deeper than 64 levels, or is not valid UTF-8 and Unicode."),
        ("card_number_not_allowed", 400, "A body, query or header held what looks like a card number. Nothing of it was kept."),
        ("currency_unknown", 400, "The currency is no active ISO 4217 code."),
        ("idempotency_key_invalid", 400, "The key is empty, too long, not printable ASCII, or given twice."),
        ("idempotency_key_missing", 400, "A POST came without `Idempotency-Key`."),
        ("idempotency_key_reused", 400, "The key stands for a request with another method, path or body."),
        ("metadata_invalid", 400, "Metadata breaks a limit: 40 keys, 40 characters a key, 500 a value; our own keys are reserved."),
        ("parameter_duplicate", 400, "A field or query parameter is given more than once."),
        ("parameter_invalid", 400, "A value is outside what is allowed, here or for the payment method."),
        ("parameter_invalid_type", 400, "A value has the wrong JSON type."),
        ("parameter_missing", 400, "A field that is required, here or by the payment method, is missing or null."),
        ("parameter_unknown", 400, "A field or query parameter does not exist."),
        ("tax_not_configured", 400, "`tax: automatic` needs a tax engine, and none is configured."),
        ("webhook_refused", 400, "A webhook could not be verified."),
        ("api_key_invalid", 401, "The API key is missing or wrong."),
        ("resource_missing", 404, "There is no object with this id."),
        ("route_unknown", 404, "There is no such address."),
        ("method_not_allowed", 405, "The address exists but does not answer to this method; see `Allow`."),
        ("body_timeout", 408, "The body took longer than 10 seconds to arrive."),
        ("checkout_state_invalid", 409, "The checkout's status does not allow it."),
        ("idempotency_key_in_use", 409, "The first request with this key is still being worked on; see `Retry-After`."),
        ("order_already_exists", 409, "The order is being or was paid with other content."),
        ("refund_not_allowed", 409, "The payment method knows no refunds, or its time for them is over."),
        ("body_too_large", 413, "The body is over the limit."),
        ("content_type_unsupported", 415, "The body is not declared as plain UTF-8 JSON."),
        ("too_many_refunds", 429, "More refunds are coming in than may wait for their turn; repeat with the same key after `Retry-After`."),
        ("internal", 500, "A fault on our side."),
        ("database_unavailable", 503, "Nothing could be written or read; repeat with the same key."),
        ("engine_unavailable", 503, "The workflow engine could not be told; repeat with the same key."),
    ];

    /// <summary>What the HTTP server itself refuses, before it is known who is asked for what; source: the server's own limits and parser.</summary>
    private const string BeforeRouting =
        "What is no valid HTTP request is refused before it is read: 400 (malformed), 405 (`*` is for OPTIONS), 408 (headers too slow), 411 (a length is needed), 414 (the address is too long), "
        + "417 (unknown expectation), 431 (headers over 8 KB), 501 (unknown transfer coding), 505 (another version of HTTP). These answers have no body and no `Request-Id`.";

    /// <summary>Where the code is explained.</summary>
    public string Url(string code) => $"{baseUrl}{Path}#{code}";

    /// <summary>The page, in Markdown.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder("# Error codes\n");
        foreach (var (code, status, meaning) in Entries)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {code}\n\nHTTP {status}. {meaning}\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"\n## Without a body\n\n{BeforeRouting}\n");
        return page.ToString();
    }
}
