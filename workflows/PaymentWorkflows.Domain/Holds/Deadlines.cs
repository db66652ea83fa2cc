using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;

namespace PaymentWorkflows.Domain.Holds;

/// <summary>
/// How long <see cref="HoldAction.ExtendDeadline"/> waits: the deployment's hold period, or what the act's change says - <c>until</c> a moment
/// (RFC 3339) or <c>for</c> a duration (ISO 8601 of days, hours, minutes and seconds).
/// </summary>
public static partial class Deadlines
{
    /// <summary>The moment it waits until.</summary>
    public const string Until = "until";

    /// <summary>How long it waits.</summary>
    public const string For = "for";

    /// <summary>The longest wait that one act may ask for.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(30);

    /// <summary>What is wrong with an extension; null when nothing is.</summary>
    public static string? Problem(IReadOnlyDictionary<string, string> change, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.Count == 0)
        {
            return null;
        }

        return Read(change, now) is { } deadline && deadline > now && deadline - now <= Longest
            ? null
            : $"An extension takes 'until', a moment such as 2026-12-01T09:00:00Z, or 'for', a duration such as PT4H: later than now and at most {Longest.Days} days ahead.";
    }

    /// <summary>The new deadline of an extension without a problem.</summary>
    /// <param name="change">What the act says.</param>
    /// <param name="now">When it is done (UTC).</param>
    /// <param name="period">The deployment's hold period, where the act says nothing.</param>
    public static DateTimeOffset Extended(IReadOnlyDictionary<string, string> change, DateTimeOffset now, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Read(change, now) ?? now + period;
    }

    private static DateTimeOffset? Read(IReadOnlyDictionary<string, string> change, DateTimeOffset now)
    {
        if (change.Count != 1)
        {
            return null;
        }

        if (change.TryGetValue(Until, out var moment))
        {
            return Moment().IsMatch(moment) && DateTimeOffset.TryParse(moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
                ? until.ToUniversalTime()
                : null;
        }

        return change.TryGetValue(For, out var text) && Duration().IsMatch(text) ? now + XmlConvert.ToTimeSpan(text) : null;
    }

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?(Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Moment();

    // At least one part, and none so long that it would overflow.
    [GeneratedRegex(@"\AP(?=[0-9T])([0-9]{1,4}D)?(T(?=[0-9])([0-9]{1,5}H)?([0-9]{1,6}M)?([0-9]{1,8}S)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();
}
