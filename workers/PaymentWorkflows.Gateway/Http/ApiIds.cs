using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Gateway.Http;

/// <summary>
/// Makes ids that sort by time (UUID version 7). Written in base 32 with few digits, because a long run of decimal digits could be
/// mistaken for a card number when the id comes back to us.
/// </summary>
public static class ApiIds
{
    private const string Alphabet = "234567abcdefghijklmnopqrstuvwxyz";

    public static CheckoutId Checkout(TimeProvider clock) => CheckoutId.Parse(New("chk_", clock));

    public static TransactionId Transaction(TimeProvider clock) => TransactionId.Parse(New("txn_", clock));

    public static string Request(TimeProvider clock) => New("req_", clock);

    private static string New(string prefix, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(clock.GetUtcNow()).TryWriteBytes(bytes, bigEndian: true, out _);
        Span<char> text = stackalloc char[26];
        for (var index = 0; index < text.Length; index++)
        {
            text[index] = Alphabet[FiveBits(bytes, index * 5)];
        }

        return string.Concat(prefix, text);
    }

    private static int FiveBits(ReadOnlySpan<byte> bytes, int bit)
    {
        var low = bit / 8 + 1 < bytes.Length ? bytes[bit / 8 + 1] : 0;
        var window = (bytes[bit / 8] << 8) | low;
        return (window >> (11 - bit % 8)) & 0x1F;
    }
}
