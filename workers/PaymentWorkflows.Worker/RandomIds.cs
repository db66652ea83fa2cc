using System.Security.Cryptography;

namespace PaymentWorkflows.Worker;

/// <summary>The random part of ids: 24 letters and digits, some 142 bits.</summary>
public static class RandomIds
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static string Next() => RandomNumberGenerator.GetString(Alphabet, 24);
}
