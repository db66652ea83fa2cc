using System.Reflection;

namespace PaymentWorkflows.Sandbox.Parameters;

/// <summary>The declared parameters of every endpoint, read once from the embedded <c>parameters.txt</c>.</summary>
internal sealed class ParameterTable
{
    private readonly Dictionary<string, ParameterSpec.Hash> endpoints = new(StringComparer.Ordinal);

    private ParameterTable()
    {
    }

    /// <summary>The table that ships with the sandbox.</summary>
    public static ParameterTable Default { get; } = Load();

    /// <summary>Finds the parameters of an endpoint.</summary>
    /// <param name="endpoint">Method and path template, for example <c>POST /v1/refunds</c>.</param>
    public ParameterSpec.Hash Of(string endpoint) =>
        endpoints.TryGetValue(endpoint, out var hash)
            ? hash
            : throw new InvalidOperationException($"parameters.txt has no section '{endpoint}'");

    internal static ParameterTable Parse(TextReader reader)
    {
        var table = new ParameterTable();
        string? endpoint = null;
        var fields = new Dictionary<string, ParameterSpec.Field>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] != ' ')
            {
                table.Close(endpoint, fields);
                endpoint = line;
                fields = new(StringComparer.Ordinal);
                continue;
            }

            var grammar = new ParameterGrammar(line.Trim());
            var (name, field) = grammar.ReadField();
            fields[name] = field;
        }

        table.Close(endpoint, fields);
        return table;
    }

    private void Close(string? endpoint, Dictionary<string, ParameterSpec.Field> fields)
    {
        if (endpoint is not null)
        {
            endpoints[endpoint] = new ParameterSpec.Hash(fields);
        }
    }

    private static ParameterTable Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("parameters.txt")
            ?? throw new InvalidOperationException("the embedded resource parameters.txt is missing");
        using var reader = new StreamReader(stream);
        return Parse(reader);
    }
}
