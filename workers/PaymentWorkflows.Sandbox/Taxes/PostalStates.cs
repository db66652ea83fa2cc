using System.Globalization;

namespace PaymentWorkflows.Sandbox.Taxes;

/// <summary>The state of a postal code of the US, by its first three digits. Source: pe.usps.com, labeling list L002.</summary>
internal static class PostalStates
{
    private const string Ranges = """
        AL350-369 AK995-999 AZ850-865 AR716-729 CA900-961 CO800-816 CT060-069 DC200-205 DE197-199 FL320-349 GA300-319 GA398-399 HI967-968 IA500-528 ID832-838
        IL600-629 IN460-479 KS660-679 KY400-427 LA700-714 MA010-027 MA055-055 MD206-219 ME039-049 MI480-499 MN550-567 MO630-658 MS386-397 MT590-599 NC270-289
        ND580-588 NE680-693 NH030-038 NJ070-089 NM870-884 NV889-898 NY005-005 NY100-149 OH430-459 OK730-732 OK734-749 OR970-979 PA150-196 RI028-029 SC290-299
        SD570-577 TN370-385 TX733-733 TX750-799 TX885-885 UT840-847 VA220-246 VT050-054 VT056-059 WA980-994 WI530-549 WV247-268 WY820-831
        """;

    private static readonly (int From, int To, string State)[] Table =
        [.. Ranges.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(range => (Number(range[2..5]), Number(range[6..9]), range[..2]))];

    /// <summary>For example <c>CA</c>; null when the code is none of a state.</summary>
    public static string? Of(string postalCode)
    {
        if (postalCode.Length < 5 || !postalCode[..5].All(char.IsAsciiDigit))
        {
            return null;
        }

        var area = Number(postalCode[..3]);
        return Table.FirstOrDefault(row => area >= row.From && area <= row.To).State;
    }

    private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
