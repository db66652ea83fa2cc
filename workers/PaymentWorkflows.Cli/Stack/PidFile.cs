using System.Text.Json;
using PaymentWorkflows.Hosting.Lifetime;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>What is needed to find and end a process whose parent was killed.</summary>
internal sealed record PidFile(string Name, ProcessIdentity Identity, int StopSignal, int Tier)
{
    public static string PathOf(StackFolders folders, string name) => Path.Combine(folders.Pids, name + ".pid");

    public void Write(StackFolders folders) => SafeFile.Replace(PathOf(folders, Name), JsonSerializer.Serialize(this));

    public static void Remove(StackFolders folders, string name) => File.Delete(PathOf(folders, name));

    /// <summary>All pid files; one that cannot be read is deleted, for it names nobody.</summary>
    public static IReadOnlyList<PidFile> ReadAll(StackFolders folders)
    {
        if (!Directory.Exists(folders.Pids))
        {
            return [];
        }

        var found = new List<PidFile>();
        foreach (var path in Directory.GetFiles(folders.Pids, "*.pid"))
        {
            try
            {
                found.Add(JsonSerializer.Deserialize<PidFile>(File.ReadAllText(path))!);
            }
            catch (JsonException)
            {
                File.Delete(path);
            }
        }

        return found;
    }
}
