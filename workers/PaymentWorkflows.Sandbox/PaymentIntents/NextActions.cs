using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.PaymentIntents;

/// <summary>What the customer has to do before a payment can go on.</summary>
internal static class NextActions
{
    /// <summary>Asks for 3-D Secure: by redirect when there is somewhere to return to, otherwise through the SDK.</summary>
    public static void RequireThreeDSecure(Transaction transaction, JsonObject intent, ConfirmOptions options)
    {
        intent["next_action"] = ThreeDSecure(intent, options);
        intent["status"] = IntentStatus.RequiresAction;
        transaction.Save(intent);
        transaction.Emit("payment_intent.requires_action", intent);
    }

    public static JsonObject ThreeDSecure(JsonObject intent, ConfirmOptions options)
    {
        var url = new Uri(options.BaseUrl, $"/3d_secure/{intent.Id()}").ToString();
        return options.ReturnUrl is { } returnUrl
            ? Redirect(url, returnUrl)
            : new JsonObject
            {
                ["type"] = "use_stripe_sdk",
                ["use_stripe_sdk"] = new JsonObject { ["source"] = Identifiers.New("src"), ["stripe_js"] = url, ["type"] = "three_d_secure_redirect" },
            };
    }

    private static JsonObject Redirect(string url, string returnUrl) => new()
    {
        ["redirect_to_url"] = new JsonObject { ["return_url"] = returnUrl, ["url"] = url },
        ["type"] = "redirect_to_url",
    };
}
