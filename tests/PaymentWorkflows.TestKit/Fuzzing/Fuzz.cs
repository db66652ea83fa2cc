using System.Collections.Concurrent;
using System.Globalization;
using CsCheck;

namespace PaymentWorkflows.TestKit.Fuzzing;

/// <summary>
/// Plays generated cases. Each case is made from the seed and its number alone, so every run plays the same ones, and a failure names what
/// plays it again. <c>PAY_FUZZ_FACTOR</c> multiplies how many are played, <c>PAY_FUZZ_SEED</c> chooses others, <c>PAY_FUZZ_CASE</c> plays one.
/// </summary>
public static class Fuzz
{
    private const string FactorVariable = "PAY_FUZZ_FACTOR";
    private const string SeedVariable = "PAY_FUZZ_SEED";
    private const string CaseVariable = "PAY_FUZZ_CASE";
    private const int MostFailures = 10;
    private const ulong DefaultSeed = 20_261_129;

    /// <summary>Plays the cases, several at once; ends early when many have failed.</summary>
    /// <param name="cases">How a case is made.</param>
    /// <param name="few">How many are played when no factor is set.</param>
    /// <param name="atOnce">How many at the same time.</param>
    /// <param name="play">Plays one; throws when it does not go as it should.</param>
    /// <param name="describe">What a failure shows of a case.</param>
    /// <returns>How many were played.</returns>
    /// <exception cref="AggregateException">Of <see cref="FuzzException"/>: cases failed; each says which one it was and how to play it again.</exception>
    public static async Task<int> PlayAsync<T>(Gen<T> cases, int few, int atOnce, Func<T, Task> play, Func<T, string> describe)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentNullException.ThrowIfNull(play);
        ArgumentNullException.ThrowIfNull(describe);
        var seed = Number(SeedVariable, DefaultSeed);
        var numbers = Environment.GetEnvironmentVariable(CaseVariable) is { Length: > 0 } one
            ? [uint.Parse(one, CultureInfo.InvariantCulture)]
            : Enumerable.Range(1, checked(few * (int)Number(FactorVariable, 1))).Select(number => (uint)number).ToArray();
        var failures = new ConcurrentQueue<FuzzException>();
        await Parallel.ForEachAsync(numbers, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (number, stop) =>
        {
            if (failures.Count >= MostFailures)
            {
                return;
            }

            var made = cases.Generate(new PCG(number, seed), null, out _);
            try
            {
                await play(made);
            }
            catch (Exception failed)
            {
                failures.Enqueue(new FuzzException($"Case {number} of seed {seed} failed; {SeedVariable}={seed} {CaseVariable}={number} plays it again.\n{failed.Message}\n{describe(made)}", failed));
            }
        });
        if (!failures.IsEmpty)
        {
            throw new AggregateException($"{failures.Count} of {numbers.Length} cases failed.", failures);
        }

        return numbers.Length;
    }

    private static ulong Number(string variable, ulong fallback) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : fallback;
}

/// <summary>A generated case did not go as it should.</summary>
public sealed class FuzzException(string message, Exception innerException) : Exception(message, innerException);
