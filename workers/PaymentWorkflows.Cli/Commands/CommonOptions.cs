using System.CommandLine;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Commands;

/// <summary>Options and exit codes that the commands share.</summary>
internal static class CommonOptions
{
    public const int Done = 0;
    public const int FoundWrong = 1;
    public const int WrongUse = 2;

    /// <summary>The configuration file; one option object per command, for a command owns its options.</summary>
    public static Option<string?> Config() => new("--config")
    {
        Description = $"The configuration file. Default: PAY_CONFIG, else {StackOptionsLoader.DefaultFileName} in this folder or above, else the repository's.",
        HelpName = "PATH",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print the facts as JSON." };

    /// <summary>Reads the configuration; outside of any repository the one that holds this program is meant.</summary>
    /// <exception cref="ConfigurationException">No file, or something in it is wrong.</exception>
    public static StackOptions Load(string? path)
    {
        var named = path ?? Environment.GetEnvironmentVariable(StackOptionsLoader.FileVariable);
        var own = RepositoryLayout.Current.Root is { } root ? Path.Combine(root, StackOptionsLoader.DefaultFileName) : null;
        return StackOptionsLoader.Load(string.IsNullOrEmpty(named) && !FileIsAbove(Environment.CurrentDirectory) && File.Exists(own) ? own : path);
    }

    private static bool FileIsAbove(string folder)
    {
        for (var current = new DirectoryInfo(folder); current is not null; current = current.Parent)
        {
            if (File.Exists(Path.Combine(current.FullName, StackOptionsLoader.DefaultFileName)))
            {
                return true;
            }
        }

        return false;
    }
}
