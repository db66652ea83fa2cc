using System.Text.Json;
using System.Text.Json.Serialization;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Chaos.Defences;

/// <summary>Something in the sources that keeps money right, and how it is switched off to see that the harness would tell.</summary>
/// <param name="Name">Names it: snake_case.</param>
/// <param name="Guards">What it is there for, a sentence part for people.</param>
/// <param name="Off">What the sources do without it, for people.</param>
/// <param name="Case">The case that must turn red, as <see cref="ChaosCase.ToString"/> names it.</param>
/// <param name="Says">What the judge must say, or a part of it.</param>
/// <param name="Edits">The changes to the sources.</param>
internal sealed record Defence(string Name, string Guards, string Off, string Case, string Says, IReadOnlyList<DefenceEdit> Edits)
{
    /// <summary>Beside the repository's root.</summary>
    public const string File = "tests/defences/defences.json";

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Whether a part of it is off from the start of a stack: a migration has no switch.</summary>
    [JsonIgnore]
    public bool IsMigrated => Edits.Any(edit => edit.IsMigration);

    /// <exception cref="StackException">There is no list, or it cannot be read.</exception>
    public static IReadOnlyList<Defence> Read(string root)
    {
        try
        {
            return JsonSerializer.Deserialize<Defence[]>(System.IO.File.ReadAllText(Path.Combine(root, File)), Format)!;
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException)
        {
            throw new StackException($"{File} cannot be read: {unreadable.Message}", unreadable);
        }
    }
}

/// <summary>One change to a source file.</summary>
/// <param name="File">Relative to the repository's root.</param>
/// <param name="Old">Text that stands in it once.</param>
/// <param name="New">What stands there instead; <c>{off}</c> is whether the defence is off just now.</param>
internal sealed record DefenceEdit(string File, string Old, string New)
{
    [JsonIgnore]
    public bool IsMigration => File.EndsWith(".sql", StringComparison.Ordinal);
}
