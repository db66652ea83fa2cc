using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Worker.Notices;

/// <summary>
/// When a notice that failed is sent again: after a pause that doubles up to a longest one, each a fifth shorter or longer by chance, so
/// that a backend that comes back is not met by all at once. The last try is at the end of the time that a notice is tried for.
/// </summary>
public sealed class NoticeSchedule(NoticeOptions options, Random chance)
{
    private const double Spread = 0.2;

    /// <summary>The next try; null when the notice is to be given up.</summary>
    /// <param name="failures">How often it failed since it is due, this time included; from 1.</param>
    /// <param name="dueSince">Since when it is due.</param>
    /// <param name="now">The time of this failure.</param>
    public DateTimeOffset? Next(int failures, DateTimeOffset dueSince, DateTimeOffset now)
    {
        var end = dueSince + options.RetryFor;
        if (now >= end)
        {
            return null;
        }

        var pause = now + (Pause(failures) * (1 + (Spread * ((2 * chance.NextDouble()) - 1))));
        return pause < end ? pause : end;
    }

    private TimeSpan Pause(int failures)
    {
        var pause = options.FirstRetry;
        for (var doubled = 1; doubled < failures && pause < options.LongestRetry; doubled++)
        {
            pause *= 2;
        }

        return pause < options.LongestRetry ? pause : options.LongestRetry;
    }
}
