namespace PaymentWorkflows.Cli.Stack;

/// <summary>Where the running stack keeps its files.</summary>
/// <param name="Data">The data folder of the configuration, absolute.</param>
public sealed record StackFolders(string Data)
{
    public string Logs => Path.Combine(Data, "logs");

    /// <summary>One file per running process, by which leftovers of a killed run are found.</summary>
    public string Pids => Path.Combine(Data, "run");

    public string Temporal => Path.Combine(Data, "temporal");

    public string Sandbox => Path.Combine(Data, "sandbox");

    public string LockFile => Path.Combine(Data, "stack.lock");

    /// <summary>Holds the pid of whoever has the lock.</summary>
    public string HolderFile => Path.Combine(Data, "stack.pid");

    public string StateFile => Path.Combine(Data, "stack.json");

    public string LogFile(string process) => Path.Combine(Logs, process + ".log");

    /// <summary>Makes the folders.</summary>
    /// <exception cref="StackException">They cannot be made.</exception>
    public void Create()
    {
        foreach (var folder in new[] { Data, Logs, Pids, Temporal, Sandbox })
        {
            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StackException($"The folder {folder} cannot be made: {e.Message}", e);
            }
        }
    }
}
