using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.PaymentMethods;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.PaymentIntents;

/// <summary>What the customer has to do before a payment can go on.</summary>
internal static class NextActions
{
    /// <summary>How long a Pix code is valid when the request does not say.</summary>
    public const long PixSeconds = 14_400;

    /// <summary>Asks for 3-D Secure: by redirect when there is somewhere to return to, otherwise through the SDK.</summary>
    public static void RequireThreeDSecure(Transaction transaction, JsonObject intent, ConfirmOptions options)
    {
        intent["next_action"] = ThreeDSecure(intent, options);
        Require(transaction, intent, "payment_intent.requires_action");
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

    /// <summary>Asks for a payment by iDEAL, GrabPay or Pix.</summary>
    /// <exception cref="StripeException">400 for a wrong currency or manual capture.</exception>
    public static void RequireLocal(Transaction transaction, JsonObject intent, JsonObject method, ConfirmOptions options)
    {
        var type = method.Text("type");
        var currencies = PaymentMethodFactory.LocalTypes[type];
        if (!currencies.Contains(intent.Text("currency")))
        {
            throw StripeErrors.State(
                $"The currency provided ({intent.Text("currency")}) is invalid for {type}. It must be one of: {string.Join(", ", currencies)}.",
                "payment_intent_incompatible_payment_method",
                "currency",
                intent.Shown());
        }

        if (intent.Text("capture_method") == "manual")
        {
            throw StripeErrors.State($"The payment method type {type} does not support manual capture.", "payment_intent_incompatible_payment_method", "capture_method", intent.Shown());
        }

        intent["next_action"] = type == "pix" ? Pix(transaction, intent, options) : LocalRedirect(intent, options);
        Require(transaction, intent, "payment_intent.requires_action");
    }

    private static JsonObject LocalRedirect(JsonObject intent, ConfirmOptions options) =>
        options.ReturnUrl is { } returnUrl
            ? Redirect(new Uri(options.BaseUrl, $"/3d_secure/{intent.Id()}").ToString(), returnUrl)
            : throw StripeErrors.MissingParameter("return_url");

    private static JsonObject Pix(Transaction transaction, JsonObject intent, ConfirmOptions options)
    {
        var expires = transaction.Now.AddSeconds(PixSeconds);
        var url = new Uri(options.BaseUrl, $"/3d_secure/{intent.Id()}").ToString();
        transaction.CancelJobs(JobKinds.ExpireAction, intent.Id());
        transaction.Schedule(JobKinds.ExpireAction, intent.Id(), expires);
        return new JsonObject
        {
            ["pix_display_qr_code"] = new JsonObject
            {
                ["data"] = $"00020126580014br.gov.bcb.pix0136{intent.Id()}5204000053039865802BR5909SANDBOX6009SAO PAULO6304",
                ["expires_at"] = expires.ToUnixTimeSeconds(),
                ["hosted_instructions_url"] = url,
                ["image_url_png"] = url + "/code.png",
                ["image_url_svg"] = url + "/code.svg",
            },
            ["type"] = "pix_display_qr_code",
        };
    }

    private static JsonObject Redirect(string url, string returnUrl) => new()
    {
        ["redirect_to_url"] = new JsonObject { ["return_url"] = returnUrl, ["url"] = url },
        ["type"] = "redirect_to_url",
    };

    private static void Require(Transaction transaction, JsonObject intent, string eventType)
    {
        intent["status"] = IntentStatus.RequiresAction;
        transaction.Save(intent);
        transaction.Emit(eventType, intent);
    }
}
