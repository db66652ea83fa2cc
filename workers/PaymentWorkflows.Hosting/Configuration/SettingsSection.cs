using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>
/// Reads one mapping of the file, key by key. Each read names what is allowed, so that the error can say it; <see cref="Close"/> then
/// refuses the keys that nobody asked for.
/// </summary>
internal sealed class SettingsSection(SettingsSource source, string path, YamlNode? node)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private Dictionary<string, KeyValuePair<YamlNode, YamlNode>>? _entries;

    public SettingsSource Source => source;

    /// <summary>Refuses keys without a value, here and in every section below: what is not wanted is left out.</summary>
    public void RefuseEmpty() => RefuseEmpty(node, path);

    /// <summary>Reads a section and checks that it held nothing else.</summary>
    public T Section<T>(string key, Func<SettingsSection, T> read)
    {
        var section = new SettingsSection(source, PathOf(key), Child(key));
        var value = read(section);
        section.Close();
        return value;
    }

    /// <summary>Reads a section that may be left out; then it is null.</summary>
    public T? OptionalSection<T>(string key, Func<SettingsSection, T> read)
        where T : class => IsAbsent(Child(key)) ? null : Section(key, read);

    /// <summary>Reads a list of sections; a missing list is empty.</summary>
    public IReadOnlyList<T> Sections<T>(string key, Func<SettingsSection, T> read)
    {
        var list = Child(key);
        if (IsAbsent(list))
        {
            return [];
        }

        var entries = list as YamlSequenceNode ?? throw source.Wrong(list, $"{PathOf(key)} must be a list (lines that begin with '- ')");
        var values = new List<T>();
        foreach (var entry in entries.Children)
        {
            var section = new SettingsSection(source, string.Create(CultureInfo.InvariantCulture, $"{PathOf(key)}[{values.Count}]"), entry);
            values.Add(read(section));
            section.Close();
        }

        return values;
    }

    /// <summary>Whether the key is there with a value.</summary>
    public bool Has(string key) => !IsAbsent(Child(key));

    /// <summary>Whether the key holds a single word rather than a list or a section.</summary>
    public bool IsWord(string key) => Child(key) is YamlScalarNode;

    /// <summary>Whether the key's value stands without quotes: only then do numbers and truth values mean themselves.</summary>
    public bool IsPlain(string key) => Child(key) is YamlScalarNode { Style: ScalarStyle.Plain };

    /// <summary>A list of scalars, none of them twice; null when the key is absent.</summary>
    /// <param name="key">The key.</param>
    /// <param name="parse">Checks one entry.</param>
    /// <param name="allowed">What an entry may be.</param>
    public IReadOnlyList<T>? Words<T>(string key, Parser<T> parse, string allowed)
    {
        var list = Child(key);
        if (IsAbsent(list))
        {
            return null;
        }

        var entries = list as YamlSequenceNode ?? throw source.Wrong(list, $"{PathOf(key)} must be a list such as [a, b], each {allowed}");
        if (entries.Children.Count == 0)
        {
            throw source.Wrong(list, $"{PathOf(key)} is an empty list; it must hold at least one entry, each {allowed}");
        }

        var values = new List<T>();
        var known = new HashSet<T>();
        foreach (var entry in entries.Children)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{PathOf(key)}[{values.Count}]");
            var word = entry as YamlScalarNode ?? throw source.Wrong(entry, $"{path} must be {allowed}, not a list or a section");
            if (!parse(word.Value!, out var value))
            {
                throw source.Wrong(word, $"{path} is '{word.Value}' but must be {allowed}");
            }

            values.Add(known.Add(value) ? value : throw source.Wrong(word, $"{path} is '{word.Value}' a second time; name it once"));
        }

        return values;
    }

    /// <summary>Fails because the section needs a key that is not there.</summary>
    public ConfigurationException Missing(string key, string allowed) => source.Wrong(node, $"{PathOf(key)} is missing; it must be {allowed}");

    /// <summary>Reads a mapping with keys of the user's choice.</summary>
    public IReadOnlyDictionary<string, T> Map<T>(string key, Func<SettingsSection, string, T> readEntry)
    {
        var section = new SettingsSection(source, PathOf(key), Child(key));
        var values = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var name in section.Mapping()?.Children.Keys.OfType<YamlScalarNode>().Select(name => name.Value!) ?? [])
        {
            values.Add(name, readEntry(section, name));
        }

        section.Close();
        return values;
    }

    /// <summary>A scalar's text checked by <paramref name="parse"/>, the default when it is absent.</summary>
    public T Value<T>(string key, Parser<T> parse, string allowed, T fallback) => Read(key, parse, allowed, out var value) ? value : fallback;

    /// <summary>A scalar that must be there.</summary>
    public T Required<T>(string key, Parser<T> parse, string allowed) =>
        Read(key, parse, allowed, out var value) ? value : throw source.Wrong(node, $"{PathOf(key)} is missing; it must be {allowed}");

    /// <summary>Fails at the line of <paramref name="key"/>, or at its override.</summary>
    public ConfigurationException Wrong(string key, string sentence) =>
        source.Override(PathOf(key)) is null ? source.Wrong(Entry(key).Key ?? node, sentence) : SettingsSource.WrongOverride(PathOf(key), sentence);

    public string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>Fails when the section holds a key that was never asked for.</summary>
    public void Close()
    {
        foreach (var key in Mapping()?.Children.Keys ?? Enumerable.Empty<YamlNode>())
        {
            var name = (key as YamlScalarNode)?.Value ?? throw source.Wrong(key, $"{(path.Length == 0 ? "the file" : path)} holds a key that is not a word");
            if (!_asked.Contains(name))
            {
                throw source.Wrong(key, $"{PathOf(name)} is not a known key; nearest: {string.Join(", ", NearestWords.To(name, _asked).Select(PathOf))}");
            }
        }
    }

    private void RefuseEmpty(YamlNode? at, string name)
    {
        if (at is YamlMappingNode mapping)
        {
            foreach (var (key, value) in mapping.Children)
            {
                var inner = name.Length == 0 ? $"{key}" : $"{name}.{key}";
                if (IsAbsent(value))
                {
                    throw source.Wrong(key, $"{inner} is empty; give it a value, or leave it out if it may be");
                }

                RefuseEmpty(value, inner);
            }
        }
    }

    private bool Read<T>(string key, Parser<T> parse, string allowed, out T value)
    {
        value = default!;
        var child = Child(key);
        if (source.Override(PathOf(key)) is { } text)
        {
            return parse(text, out value) ? true : throw SettingsSource.WrongOverride(PathOf(key), $"{PathOf(key)} is '{text}' but must be {allowed}");
        }

        if (IsAbsent(child))
        {
            return false;
        }

        var scalar = child as YamlScalarNode ?? throw source.Wrong(child, $"{PathOf(key)} must be {allowed}, not a list or a section");
        return parse(scalar.Value!, out value) ? true : throw source.Wrong(scalar, $"{PathOf(key)} is '{scalar.Value}' but must be {allowed}");
    }

    private YamlNode? Child(string key)
    {
        _asked.Add(key);
        return Entry(key).Value;
    }

    private KeyValuePair<YamlNode, YamlNode> Entry(string key)
    {
        _entries ??= Mapping()?.Children.Where(pair => pair.Key is YamlScalarNode { Value: not null }).ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, StringComparer.Ordinal) ?? [];
        return _entries.GetValueOrDefault(key);
    }

    private YamlMappingNode? Mapping() => IsAbsent(node)
        ? null
        : node as YamlMappingNode ?? throw source.Wrong(node, $"{(path.Length == 0 ? "the file" : path)} must be a section of keys and values");

    private static bool IsAbsent(YamlNode? candidate) =>
        candidate is null or YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };
}

/// <summary>Turns a scalar's text into a value; false when it is not allowed.</summary>
internal delegate bool Parser<T>(string text, out T value);
