namespace PaymentWorkflows.Sandbox.State;

/// <summary>
/// The append-only file that survives a kill: every change is handed to the operating system before its answer is sent.
/// It is rewritten without superseded rows when it is opened.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const string FileName = "journal.jsonl";
    private readonly FileStream file;
    private readonly MemoryStream buffer = new();

    private Journal(FileStream file) => this.file = file;

    /// <summary>Reads, compacts and opens the journal of a folder.</summary>
    /// <param name="folder">Created when absent.</param>
    /// <param name="keep">Told each live row in the order of its first appearance; says whether the row is still wanted.</param>
    /// <exception cref="IOException">The folder is not writable, or another sandbox uses it.</exception>
    public static Journal Open(string folder, Func<JournalEntry, bool> keep)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        try
        {
            var rows = ReadLatest(file);
            var temporary = path + ".new";
            using (var compact = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                foreach (var row in rows.Where(keep))
                {
                    row.WriteTo(compact);
                }

                compact.Flush(flushToDisk: true);
            }

            // The old handle keeps its lock until the new file stands in its place.
            var reopened = new FileStream(temporary, FileMode.Open, FileAccess.Write, FileShare.Read | FileShare.Delete);
            reopened.Seek(0, SeekOrigin.End);
            File.Move(temporary, path, overwrite: true);
            file.Dispose();
            return new Journal(reopened);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Append(IReadOnlyList<JournalEntry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        buffer.SetLength(0);
        foreach (var entry in entries)
        {
            entry.WriteTo(buffer);
        }

        file.Write(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        file.Flush();
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        file.SetLength(0);
        file.Flush();
    }

    public void Dispose()
    {
        file.Dispose();
        buffer.Dispose();
    }

    private static List<JournalEntry> ReadLatest(FileStream file)
    {
        using var reader = new StreamReader(file, leaveOpen: true);
        var latest = new Dictionary<(string Table, string Key), int>();
        var rows = new List<JournalEntry?>();
        while (reader.ReadLine() is { } line)
        {
            if (JournalEntry.Parse(System.Text.Encoding.UTF8.GetBytes(line)) is not { } entry)
            {
                continue;
            }

            var key = (entry.Table, entry.Key);
            if (entry.Json is null)
            {
                if (latest.Remove(key, out var gone))
                {
                    rows[gone] = null;
                }
            }
            else if (latest.TryGetValue(key, out var at))
            {
                rows[at] = entry;
            }
            else
            {
                latest[key] = rows.Count;
                rows.Add(entry);
            }
        }

        return [.. rows.OfType<JournalEntry>()];
    }
}
