using System.Net;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Hosting;
using PaymentWorkflows.Sandbox.PaymentIntents;
using PaymentWorkflows.Sandbox.SetupIntents;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Time;
using PaymentWorkflows.Sandbox.Webhooks;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.HostedPages;

/// <summary>
/// The page that stands for the customer's bank: <c>GET /3d_secure/{intent}</c> shows two buttons,
/// <c>POST /3d_secure/{intent}/approve</c> and <c>/fail</c> are what they do. Local methods are paid here too.
/// </summary>
internal sealed class HostedPage(SandboxState state, SandboxOptions options, DeliveryService deliveries)
{
    public async Task HandleAsync(HttpContext http, string rest)
    {
        var segments = rest.Trim('/').Split('/');
        var outcome = segments switch
        {
            [var id] when HttpMethods.IsGet(http.Request.Method) => Show(id),
            [var id, "approve"] when HttpMethods.IsPost(http.Request.Method) => Act(id, approve: true),
            [var id, "fail"] when HttpMethods.IsPost(http.Request.Method) => Act(id, approve: false),
            _ => new Outcome(404, Page("Not found", "There is no such page."), null),
        };
        if (outcome.Location is not null)
        {
            http.Response.Headers.Location = outcome.Location;
        }

        http.Response.StatusCode = outcome.Status;
        http.Response.ContentType = "text/html; charset=utf-8";
        await http.Response.WriteAsync(outcome.Html, http.RequestAborted);
    }

    private Outcome Show(string id)
    {
        lock (state.Gate)
        {
            if (Find(state.Objects.Find(id)?.Read()) is not { } intent)
            {
                return new Outcome(404, Page("Not found", "No such payment."), null);
            }

            if (intent.Text("status") != IntentStatus.RequiresAction)
            {
                return new Outcome(200, Page("Nothing to do", $"This payment is {intent.Text("status")}."), null);
            }

            var what = intent["amount"] is null ? "Save this card" : $"Pay {intent.Long("amount")} minor units of {intent.Text("currency").ToUpperInvariant()}";
            var path = $"/3d_secure/{WebUtility.HtmlEncode(id)}";
            return new Outcome(200, Page("Sandbox bank", $"""
                {what}?
                <form method="post" action="{path}/approve"><button type="submit">Approve</button></form>
                <form method="post" action="{path}/fail"><button type="submit">Fail</button></form>
                """), null);
        }
    }

    private Outcome Act(string id, bool approve)
    {
        var made = new List<Delivery>();
        Outcome outcome;
        lock (state.Gate)
        {
            made.AddRange(JobRunner.RunDue(state, options.WebhookUrls.Count > 0));
            var transaction = new Transaction(state, state.Clock.GetUtcNow(), options.WebhookUrls.Count > 0);
            var intent = Find(transaction.Find(id));
            if (intent is null)
            {
                return new Outcome(404, Page("Not found", "No such payment."), null);
            }

            if (intent.Text("status") != IntentStatus.RequiresAction)
            {
                return new Outcome(409, Page("Nothing to do", $"This payment is {intent.Text("status")}."), null);
            }

            var returnUrl = (string?)intent["next_action"]?["redirect_to_url"]?["return_url"];
            var succeeded = approve && Approve(transaction, intent);
            if (!approve)
            {
                Refuse(transaction, intent);
            }

            made.AddRange(transaction.Apply());
            state.Commit();
            outcome = Finish(intent, returnUrl, succeeded);
        }

        deliveries.Enqueue(made);
        return outcome;
    }

    private static JsonObject? Find(JsonObject? found) =>
        found?.OptionalText("object") is PaymentIntentEndpoints.Kind or SetupIntentEndpoints.Kind ? found : null;

    private static bool Approve(Transaction transaction, JsonObject intent)
    {
        var method = transaction.Get("payment_method", intent.Text("payment_method"));
        transaction.CancelJobs(JobKinds.ExpireAction, intent.Id());
        try
        {
            if (intent.Text("object") == PaymentIntentEndpoints.Kind)
            {
                PaymentAttempt.Charge(transaction, intent, method, authenticated: method.Text("type") == "card");
            }
            else
            {
                SetupIntentEndpoints.Complete(transaction, intent, method);
            }

            return true;
        }
        catch (StripeException)
        {
            // Declined after authentication: the intent says so, and so does redirect_status.
            return false;
        }
    }

    private static void Refuse(Transaction transaction, JsonObject intent)
    {
        transaction.CancelJobs(JobKinds.ExpireAction, intent.Id());
        var method = transaction.Get("payment_method", intent.Text("payment_method"));
        var payment = intent.Text("object") == PaymentIntentEndpoints.Kind;
        var code = method.Text("type") != "card"
            ? "payment_intent_payment_attempt_failed"
            : payment ? "payment_intent_authentication_failure" : "setup_intent_authentication_failure";
        var error = StripeErrors.Body(
            "invalid_request_error",
            "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
            code,
            null);
        error["payment_method"] = method.Shown();
        if (payment)
        {
            PaymentAttempt.Fail(transaction, intent, error, charge: null);
        }
        else
        {
            SetupIntentEndpoints.Fail(transaction, intent, error);
        }
    }

    private static Outcome Finish(JsonObject intent, string? returnUrl, bool succeeded)
    {
        var html = Page("Done", succeeded ? "Approved. You may close this page." : "Not paid. You may close this page.");
        if (returnUrl is null)
        {
            return new Outcome(200, html, null);
        }

        var name = intent.Text("object");
        var separator = returnUrl.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var query = $"{name}={intent.Id()}&{name}_client_secret={intent.Text("client_secret")}&redirect_status={(succeeded ? "succeeded" : "failed")}";
        return new Outcome(303, html, returnUrl + separator + query);
    }

    private static string Page(string title, string body) =>
        $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body><main><h1>{title}</h1><div>{body}</div></main></body></html>";

    private sealed record Outcome(int Status, string Html, string? Location);
}
