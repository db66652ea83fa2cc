using PaymentWorkflows.Sandbox.Faults;
using PaymentWorkflows.Sandbox.Refunds;

namespace PaymentWorkflows.Sandbox.Control;

/// <summary>Body of <c>POST /faults</c>; see <see cref="FaultRule"/>.</summary>
internal sealed record FaultRequest(
    string Kind, FaultMatch? Match = null, int Times = 1, int? DelayMs = null, bool Committed = false, string? Reason = null);

/// <summary>Body of <c>POST /clock</c>.</summary>
/// <param name="Advance">An ISO 8601 duration, for example <c>PT25H</c> or <c>P8D</c>.</param>
internal sealed record ClockRequest(string Advance);

/// <summary>Body of <c>POST /refunds</c>.</summary>
/// <param name="WhenShort"><c>overdraw</c>, <c>pending</c> or <c>refuse</c>.</param>
internal sealed record RefundPolicyRequest(ShortBalance WhenShort);

/// <summary>Body of <c>POST /tax</c>: another standard rate, so that an amount changes.</summary>
/// <param name="Country">For example <c>DE</c>.</param>
/// <param name="Percentage">For example <c>20.0</c>; null goes back to the rate in force.</param>
/// <param name="State">For countries whose states have rates, for example <c>CA</c>.</param>
internal sealed record TaxRateRequest(string Country, string? Percentage, string? State = null);

/// <summary>Body of <c>POST /merchant/stock</c>: how many of an article the played merchant has left.</summary>
/// <param name="Quantity">Null takes the limit away.</param>
internal sealed record StockRequest(string Sku, long? Quantity);

/// <summary>Body of <c>POST /tax/expiry</c>: when calculations that are made from now on expire, so that an old one need not be waited for.</summary>
/// <param name="At">An RFC 3339 time; null goes back to their usual life.</param>
internal sealed record TaxExpiryRequest(DateTimeOffset? At);
