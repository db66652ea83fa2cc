using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.HostedPages;

/// <summary>The HTML of the hosted pages: one column, no scripts, nothing loaded from elsewhere.</summary>
internal static class PageHtml
{
    private const string Style = """
        body{font:1.05rem/1.5 system-ui,sans-serif;margin:0;background:#f3f4f7;color:#1b1f27}
        main{max-width:27rem;margin:6vh auto;padding:1.75rem 2rem;background:#fff;border:1px solid #d5d9e2;border-radius:.75rem}
        h1{font-size:1.3rem;margin:0 0 .75rem}dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:0 0 1.25rem}dt{color:#4d5566}dd{margin:0;overflow-wrap:anywhere}
        form{margin:.6rem 0}label{display:block;margin:0 0 .25rem}input{font:inherit;padding:.5rem;width:100%;box-sizing:border-box;border:1px solid #6b7385;border-radius:.4rem}
        button{font:inherit;width:100%;padding:.65rem;border-radius:.4rem;border:1px solid #2f4b8f;background:#2f4b8f;color:#fff;cursor:pointer;margin-top:.35rem}
        button.second{background:#fff;color:#2f4b8f}button:focus-visible,input:focus-visible{outline:3px solid #f0a000;outline-offset:2px}
        img{display:block;margin:0 auto 1rem;width:14rem;height:14rem}footer{margin-top:1.5rem;font-size:.85rem;color:#4d5566}
        """;

    /// <summary>A page with a heading and any content.</summary>
    public static string Page(string title, string content) => $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><style>{Style}</style></head>
        <body><main><h1>{title}</h1>{content}<footer>This is a sandbox: no money moves.</footer></main></body>
        </html>
        """;

    public static string Note(string title, string text) => Page(title, $"<p role=\"status\">{WebUtility.HtmlEncode(text)}</p>");

    /// <summary>The bank's page for a card.</summary>
    public static string Bank(JsonObject intent, string path) => Page(
        intent["amount"] is null ? "Save this card?" : "Approve this payment?",
        Facts(intent, null) + Button(path, "approve", "Approve") + Button(path, "fail", "Fail", second: true));

    /// <summary>The page of another method, with what its traits let the customer do.</summary>
    /// <param name="late">Whether it expired and money may still arrive.</param>
    public static string Local(JsonObject intent, MethodTraits traits, LocalAttempt attempt, string path, bool late)
    {
        var content = new StringBuilder(Facts(intent, attempt));
        var amount = intent.Long("amount");
        if (late)
        {
            content.Append(Button(path, "late", $"Pay {Amount(amount, intent)} late"));
            return Page("This payment has expired", content.ToString());
        }

        if (traits.Flow == MethodFlow.QrCode)
        {
            content.Append(CultureInfo.InvariantCulture, $"<img src=\"{path}/code.svg\" alt=\"QR code of this payment\">");
        }

        var (yes, no) = traits.Flow switch
        {
            MethodFlow.QrCode => ("Pay", "Let it expire"),
            MethodFlow.Voucher => ("Pay in full", "Let it expire"),
            MethodFlow.BankDebit => ("Let the debit succeed", "Let the debit fail"),
            MethodFlow.Redirect or MethodFlow.AppApproval => ("Approve", "Fail"),
            _ => throw new InvalidOperationException($"unknown flow {traits.Flow}"),
        };
        content.Append(Button(path, "approve", yes));
        if (traits.OtherAmount)
        {
            content.Append(CultureInfo.InvariantCulture, $"""
                <form method="post" action="{path}/approve"><label for="amount">Another amount, in minor units of {intent.Text("currency").ToUpperInvariant()}</label>
                <input id="amount" name="amount" type="number" min="1" value="{amount}" required><button class="second" type="submit">Pay another amount</button></form>
                """);
        }

        if (traits.Late is not null)
        {
            content.Append(Button(path, "late", "Let it expire and pay late", second: true));
        }

        content.Append(Button(path, traits.Flow is MethodFlow.QrCode or MethodFlow.Voucher ? "expire" : "fail", no, second: true));
        return Page("Pay", content.ToString());
    }

    private static string Facts(JsonObject intent, LocalAttempt? attempt)
    {
        var rows = new List<(string Name, string Value)>();
        if (intent["amount"] is not null)
        {
            rows.Add(("Amount", Amount(intent.Long("amount"), intent)));
            rows.Add(("Merchant", intent.OptionalText("statement_descriptor") ?? "PaymentWorkflows sandbox"));
        }

        if (intent.OptionalText("description") is { } description)
        {
            rows.Add(("For", description));
        }

        if (attempt is not null)
        {
            rows.Add(("Method", attempt.Type));
            if (attempt.Code is not null)
            {
                rows.Add(("Code", attempt.Code));
            }

            if (attempt.ExpiresAt is { } expires)
            {
                rows.Add(("Until", DateTimeOffset.FromUnixTimeSeconds(expires).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)));
            }
        }

        return $"<dl>{string.Concat(rows.Select(row => $"<dt>{row.Name}</dt><dd>{WebUtility.HtmlEncode(row.Value)}</dd>"))}</dl>";
    }

    private static string Amount(long minor, JsonObject intent)
    {
        var code = intent.Text("currency");
        var digits = Currency.TryParse(code, null, out var currency) ? currency.MinorDigits : 2;
        var unit = (decimal)Math.Pow(10, digits);
        return $"{(minor / unit).ToString($"N{digits}", CultureInfo.InvariantCulture)} {code.ToUpperInvariant()}";
    }

    private static string Button(string path, string action, string text, bool second = false) =>
        $"<form method=\"post\" action=\"{path}/{action}\"><button{(second ? " class=\"second\"" : string.Empty)} type=\"submit\">{text}</button></form>";
}
