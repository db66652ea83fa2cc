using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Npgsql;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.IntegrationTests.EndToEnd;
using Temporalio.Client;

namespace PaymentWorkflows.IntegrationTests.Hostile;

/// <summary>Everything that a running stack keeps or has told, by where it is kept, as bytes that can be searched.</summary>
internal sealed class StackDump
{
    public const string Logs = "logs";
    public const string Files = "files of the data folder";
    public const string Tables = "tables";
    public const string Histories = "histories";
    public const string Listings = "listings of workflows";
    public const string Traces = "traces and metrics";
    public const string Notices = "notices";
    public const string Provider = "what the provider was told";
    public const string Pages = "pages of metrics";

    private readonly ConcurrentBag<(string Kind, string Name, ReadOnlyMemory<byte> Content)> sources = [];

    private StackDump()
    {
    }

    /// <summary>Where there was anything to look at.</summary>
    public IReadOnlySet<string> Kinds => sources.Select(source => source.Kind).ToHashSet();

    /// <summary>How much was looked at, by kind.</summary>
    public string Sizes => string.Join(", ", sources.GroupBy(source => source.Kind).OrderBy(group => group.Key).Select(group => $"{group.Key} {group.Sum(source => (long)source.Content.Length)} bytes in {group.Count()}"));

    public static async Task<StackDump> TakeAsync(RunningStack stack, Func<Uri, Task<string>> read, IEnumerable<Uri> pages, CancellationToken cancellationToken)
    {
        var dump = new StackDump();
        dump.Add(Logs, "what pay said", string.Join('\n', stack.Lines));
        dump.AddFiles(stack.Folders);
        await dump.AddTablesAsync(stack.Options, cancellationToken);
        await dump.AddHistoriesAsync(stack.Temporal, cancellationToken);
        foreach (var export in stack.Spans.Exports)
        {
            dump.sources.Add((Traces, "an export", export));
        }

        dump.Add(Traces, "ids of spans", string.Join('\n', stack.Spans.All.Select(span => $"{span.Trace} {span.Id} {span.Parent}")));
        foreach (var notice in stack.Acme.Received)
        {
            dump.Add(Notices, "a notice", $"{notice.Target}\n{string.Join('\n', notice.Headers)}\n{Encoding.UTF8.GetString(notice.Body)}");
        }

        dump.Add(Provider, "the sandbox's truth", (await stack.Control.TruthAsync(cancellationToken)).ToJsonString());
        foreach (var page in pages)
        {
            dump.Add(Pages, page.ToString(), await read(page));
        }

        return dump;
    }

    /// <summary>The places that hold one of the texts.</summary>
    public IReadOnlyList<Found> Find(IEnumerable<string> texts)
    {
        var needles = texts.Select(text => (Text: text, Bytes: Encoding.UTF8.GetBytes(text))).ToArray();
        return
        [
            .. from source in sources
               from needle in needles
               let at = source.Content.Span.IndexOf(needle.Bytes)
               where at >= 0
               select new Found(source.Kind, source.Name, needle.Text, Around(source.Content.Span, at)),
        ];
    }

    private static string Around(ReadOnlySpan<byte> content, int at)
    {
        var from = Math.Max(0, at - 150);
        return Encoding.Latin1.GetString(content[from..Math.Min(content.Length, at + 100)]);
    }

    public void Add(string kind, string name, string text) => sources.Add((kind, name, Encoding.UTF8.GetBytes(text)));

    /// <summary>Logs, the sandbox's journal, and the files of Temporal and of PostgreSQL as they lie on the disk, write-ahead log included.</summary>
    private void AddFiles(StackFolders folders)
    {
        foreach (var file in Directory.EnumerateFiles(folders.Data, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }))
        {
            try
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var bytes = new MemoryStream();
                stream.CopyTo(bytes);
                sources.Add((file.StartsWith(folders.Logs, StringComparison.Ordinal) ? Logs : Files, file, bytes.ToArray()));
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // A file of the database that was replaced meanwhile, a socket, or another user's: its rows are read below.
            }
        }
    }

    /// <summary>Every row of every table of every schema of the product's database.</summary>
    private async Task AddTablesAsync(StackOptions options, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(options.OwnerConnectionString());
        await connection.OpenAsync(cancellationToken);
        var tables = new List<(string Name, string Columns)>();
        const string Sql = """
            SELECT format('%I.%I', table_schema, table_name), string_agg(CASE data_type WHEN 'bytea' THEN format('encode(%I, ''escape'')', column_name) ELSE format('%I::text', column_name) END, ', ')
            FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
            WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') GROUP BY 1
            """;
        await using (var command = new NpgsqlCommand(Sql, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                tables.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        foreach (var (name, columns) in tables)
        {
            await using var command = new NpgsqlCommand($"SELECT concat_ws(E'\\n', {columns}) FROM {name}", connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new StringBuilder();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.AppendLine(reader.GetString(0));
            }

            Add(Tables, name, rows.ToString());
        }
    }

    private async Task AddHistoriesAsync(ITemporalClient temporal, CancellationToken cancellationToken)
    {
        var ids = new List<(string Id, string? Run)>();
        await foreach (var execution in temporal.ListWorkflowsAsync("").WithCancellation(cancellationToken))
        {
            ids.Add((execution.Id, execution.RunId));
            Add(Listings, execution.Id, $"{execution.Id} {execution.Memo.Count} {string.Join(' ', execution.TypedSearchAttributes.UntypedValues)}");
        }

        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (one, _) =>
        {
            var history = await temporal.GetWorkflowHandle(one.Id, one.Run).FetchHistoryAsync();
            sources.Add((Histories, one.Id, history.Events.SelectMany(each => each.ToByteArray()).ToArray()));
        });
    }
}

/// <summary>Where a text was found.</summary>
/// <param name="Kind">The kind of source.</param>
/// <param name="Name">The table, the file, the workflow.</param>
/// <param name="Text">The text.</param>
/// <param name="Around">What stands around it.</param>
internal sealed record Found(string Kind, string Name, string Text, string Around);
