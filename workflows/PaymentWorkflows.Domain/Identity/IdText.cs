namespace PaymentWorkflows.Domain;

/// <summary>
/// Writes the 128 bits of a UUID as the random part of an id: base 32 with few digits, because a long run of decimal digits could be
/// mistaken for a card number when the id comes back to us.
/// </summary>
public static class IdText
{
    private const string Alphabet = "234567abcdefghijklmnopqrstuvwxyz";

    /// <summary>26 lower-case letters and digits; they sort as the UUIDs do.</summary>
    public static string Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        Span<char> text = stackalloc char[26];
        for (var index = 0; index < text.Length; index++)
        {
            text[index] = Alphabet[FiveBits(bytes, index * 5)];
        }

        return new string(text);
    }

    private static int FiveBits(ReadOnlySpan<byte> bytes, int bit)
    {
        var low = bit / 8 + 1 < bytes.Length ? bytes[bit / 8 + 1] : 0;
        var window = (bytes[bit / 8] << 8) | low;
        return (window >> (11 - bit % 8)) & 0x1F;
    }
}
