using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Hosting.PaymentMethods;

/// <summary>
/// Reads <c>payment-methods.yaml</c> strictly: whatever is wrong in it is a <see cref="ConfigurationException"/> of one sentence, with the
/// file, the line, the field and what is allowed there. The file takes no overrides from the environment.
/// </summary>
public static class PaymentMethodLoader
{
    private static readonly IReadOnlyDictionary<string, string> NoOverrides = new Dictionary<string, string>();

    /// <summary>Reads the file.</summary>
    /// <exception cref="ConfigurationException">It cannot be read, or something in it is wrong.</exception>
    public static PaymentMethodCatalogue Load(string file) => Parse(Text(file), file);

    /// <summary>The file's text.</summary>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{file} cannot be read: {unreadable.Message} The key payment_methods names the file.", unreadable);
        }
    }

    /// <summary>Reads the text of a file; <paramref name="file"/> is named in errors.</summary>
    /// <exception cref="ConfigurationException">Something in it is wrong.</exception>
    public static PaymentMethodCatalogue Parse(string text, string file)
    {
        var source = new SettingsSource(file, NoOverrides);
        var root = new SettingsSection(source, "", SettingsDocument.Read(text, source));
        root.RefuseEmpty();
        var methods = PaymentMethodReader.Read(root);
        root.Close();
        return new PaymentMethodCatalogue(methods);
    }
}
