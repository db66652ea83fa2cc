using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Hosting;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.PaymentIntents;
using PaymentWorkflows.Sandbox.SetupIntents;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Time;
using PaymentWorkflows.Sandbox.Webhooks;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.HostedPages;

/// <summary>
/// The pages that stand for the customer's bank, app or shop counter. <c>GET /3d_secure/{intent}</c> and <c>GET /pay/{intent}</c> show
/// what can be done, <c>POST</c> to <c>approve</c>, <c>fail</c>, <c>expire</c> or <c>late</c> below them does it, for people and tests alike.
/// </summary>
internal sealed class HostedPage(SandboxState state, SandboxOptions options, DeliveryService deliveries)
{
    private static readonly string[] Roots = ["/3d_secure", "/pay"];

    /// <summary>Whether a path is one of these pages rather than the API's.</summary>
    public static bool Serves(string path) => Roots.Any(root => path.StartsWith(root + "/", StringComparison.Ordinal));

    public async Task HandleAsync(HttpContext http)
    {
        var segments = http.Request.Path.Value!.Trim('/').Split('/');
        var root = "/" + segments[0];
        string[] rest = segments[1..];
        var outcome = rest switch
        {
            [var id] when HttpMethods.IsGet(http.Request.Method) => Show(id, root),
            [var id, "code.svg"] when HttpMethods.IsGet(http.Request.Method) => Picture(id, "image/svg+xml", code => Encoding.UTF8.GetBytes(QrImages.Svg(code))),
            [var id, "code.png"] when HttpMethods.IsGet(http.Request.Method) => Picture(id, "image/png", QrImages.Png),
            [var id, "voucher.html"] when HttpMethods.IsGet(http.Request.Method) => Show(id, root),
            [var id, "approve" or "fail" or "expire" or "late"] when HttpMethods.IsPost(http.Request.Method) => Act(id, rest[1], await AmountAsync(http.Request)),
            _ => NotFound("There is no such page."),
        };
        if (outcome.Location is not null)
        {
            http.Response.Headers.Location = outcome.Location;
        }

        http.Response.StatusCode = outcome.Status;
        http.Response.ContentType = outcome.ContentType;
        await http.Response.Body.WriteAsync(outcome.Body, http.RequestAborted);
    }

    /// <summary>The amount that a form or a query says; null when it says none.</summary>
    private static async Task<string?> AmountAsync(HttpRequest request)
    {
        if (request.Query.TryGetValue("amount", out var asked))
        {
            return asked.ToString();
        }

        return request.HasFormContentType && (await request.ReadFormAsync(request.HttpContext.RequestAborted)).TryGetValue("amount", out var given) ? given.ToString() : null;
    }

    private Outcome Show(string id, string root)
    {
        var made = new List<Delivery>();
        Outcome outcome;
        lock (state.Gate)
        {
            made.AddRange(JobRunner.RunDue(state, options.Sends));
            var transaction = new Transaction(state, state.Clock.GetUtcNow(), sends: _ => false);
            outcome = Find(transaction.Find(id)) is { } intent ? Draw(transaction, intent, $"{root}/{WebUtility.HtmlEncode(id)}") : NotFound("No such payment.");
        }

        deliveries.Enqueue(made);
        return outcome;
    }

    private static Outcome Draw(Transaction transaction, JsonObject intent, string path)
    {
        var attempt = LocalAttempt.Of(intent);
        var late = attempt is not null && LocalOutcomes.TakesLate(transaction, intent);
        if (!late && !IsOpen(intent, attempt))
        {
            return Html(200, PageHtml.Note("Nothing to do", $"This payment is {intent.Text("status")}."));
        }

        return Html(200, attempt is null ? PageHtml.Bank(intent, path) : PageHtml.Local(intent, transaction.Methods.Of(attempt.Type), attempt, path, late));
    }

    private Outcome Picture(string id, string contentType, Func<string, byte[]> draw)
    {
        string? code;
        lock (state.Gate)
        {
            code = Find(state.Objects.Find(id)?.Read()) is { } intent ? LocalAttempt.Of(intent)?.Code : null;
        }

        return code is null ? NotFound("No such code.") : new Outcome(200, contentType, draw(code), null);
    }

    private Outcome Act(string id, string action, string? amountText)
    {
        long? amount = null;
        if (amountText is not null)
        {
            if (!long.TryParse(amountText, CultureInfo.InvariantCulture, out var given) || given is < 1 or > AmountRules.Maximum)
            {
                return Html(400, PageHtml.Note("Not possible", "The amount must be a whole number of minor units, at least 1."));
            }

            amount = given;
        }

        var made = new List<Delivery>();
        Outcome outcome;
        lock (state.Gate)
        {
            made.AddRange(JobRunner.RunDue(state, options.Sends));
            var transaction = new Transaction(state, state.Clock.GetUtcNow(), options.Sends);
            outcome = Find(transaction.Find(id)) is { } intent ? Act(transaction, intent, action, amount) : NotFound("No such payment.");
            made.AddRange(transaction.Apply());
            state.Commit();
        }

        deliveries.Enqueue(made);
        return outcome;
    }

    private static Outcome Act(Transaction transaction, JsonObject intent, string action, long? amount)
    {
        var attempt = LocalAttempt.Of(intent);
        if (attempt is null)
        {
            return action is "approve" or "fail" && amount is null ? CardPages.Act(transaction, intent, action == "approve") : NotFound("A card has no such action.");
        }

        var traits = transaction.Methods.Of(attempt.Type);
        if (amount is { } paid && paid != intent.Long("amount") && !traits.OtherAmount)
        {
            return Html(409, PageHtml.Note("Not possible", "Only the amount asked for can be paid this way."));
        }

        bool? done = action switch
        {
            "approve" => LocalOutcomes.Pay(transaction, intent, amount),
            "fail" => LocalOutcomes.Fail(transaction, intent),
            "expire" => LocalOutcomes.Expire(transaction, intent),
            "late" when traits.Late is not null => Late(transaction, intent, amount),
            _ => null,
        };
        return done switch
        {
            null => Html(409, PageHtml.Note("Not possible", "This method takes no money after its time.")),
            false => Html(409, PageHtml.Note("Nothing to do", $"This payment is {intent.Text("status")}.")),
            true => Finish(intent, attempt.ReturnUrl, action == "approve"),
        };
    }

    /// <summary>Lets it expire when it has not, and pays.</summary>
    private static bool Late(Transaction transaction, JsonObject intent, long? amount)
    {
        if (intent.Text("status") == IntentStatus.RequiresAction)
        {
            LocalOutcomes.Expire(transaction, intent);
            transaction.Schedule(JobKinds.PayLate, intent.Id(), transaction.Now.AddSeconds(3));
            return true;
        }

        return LocalOutcomes.PayLate(transaction, intent, amount);
    }

    private static bool IsOpen(JsonObject intent, LocalAttempt? attempt) =>
        intent.Text("status") == IntentStatus.RequiresAction || (attempt is not null && intent.Text("status") == IntentStatus.Processing);

    private static JsonObject? Find(JsonObject? found) =>
        found?.OptionalText("object") is PaymentIntentEndpoints.Kind or SetupIntentEndpoints.Kind ? found : null;

    /// <summary>Sends the customer back, or says how it went where there is nothing to go back to.</summary>
    internal static Outcome Finish(JsonObject intent, string? returnUrl, bool succeeded)
    {
        var html = PageHtml.Note("Done", succeeded ? "Approved. You may close this page." : "Not paid. You may close this page.");
        if (returnUrl is null)
        {
            return Html(200, html);
        }

        var name = intent.Text("object");
        var separator = returnUrl.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var query = $"{name}={intent.Id()}&{name}_client_secret={intent.Text("client_secret")}&redirect_status={(succeeded ? "succeeded" : "failed")}";
        return Html(303, html) with { Location = returnUrl + separator + query };
    }

    internal static Outcome Html(int status, string html) => new(status, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(html), null);

    private static Outcome NotFound(string text) => Html(404, PageHtml.Note("Not found", text));

    /// <summary>An answer to a browser.</summary>
    internal sealed record Outcome(int Status, string ContentType, byte[] Body, string? Location);
}
