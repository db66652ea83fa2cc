using System.IO.Compression;
using System.Text.Json.Nodes;
using PaymentWorkflows.Tests.Guards;
using Temporalio.Common;

namespace PaymentWorkflows.Tests.Replay;

/// <summary>The histories that <c>pay demo --record</c> wrote, by the name of their file.</summary>
internal static class RecordedHistories
{
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.json.gz", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(Repository.Root, "tests", "histories");

    public static WorkflowHistory Read(string name)
    {
        using var file = File.OpenRead(Path.Combine(Folder, name));
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        var recorded = JsonNode.Parse(unpacked)!;
        return WorkflowHistory.FromJson((string)recorded["workflow_id"]!, recorded["history"]!.ToJsonString());
    }
}
