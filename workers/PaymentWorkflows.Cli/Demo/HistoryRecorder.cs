using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Demo;

/// <summary>
/// Writes the histories of the scenes' workflows to a folder, as the replay tests read them: one gzip file a workflow, with its id and its
/// history as Temporal's JSON. What is in a history is in no file twice, and nothing personal is in a history.
/// </summary>
internal sealed partial class HistoryRecorder(TemporalOptions temporal, string folder)
{
    private readonly List<(DateTime Begin, string Name)> scenes = [];

    /// <summary>From here on, what begins belongs to this scene.</summary>
    public void Begin(string title) =>
        scenes.Add((TimeProvider.System.GetUtcNow().UtcDateTime, string.Create(CultureInfo.InvariantCulture, $"{scenes.Count + 1:00}-{NotInNames().Replace(title.ToLowerInvariant(), "-").Trim('-')}")));

    /// <summary>Writes all; the files that were there go. Gives their number.</summary>
    public async Task<int> WriteAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.EnumerateFiles(folder, "*.json.gz"))
        {
            File.Delete(old);
        }

        var client = await Probes.ConnectAsync(temporal, cancellationToken).ConfigureAwait(false);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var since = scenes[0].Begin.ToString("O", CultureInfo.InvariantCulture);
        await foreach (var execution in client.ListWorkflowsAsync($"StartTime >= '{since}'").WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var scene = scenes.Last(one => one.Begin <= execution.StartTime).Name;
            var name = Enumerable.Range(1, int.MaxValue).Select(number => string.Create(CultureInfo.InvariantCulture, $"{scene}.{execution.WorkflowType}-{number}.json.gz")).First(names.Add);
            var history = await client.GetWorkflowHandle(execution.Id, execution.RunId).FetchHistoryAsync().ConfigureAwait(false);
            await WriteAsync(Path.Combine(folder, name), execution.Id, history.ToJson(), cancellationToken).ConfigureAwait(false);
        }

        return names.Count;
    }

    private static async Task WriteAsync(string path, string id, string history, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        await using var packed = new GZipStream(file, CompressionLevel.SmallestSize);
        await using var json = new Utf8JsonWriter(packed);
        json.WriteStartObject();
        json.WriteString("workflow_id", id);
        json.WritePropertyName("history");
        json.WriteRawValue(history);
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInNames();
}
