using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentWorkflows.Sandbox.Methods;

/// <summary>
/// The payment methods that can be played: those of the embedded data, and those that only the deployment's file knows. The file is read
/// again when it changed. Not thread-safe: the state's gate guards it.
/// </summary>
internal sealed class MethodCatalog
{
    private readonly string? file;
    private readonly Dictionary<string, MethodTraits> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TestOutcome> outcomes = new(StringComparer.Ordinal);
    private Dictionary<string, MethodTraits> added = new(StringComparer.Ordinal);
    private (DateTime Written, long Length) seen;

    /// <param name="file">The deployment's payment methods, or null.</param>
    public MethodCatalog(string? file = null)
    {
        this.file = file;
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("stripe-methods.yaml")
            ?? throw new InvalidOperationException("the embedded resource stripe-methods.yaml is missing");
        using var reader = new StreamReader(stream);
        var root = YamlJson.Read(reader);
        foreach (var (name, value) in root["outcomes"]!.AsObject())
        {
            outcomes[name] = Read<TestOutcome>(value!) with { Name = name };
        }

        foreach (var (type, value) in root["methods"]!.AsObject())
        {
            known[type] = Read<MethodTraits>(value!) with { Type = type };
        }
    }

    /// <summary>All methods, those of the embedded data first.</summary>
    public IEnumerable<MethodTraits> All => [.. known.Values, .. added.Values];

    public IReadOnlyDictionary<string, TestOutcome> Outcomes => outcomes;

    public MethodTraits? Find(string type) => known.GetValueOrDefault(type) ?? added.GetValueOrDefault(type);

    /// <summary>The traits of a type that a payment method has.</summary>
    public MethodTraits Of(string type) => Find(type) ?? throw new InvalidOperationException($"the payment method type '{type}' was taken out of {file}");

    /// <summary>Whether a type is one that only the deployment's file knows, so that no parameter table declares it.</summary>
    public bool IsAdded(string type) => added.ContainsKey(type);

    /// <summary>The test account behind a token such as <c>pm_success_de</c>.</summary>
    public (MethodTraits Method, TestNumber Number)? FindToken(string token)
    {
        foreach (var method in known.Values)
        {
            if (method.Tests.Numbers.FirstOrDefault(number => number.Token == token) is { } found)
            {
                return (method, found);
            }
        }

        return null;
    }

    /// <summary>What a payment with these test values does by itself.</summary>
    public TestOutcome? OutcomeOf(MethodTraits method, string? number, string? email)
    {
        var name = number is null ? null : method.Tests.Numbers.FirstOrDefault(row => row.Number == number)?.Outcome;
        name ??= email is null ? null : method.Tests.Emails.FirstOrDefault(word => email.Contains(word + "@", StringComparison.Ordinal));
        name ??= method.Tests.Otherwise;
        return name is null ? null : outcomes[name];
    }

    /// <summary>Reads the deployment's file when it changed since the last look.</summary>
    /// <returns>Null, or what is wrong with the file; the methods of the last good one stay.</returns>
    public string? Refresh()
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            var info = new FileInfo(file);
            var now = info.Exists ? (info.LastWriteTimeUtc, info.Length) : default;
            if (now == seen)
            {
                return null;
            }

            seen = now;
            if (!info.Exists)
            {
                return "the file is not there";
            }

            using var reader = new StreamReader(file);
            added = DeploymentMethods.Read(YamlJson.Read(reader)).Where(method => !known.ContainsKey(method.Type)).ToDictionary(method => method.Type, StringComparer.Ordinal);
            return null;
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or InvalidDataException or FormatException or ArgumentException or InvalidOperationException)
        {
            return wrong.Message;
        }
    }

    private static T Read<T>(JsonNode value) => value.Deserialize<T>(YamlJson.Options)!;
}
