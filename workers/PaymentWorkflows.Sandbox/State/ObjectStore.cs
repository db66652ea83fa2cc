using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentWorkflows.Sandbox.State;

/// <summary>All provider objects in memory. Not thread-safe: <see cref="SandboxState.Gate"/> guards it.</summary>
internal sealed class ObjectStore
{
    private readonly Dictionary<string, StoredObject> byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedList<long, StoredObject>> byKind = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<long, StoredObject>> byTerm = new(StringComparer.Ordinal);
    private long lastSequence;

    public StoredObject? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>Oldest first.</summary>
    public IList<StoredObject> OfKind(string kind) =>
        byKind.TryGetValue(kind, out var list) ? list.Values : [];

    /// <summary>The objects of a kind that carry the value in an indexed field, oldest first.</summary>
    public IEnumerable<StoredObject> WithTerm(string kind, string field, string value) =>
        byTerm.TryGetValue(StoredObject.Term(kind, field, value), out var set) ? set.Values : [];

    /// <summary>Stores a snapshot and returns the journal row that stores it again.</summary>
    public JournalEntry Put(JsonObject value)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value);
        var known = byId.GetValueOrDefault((string)value["id"]!);
        var stored = new StoredObject(known?.Sequence ?? ++lastSequence, value, json);
        Replace(known, stored);
        return new JournalEntry(Tables.Objects, stored.Id, json);
    }

    /// <summary>Loads a snapshot from the journal, which holds objects in the order of their creation.</summary>
    public void Load(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        var value = (JsonObject)JsonNode.Parse(ref reader)!;
        Replace(byId.GetValueOrDefault((string)value["id"]!), new StoredObject(++lastSequence, value, json));
    }

    public void Clear()
    {
        byId.Clear();
        byKind.Clear();
        byTerm.Clear();
    }

    private void Replace(StoredObject? old, StoredObject stored)
    {
        byId[stored.Id] = stored;
        if (!byKind.TryGetValue(stored.Kind, out var kind))
        {
            byKind[stored.Kind] = kind = [];
        }

        kind[stored.Sequence] = stored;
        if (old is not null)
        {
            foreach (var term in old.Terms.Except(stored.Terms))
            {
                byTerm[term].Remove(old.Sequence);
            }
        }

        foreach (var term in stored.Terms)
        {
            if (!byTerm.TryGetValue(term, out var set))
            {
                byTerm[term] = set = [];
            }

            set[stored.Sequence] = stored;
        }
    }
}
