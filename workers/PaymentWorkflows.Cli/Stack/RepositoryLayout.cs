namespace PaymentWorkflows.Cli.Stack;

/// <summary>Where the repository and the built programs of the product are, seen from the running one.</summary>
/// <param name="Root">The repository's folder, or null outside of one.</param>
/// <param name="Here">The folder of the running program.</param>
public sealed record RepositoryLayout(string? Root, string Here)
{
    public static RepositoryLayout Current { get; } = Find(AppContext.BaseDirectory);

    public static RepositoryLayout Find(string here)
    {
        var folder = new DirectoryInfo(here);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PaymentWorkflows.sln")))
        {
            folder = folder.Parent;
        }

        return new RepositoryLayout(folder?.FullName, here.TrimEnd(Path.DirectorySeparatorChar));
    }

    /// <summary>The built assembly of a process: beside this one (published), else in the project's output folder of the same configuration.</summary>
    /// <exception cref="StackException">It is not built.</exception>
    public string Assembly(string project)
    {
        var framework = Path.GetFileName(Here);
        var configuration = Path.GetFileName(Path.GetDirectoryName(Here)) ?? "Release";
        string?[] candidates =
        [
            Root is null ? null : Path.Combine(Root, "workers", project, "bin", configuration, framework, project + ".dll"),
            Root is null ? null : Path.Combine(Root, "samples", project, "bin", configuration, framework, project + ".dll"),
            Path.Combine(Here, project + ".dll"),
        ];
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new StackException($"{project}.dll is not built; run ./pay, which builds it.");
    }

    /// <summary>The dotnet that runs this program, so that its children run on the same one.</summary>
    public static string DotnetHost()
    {
        var self = Environment.ProcessPath;
        return Path.GetFileNameWithoutExtension(self) == "dotnet" ? self! : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
    }
}
