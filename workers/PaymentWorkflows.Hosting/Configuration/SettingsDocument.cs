using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>
/// Reads the text of a file as one YAML document of plain mappings, lists and words. What could make a small file large or endless - aliases,
/// tags, deep nesting - is refused before anything is built from it.
/// </summary>
internal static class SettingsDocument
{
    private const int LongestText = 262_144;

    /// <summary>The stream and the document are levels of the parser's own.</summary>
    private const int DeepestLevel = 32 + 2;

    /// <summary>The document's root; null for an empty file.</summary>
    /// <exception cref="ConfigurationException">It is no such YAML, names a key twice, or holds several documents.</exception>
    public static YamlNode? Read(string text, SettingsSource source)
    {
        if (text.Length > LongestText)
        {
            throw source.Wrong(1, string.Create(CultureInfo.InvariantCulture, $"the file has {text.Length} characters; it may have at most {LongestText}"));
        }

        var stream = new YamlStream();
        Parsing(text, source, parser => RefuseWhatExpands(parser, source));
        Parsing(text, source, stream.Load);
        return stream.Documents.Count <= 1
            ? stream.Documents.FirstOrDefault()?.RootNode
            : throw source.Wrong(stream.Documents[1].RootNode, "the file must hold one YAML document, not several");
    }

    /// <summary>Goes through the events alone, which takes no stack and no more memory than the text.</summary>
    private static void RefuseWhatExpands(IParser parser, SettingsSource source)
    {
        var level = 0;
        while (parser.MoveNext())
        {
            var line = parser.Current!.Start.Line;
            switch (parser.Current)
            {
                case AnchorAlias:
                case NodeEvent { Anchor.IsEmpty: false }:
                    throw source.Wrong(line, "anchors and aliases (&name, *name) are not read here; write the value where it is meant");
                case NodeEvent { Tag.IsEmpty: false }:
                    throw source.Wrong(line, "tags (!name) are not read here; write the value alone");
            }

            level += parser.Current.NestingIncrease;
            if (level > DeepestLevel)
            {
                throw source.Wrong(line, string.Create(CultureInfo.InvariantCulture, $"the file is nested deeper than {DeepestLevel - 2} levels"));
            }
        }
    }

    private static void Parsing(string text, SettingsSource source, Action<IParser> read)
    {
        using var reader = new StringReader(text);
        var parser = new Parser(reader);
        try
        {
            read(parser);
        }
        catch (YamlException e)
        {
            // The parser's own words, on one line and without its position, which stands in front already.
            var reason = e.Message.Replace('\n', ' ').TrimEnd('.');
            throw source.Wrong(Math.Max(1, e.Start.Line), $"the file is not valid YAML: {reason}");
        }
        catch (Exception e) when (e is not ConfigurationException)
        {
            // On some broken texts the parser fails without a word that helps: with an index, a state or a code point of its own.
            throw source.Wrong(Math.Max(1, parser.Current?.Start.Line ?? 1), "the file is not valid YAML here or in the lines below");
        }
    }
}
