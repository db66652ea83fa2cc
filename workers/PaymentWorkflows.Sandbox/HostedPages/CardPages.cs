using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.PaymentIntents;
using PaymentWorkflows.Sandbox.SetupIntents;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.HostedPages;

/// <summary>What the customer's bank does with a card that has to be authenticated.</summary>
internal static class CardPages
{
    public static HostedPage.Outcome Act(Transaction transaction, JsonObject intent, bool approve)
    {
        if (intent.Text("status") != IntentStatus.RequiresAction)
        {
            return HostedPage.Html(409, PageHtml.Note("Nothing to do", $"This payment is {intent.Text("status")}."));
        }

        var returnUrl = (string?)intent["next_action"]?["redirect_to_url"]?["return_url"];
        var succeeded = approve && Approve(transaction, intent);
        if (!approve)
        {
            Refuse(transaction, intent);
        }

        return HostedPage.Finish(intent, returnUrl, succeeded);
    }

    private static bool Approve(Transaction transaction, JsonObject intent)
    {
        var method = transaction.Get("payment_method", intent.Text("payment_method"));
        try
        {
            if (intent.Text("object") == PaymentIntentEndpoints.Kind)
            {
                PaymentAttempt.Charge(transaction, intent, method, authenticated: true);
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
        var method = transaction.Get("payment_method", intent.Text("payment_method"));
        var payment = intent.Text("object") == PaymentIntentEndpoints.Kind;
        var error = StripeErrors.Body(
            "invalid_request_error",
            "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
            payment ? "payment_intent_authentication_failure" : "setup_intent_authentication_failure",
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
}
