namespace PaymentWorkflows.Sandbox.Parameters;

/// <summary>What a parameter may be. A closed set.</summary>
internal abstract record ParameterSpec
{
    private ParameterSpec()
    {
    }

    internal sealed record Text : ParameterSpec;

    internal sealed record Integer : ParameterSpec;

    internal sealed record Number : ParameterSpec;

    internal sealed record Flag : ParameterSpec;

    internal sealed record Anything : ParameterSpec;

    internal sealed record Choice(IReadOnlyList<string> Values) : ParameterSpec;

    internal sealed record ListOf(ParameterSpec Item) : ParameterSpec;

    /// <summary>A hash with declared fields.</summary>
    internal sealed record Hash(IReadOnlyDictionary<string, Field> Fields) : ParameterSpec;

    /// <summary>A hash whose names are the caller's own, such as metadata.</summary>
    internal sealed record FreeHash : ParameterSpec;

    /// <summary>A leaf or a hash, such as <c>created=1</c> and <c>created[gte]=1</c>.</summary>
    internal sealed record Either(ParameterSpec Leaf, ParameterSpec Tree) : ParameterSpec;

    internal sealed record Field(ParameterSpec Spec, bool Required);
}
