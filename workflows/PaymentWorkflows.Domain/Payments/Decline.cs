using System.Text.Json.Serialization;

namespace PaymentWorkflows.Domain.Payments;

/// <summary>Why a payment was refused, in words that an app backend can act on.</summary>
/// <param name="Code">The issuer's code where there is one, else the provider's (<c>insufficient_funds</c>).</param>
/// <param name="Category">Whether the same card can ever work.</param>
/// <param name="Advice"><c>try_again_later</c>, <c>confirm_card_data</c>, <c>authenticate</c>, <c>use_another_method</c>, <c>check_first</c> or
/// <c>correct_customer_data</c>.</param>
/// <param name="Message">For the customer; never more than the issuer allows to be said.</param>
public sealed record Decline(string Code, DeclineCategory Category, string Advice, string Message)
{
    /// <summary>Whether it tells that the customer's time was over, not that somebody said no.</summary>
    [JsonIgnore]
    public bool TellsExpiry => DeclineCatalogue.IsExpiry(Code);
}
