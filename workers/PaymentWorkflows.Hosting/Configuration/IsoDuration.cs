using System.Text.RegularExpressions;
using System.Xml;

namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>ISO 8601 durations of fixed length: days, hours, minutes, seconds. Years and months have no fixed length and are refused.</summary>
public static partial class IsoDuration
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (!Pattern().IsMatch(text) || text.EndsWith('T') || text == "P")
        {
            return false;
        }

        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception tooLong) when (tooLong is OverflowException or FormatException)
        {
            // Both mean more than a TimeSpan holds: the form was right.
            return false;
        }
    }

    public static string Format(TimeSpan duration) => XmlConvert.ToString(duration);

    [GeneratedRegex(@"^P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
