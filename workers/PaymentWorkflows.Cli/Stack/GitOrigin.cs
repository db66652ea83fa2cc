namespace PaymentWorkflows.Cli.Stack;

/// <summary>Reads the origin of a clone from its git configuration, without git.</summary>
internal static class GitOrigin
{
    /// <summary>The folder a repository was cloned from; null when it was not cloned from a folder of this machine.</summary>
    public static string? LocalFolder(string repository)
    {
        var config = Path.Combine(repository, ".git", "config");
        if (!File.Exists(config))
        {
            return null;
        }

        var inOrigin = false;
        foreach (var line in File.ReadLines(config).Select(line => line.Trim()))
        {
            if (line.StartsWith('['))
            {
                inOrigin = line.StartsWith("[remote \"origin\"", StringComparison.Ordinal);
            }
            else if (inOrigin && line.Split('=', 2, StringSplitOptions.TrimEntries) is ["url", var url])
            {
                var path = url.StartsWith("file://", StringComparison.Ordinal) ? url["file://".Length..] : url;
                var folder = Path.GetFullPath(path, repository);
                return Directory.Exists(folder) ? WithoutGitFolder(folder) : null;
            }
        }

        return null;
    }

    private static string WithoutGitFolder(string folder) =>
        Path.GetFileName(folder.TrimEnd('/')) == ".git" ? Path.GetDirectoryName(folder.TrimEnd('/'))! : folder.TrimEnd('/');
}
