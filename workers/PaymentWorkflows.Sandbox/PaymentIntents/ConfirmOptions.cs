using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;

namespace PaymentWorkflows.Sandbox.PaymentIntents;

/// <summary>What a confirmation says besides the intent itself.</summary>
/// <param name="OffSession">The customer is not there to authenticate.</param>
/// <param name="ErrorOnRequiresAction">Decline instead of asking.</param>
/// <param name="ReturnUrl">Where the hosted page sends the customer back to.</param>
/// <param name="BaseUrl">Address of the hosted page.</param>
/// <param name="Mandate">The customer's agreement to later debits.</param>
internal sealed record ConfirmOptions(bool OffSession, bool ErrorOnRequiresAction, string? ReturnUrl, Uri BaseUrl, JsonObject? Mandate)
{
    public static ConfirmOptions From(ApiCall call) => new(
        IsOffSession(call),
        call.Arguments.Flag("error_on_requires_action") ?? false,
        call.Arguments.Text("return_url"),
        call.BaseUrl,
        call.Arguments.Hash("mandate_data"));

    // true, false, or one of the words one_off and recurring, which both mean that the customer is away.
    private static bool IsOffSession(ApiCall call) => call.Arguments.Text("off_session") is { } text && text != "false";
}
