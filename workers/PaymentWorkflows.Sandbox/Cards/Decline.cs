namespace PaymentWorkflows.Sandbox.Cards;

/// <summary>One way in which an issuer, the network or the provider says no.</summary>
/// <param name="Name">What a test card or alias refers to: the decline code, or the error code where there is no decline code.</param>
/// <param name="Code"><c>error.code</c>.</param>
/// <param name="DeclineCode"><c>error.decline_code</c>, or null.</param>
/// <param name="Advice"><c>advice_code</c>: confirm_card_data, do_not_try_again, try_again_later, or null.</param>
/// <param name="NetworkCode">Two digits of ISO 8583, or null when the network was not asked.</param>
/// <param name="Message">What the customer may be shown.</param>
internal sealed record Decline(string Name, string Code, string? DeclineCode, string? Advice, string? NetworkCode, string Message)
{
    /// <summary>Whether the provider itself refused, so that the network never saw the payment.</summary>
    public bool IsBlocked { get; init; }
}
