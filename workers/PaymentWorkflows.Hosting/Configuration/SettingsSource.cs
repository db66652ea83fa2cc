using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>The file's name and the environment's overrides, shared by all sections; remembers which overrides were used.</summary>
internal sealed class SettingsSource(string file, IReadOnlyDictionary<string, string> environment)
{
    public const string Prefix = "PAY__";

    private const int LongestSentence = 1_000;

    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly List<string> _keys = [];

    /// <summary>The override of a key path (<c>postgres.address</c> is <c>PAY__POSTGRES__ADDRESS</c>), or null.</summary>
    public string? Override(string path)
    {
        var name = VariableName(path);
        _keys.Add(name);
        if (!environment.TryGetValue(name, out var value))
        {
            return null;
        }

        _used.Add(name);
        return value;
    }

    public static string VariableName(string path) =>
        Prefix + path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>An override that no key asked for is a typing error, and would otherwise be ignored in silence.</summary>
    public void RefuseUnusedOverrides()
    {
        foreach (var name in environment.Keys.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            if (!_used.Contains(name))
            {
                throw new ConfigurationException($"Environment variable {name} overrides no key; nearest: {string.Join(", ", NearestWords.To(name, _keys))}.");
            }
        }
    }

    public ConfigurationException Wrong(YamlNode? node, string sentence) =>
        Wrong(node?.Start.Line ?? 1, sentence);

    public ConfigurationException Wrong(long line, string sentence) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{file}, line {line}: {Shown(sentence)}."));

    public static ConfigurationException WrongOverride(string path, string sentence) =>
        new($"Environment variable {VariableName(path)}: {Shown(sentence)}.");

    /// <summary>One line, whatever the value holds that the sentence repeats; of a huge one the beginning and the end, which says what is allowed.</summary>
    private static string Shown(string sentence)
    {
        var cut = sentence.Length <= LongestSentence ? sentence : $"{sentence[..(LongestSentence / 2)]} ... {sentence[^(LongestSentence / 2)..]}";
        return string.Create(cut.Length, cut, (shown, text) =>
        {
            for (var index = 0; index < text.Length; index++)
            {
                shown[index] = char.IsControl(text[index]) || char.IsSurrogate(text[index]) || text[index] is '\u2028' or '\u2029' ? '?' : text[index];
            }
        });
    }
}
