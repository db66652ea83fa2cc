using System.Text.Json;
using System.Text.Json.Serialization;
using PaymentWorkflows.Hosting.Lifetime;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>What the running stack tells <c>pay status</c> and <c>pay stop</c>, in the file <c>stack.json</c>.</summary>
/// <param name="Supervisor">The <c>pay</c> that runs the stack.</param>
/// <param name="ConfigFile">The configuration it was started with.</param>
/// <param name="Ready">Whether the start was completed.</param>
/// <param name="Processes">Its processes.</param>
/// <param name="Health">Health addresses of the workers, by process name; their ports are chosen at the start.</param>
public sealed record StackState(
    ProcessIdentity Supervisor,
    string ConfigFile,
    bool Ready,
    IReadOnlyList<ProcessStatus> Processes,
    IReadOnlyDictionary<string, string> Health)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public void Write(StackFolders folders) => SafeFile.Replace(folders.StateFile, JsonSerializer.Serialize(this, Format));

    /// <summary>The state of the last run; null when there was none or its file is not whole.</summary>
    public static StackState? Read(StackFolders folders)
    {
        try
        {
            return JsonSerializer.Deserialize<StackState>(File.ReadAllText(folders.StateFile), Format);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }
}
