using System.Security.Cryptography;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.IntegrationTests.Hostile;

/// <summary>Card numbers that exist in this run alone: wherever one is found afterwards, it has leaked.</summary>
internal sealed class Canaries
{
    /// <summary>First digits and length of Visa, Mastercard (both ranges), American Express, Discover, Diners, JCB and UnionPay.</summary>
    private static readonly (string First, int Length)[] Brands = [("4", 16), ("53", 16), ("2223", 16), ("37", 15), ("6011", 16), ("36", 14), ("3566", 16), ("6240", 16)];

    private readonly string[] numbers = [.. Brands.Select(brand => Complete(brand.First + RandomNumberGenerator.GetString("0123456789", brand.Length - 1 - brand.First.Length)))];
    private int used;

    /// <summary>Every way in which the numbers are written.</summary>
    public IReadOnlyList<string> Forms => [.. numbers.SelectMany(number => new[] { number, Grouped(number, " "), Grouped(number, "-"), Grouped(number, "."), Wide(number) })];

    /// <summary>The next number, in one run of digits.</summary>
    public string Plain() => numbers[Interlocked.Increment(ref used) % numbers.Length];

    /// <summary>The next number of 16 digits.</summary>
    public string Sixteen()
    {
        while (true)
        {
            if (Plain() is { Length: 16 } number)
            {
                return number;
            }
        }
    }

    /// <summary>The next number in groups.</summary>
    public string Spaced() => Grouped(Plain(), " ");

    public string Dashed() => Grouped(Plain(), "-");

    public string Dotted() => Grouped(Sixteen(), ".");

    /// <summary>In digits of full width.</summary>
    public string Wide() => Wide(Plain());

    /// <summary>As a URL may hide it.</summary>
    public string Percent() => string.Concat(Plain().Select(digit => $"%3{digit}"));

    /// <summary>As JSON may hide it.</summary>
    public string Escaped() => string.Concat(Plain().Select(digit => $"\\u003{digit}"));

    private static string Wide(string number) => string.Concat(number.Select(digit => (char)('\uFF10' + digit - '0')));

    private static string Grouped(string number, string gap) => string.Join(gap, number.Chunk(4).Select(group => new string(group)));

    private static string Complete(string digits) => Enumerable.Range(0, 10).Select(last => $"{digits}{last}").First(number => CardNumbers.PassesLuhn(number));
}
