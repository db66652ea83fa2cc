using System.Security.Cryptography;

namespace PaymentWorkflows.Sandbox.Wire;

/// <summary>Ids in the provider's look: a prefix and random base 62.</summary>
internal static class Identifiers
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>For example <c>ch_3</c> and 22 characters.</summary>
    public static string New(string prefix) => $"{prefix}_{RandomText(24)}";

    public static string Request() => $"req_{RandomText(14)}";

    public static string ClientSecret(string id) => $"{id}_secret_{RandomText(25)}";

    public static string RandomText(int length) => RandomNumberGenerator.GetString(Alphabet, length);
}
