using System.Collections;

namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>
/// Reads <c>temporal-dev.yaml</c> strictly: a key that is unknown, missing, of the wrong type or out of range is a
/// <see cref="ConfigurationException"/> of one sentence. Any scalar can be overridden by an environment variable: <c>PAY__</c> and the
/// key path joined by two underscores (<c>PAY__POSTGRES__ADDRESS</c>, <c>PAY__WORKERS__0__COUNT</c>).
/// </summary>
public static class StackOptionsLoader
{
    public const string DefaultFileName = "temporal-dev.yaml";

    /// <summary>The environment variable that names the file when no <c>--config</c> is given.</summary>
    public const string FileVariable = "PAY_CONFIG";

    /// <summary>Finds and reads the file: <paramref name="configPath"/>, else <c>PAY_CONFIG</c>, else upward from the current folder.</summary>
    /// <exception cref="ConfigurationException">No file, or something in it is wrong.</exception>
    public static StackOptions Load(string? configPath)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
        return Load(configPath, environment, Environment.CurrentDirectory);
    }

    /// <summary>As <see cref="Load(string?)"/>, with the surroundings given.</summary>
    public static StackOptions Load(string? configPath, IReadOnlyDictionary<string, string> environment, string currentFolder)
    {
        var file = FindFile(configPath, environment, currentFolder);
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{file} cannot be read: {e.Message}", e);
        }

        return Parse(text, file, environment);
    }

    /// <summary>Reads the text of a file; <paramref name="file"/> is named in errors and is where relative paths start.</summary>
    /// <exception cref="ConfigurationException">Something in it is wrong.</exception>
    public static StackOptions Parse(string text, string file, IReadOnlyDictionary<string, string> environment)
    {
        var source = new SettingsSource(file, environment);
        var root = new SettingsSection(source, "", SettingsDocument.Read(text, source));
        var options = StackOptionsReader.Read(root) with { ConfigFile = Path.GetFullPath(file) };
        root.Close();
        source.RefuseUnusedOverrides();
        return options;
    }

    private static string FindFile(string? configPath, IReadOnlyDictionary<string, string> environment, string currentFolder)
    {
        var named = configPath ?? environment.GetValueOrDefault(FileVariable);
        if (!string.IsNullOrEmpty(named))
        {
            var path = Path.GetFullPath(named, currentFolder);
            var origin = configPath is null ? FileVariable : "--config";
            return File.Exists(path) ? path : throw new ConfigurationException($"{origin} names {path}, which is not a file.");
        }

        for (var folder = new DirectoryInfo(currentFolder); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, DefaultFileName);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new ConfigurationException(
            $"No {DefaultFileName} in {currentFolder} or above it; name one with --config PATH or {FileVariable}.");
    }
}
