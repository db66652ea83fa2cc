using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Events;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.Refunds;
using PaymentWorkflows.Sandbox.Webhooks;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.State;

/// <summary>
/// The changes of one request or one due job, seen by nobody else until <see cref="Apply"/>. A request that ends in a decline
/// is applied too, because a decline is a result; one that is refused by its parameters is not.
/// </summary>
internal sealed class Transaction(SandboxState state, DateTimeOffset now, Func<string, bool> sends, string? requestId = null, string? idempotencyKey = null)
{
    private readonly Dictionary<string, JsonObject> copies = new(StringComparer.Ordinal);
    private readonly List<string> changed = [];
    private readonly List<(string Event, string Stream)> deliveries = [];
    private readonly List<DueJob> scheduled = [];
    private readonly List<DueJob> cancelled = [];

    /// <summary>When it happens, by the sandbox's clock.</summary>
    public DateTimeOffset Now => now;

    public long NowSeconds => now.ToUnixTimeSeconds();

    public string? RequestId => requestId;

    public string? IdempotencyKey => idempotencyKey;

    /// <summary>Whether an event of this type is sent anywhere.</summary>
    public bool Delivers(string type) => sends(type);

    /// <summary>What is stored already, without the changes made here.</summary>
    public ObjectStore Objects => state.Objects;

    /// <summary>The payment methods that can be played.</summary>
    public MethodCatalog Methods => state.Methods;

    /// <summary>What becomes of refunds that the balance does not cover.</summary>
    public ShortBalance ShortBalance => state.ShortBalance;

    /// <summary>Standard tax rates that were changed, in percent, by country or state.</summary>
    public IReadOnlyDictionary<string, string> TaxRates => state.TaxRates;

    /// <summary>When new tax calculations expire; null is after their usual life.</summary>
    public DateTimeOffset? TaxExpiry => state.TaxExpiry;

    /// <summary>The working copy of an object of any kind, or null.</summary>
    public JsonObject? Find(string id)
    {
        if (!copies.TryGetValue(id, out var copy) && state.Objects.Find(id) is { } stored)
        {
            copies[id] = copy = stored.Read();
        }

        return copy;
    }

    /// <summary>The working copy of an object, or null when there is none of that kind under that id.</summary>
    public JsonObject? Find(string kind, string? id) =>
        id is not null && Find(id) is { } found && (string?)found["object"] == kind ? found : null;

    /// <summary>The object, or the provider's <c>resource_missing</c>.</summary>
    /// <param name="inPath">Whether the URL named it (404) or a parameter did (400).</param>
    public JsonObject Get(string kind, string id, string param = "id", bool inPath = true) =>
        Find(kind, id) ?? throw StripeErrors.Missing(kind, id, param, inPath);

    public void Save(JsonObject value)
    {
        var id = (string)value["id"]!;
        copies[id] = value;
        if (!changed.Contains(id))
        {
            changed.Add(id);
        }
    }

    public void Schedule(string kind, string target, DateTimeOffset dueAt) =>
        scheduled.Add(new DueJob(Identifiers.New("job"), dueAt.ToUnixTimeMilliseconds(), kind, target));

    /// <summary>Drops what was to happen to an object, for example the expiry of an authorization that was captured.</summary>
    public void CancelJobs(string kind, string target)
    {
        scheduled.RemoveAll(job => job.Target == target && job.Kind == kind);
        cancelled.AddRange(state.JobsOf(target).Where(job => job.Kind == kind));
    }

    /// <summary>Writes an event with a snapshot of the object as it is now.</summary>
    public void Emit(string type, JsonObject value, JsonObject? previous = null) => EventWriter.Write(this, type, value, previous);

    public void Deliver(string eventId, string stream) => deliveries.Add((eventId, stream));

    /// <summary>Makes the changes visible and due for the journal.</summary>
    /// <returns>The deliveries that have to be made.</returns>
    public IReadOnlyList<Delivery> Apply()
    {
        foreach (var id in changed)
        {
            state.Put(copies[id]);
        }

        foreach (var job in scheduled)
        {
            state.Put(job);
        }

        foreach (var job in cancelled)
        {
            state.Remove(job);
        }

        var at = now.ToUnixTimeMilliseconds();
        var made = deliveries.Select(due => state.Plan(due.Event, due.Stream, at)).ToList();
        return made;
    }
}
