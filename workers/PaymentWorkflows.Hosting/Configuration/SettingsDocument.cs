using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>Reads the text of a file as one YAML document.</summary>
internal static class SettingsDocument
{
    /// <summary>The document's root; null for an empty file.</summary>
    /// <exception cref="ConfigurationException">It is no YAML, names a key twice, or holds several documents.</exception>
    public static YamlNode? Read(string text, SettingsSource source)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StringReader(text);
            stream.Load(reader);
        }
        catch (YamlException e)
        {
            // The parser's own words, on one line and without its position, which stands in front already.
            var reason = e.Message.Replace('\n', ' ').TrimEnd('.');
            throw source.Wrong(e.Start.Line, $"the file is not valid YAML: {reason}");
        }

        return stream.Documents.Count <= 1
            ? stream.Documents.FirstOrDefault()?.RootNode
            : throw source.Wrong(stream.Documents[1].RootNode, "the file must hold one YAML document, not several");
    }
}
