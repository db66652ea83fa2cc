using System.Text.Json;
using PaymentWorkflows.Sandbox.Faults;
using PaymentWorkflows.Sandbox.Idempotency;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.Refunds;
using PaymentWorkflows.Sandbox.Time;
using PaymentWorkflows.Sandbox.Webhooks;

namespace PaymentWorkflows.Sandbox.State;

/// <summary>
/// Everything the sandbox remembers, in memory and in its journal. One lock guards it all: requests are executed one after
/// the other, which takes tens of microseconds each and makes every answer a consistent cut.
/// </summary>
internal sealed class SandboxState : IDisposable
{
    private readonly List<JournalEntry> pending = [];
    private Journal? journal;
    private readonly Dictionary<string, List<DueJob>> jobsByTarget = new(StringComparer.Ordinal);
    private readonly SortedSet<(long DueAt, string Id)> dueOrder = [];
    private long lastRequest;
    private long lastDelivery;

    public SandboxState(SandboxClock clock, int seed, MethodCatalog? methods = null)
    {
        Clock = clock;
        Methods = methods ?? new MethodCatalog();
        Random = new Random(seed);
    }

    /// <summary>The seeded source of all chance that tests may depend on.</summary>
    public Random Random { get; }

    /// <summary>Held while anything here is read or changed.</summary>
    public Lock Gate { get; } = new();

    public SandboxClock Clock { get; }

    public ObjectStore Objects { get; } = new();

    /// <summary>The payment methods that can be played.</summary>
    public MethodCatalog Methods { get; }

    public Dictionary<string, IdempotencyRecord> Idempotency { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys whose first request is being executed right now; not kept over a restart, which ends all of them.</summary>
    public HashSet<string> InFlight { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Delivery> Deliveries { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, DueJob> Jobs { get; } = new(StringComparer.Ordinal);

    public List<RequestRecord> Requests { get; } = [];

    public FaultBook Faults { get; } = new();

    public WebhookChaos Chaos { get; private set; } = WebhookChaos.None;

    /// <summary>What becomes of refunds that the balance does not cover.</summary>
    public ShortBalance ShortBalance { get; private set; }

    /// <summary>Standard tax rates that were changed, in percent, by country or state.</summary>
    public SortedDictionary<string, string> TaxRates { get; } = new(StringComparer.Ordinal);

    /// <summary>What goes wrong with requests to the played ERP.</summary>
    public ServiceFaults ErpFaults { get; } = new();

    /// <summary>What goes wrong with requests to the played merchant.</summary>
    public ServiceFaults MerchantFaults { get; } = new();

    /// <summary>How many of an article the played merchant has left; of what is not listed there are as many as anybody wants.</summary>
    public SortedDictionary<string, long> Stock { get; } = new(StringComparer.Ordinal);

    /// <summary>When new tax calculations expire; null is after their usual life.</summary>
    public DateTimeOffset? TaxExpiry { get; private set; }

    /// <summary>Loads the journal of a folder and keeps writing to it.</summary>
    /// <exception cref="IOException">See <see cref="Journal.Open"/>.</exception>
    public void Open(string folder) => journal = Journal.Open(folder, Load);

    public void Put(Delivery delivery)
    {
        Deliveries[delivery.Event] = delivery;
        Note(Tables.Deliveries, delivery.Event, delivery);
    }

    public void Put(IdempotencyRecord record)
    {
        Idempotency[record.Key] = record;
        Note(Tables.Idempotency, record.Key, record);
    }

    /// <summary>Puts an event in line for delivery, after what <see cref="Chaos"/> asks for was drawn.</summary>
    public Delivery Plan(string eventId, string stream, long at)
    {
        double Draw() => Random.NextDouble();
        var dropped = Chaos.Drop > 0 && Draw() < Chaos.Drop;
        var copies = Chaos.Duplicate > 0 && Draw() < Chaos.Duplicate ? 2 : 1;
        var late = Chaos.Reorder > 0 && Draw() < Chaos.Reorder;
        var delivery = new Delivery(
            eventId,
            late ? eventId : stream,
            ++lastDelivery,
            dropped ? DeliveryStatus.Dropped : DeliveryStatus.Pending,
            copies,
            0,
            at + Chaos.DelayMs + (late ? WebhookChaos.ReorderMs : 0),
            at);
        Put(delivery);
        return delivery;
    }

    public IEnumerable<DueJob> JobsOf(string target) => jobsByTarget.TryGetValue(target, out var jobs) ? [.. jobs] : [];

    public void Put(DueJob job)
    {
        Index(job);
        Note(Tables.Jobs, job.Id, job);
    }

    public void Remove(DueJob job)
    {
        if (Jobs.Remove(job.Id))
        {
            dueOrder.Remove((job.DueAt, job.Id));
            jobsByTarget[job.Target].Remove(job);
            if (jobsByTarget[job.Target].Count == 0)
            {
                jobsByTarget.Remove(job.Target);
            }
        }

        pending.Add(new JournalEntry(Tables.Jobs, job.Id, null));
    }

    public void Put(System.Text.Json.Nodes.JsonObject value) => pending.Add(Objects.Put(value));

    /// <summary>Notes a request and gives it its number.</summary>
    public void Add(RequestRecord request)
    {
        request = request with { Seq = ++lastRequest };
        Requests.Add(request);
        Note(Tables.Requests, request.RequestId, request);
    }

    public void SetChaos(WebhookChaos chaos)
    {
        Chaos = chaos;
        Note(Tables.Settings, "webhooks", chaos);
    }

    public void SetShortBalance(ShortBalance policy)
    {
        ShortBalance = policy;
        Note(Tables.Settings, "short_balance", policy);
    }

    /// <summary>Sets or removes (null) the standard rate of a country or state such as <c>DE</c> or <c>US-CA</c>, in percent.</summary>
    public void SetTaxRate(string jurisdiction, string? percentage)
    {
        if (percentage is null)
        {
            TaxRates.Remove(jurisdiction);
        }
        else
        {
            TaxRates[jurisdiction] = percentage;
        }

        Note(Tables.Settings, "tax_rates", TaxRates);
    }

    /// <summary>Sets how many of an article are left; null is as many as anybody wants.</summary>
    public void SetStock(string sku, long? quantity)
    {
        if (quantity is { } left)
        {
            Stock[sku] = left;
        }
        else
        {
            Stock.Remove(sku);
        }

        Note(Tables.Settings, "merchant_stock", Stock);
    }

    public void ErpFaultsChanged() => Note(Tables.Settings, "erp_faults", ErpFaults.All);

    public void MerchantFaultsChanged() => Note(Tables.Settings, "merchant_faults", MerchantFaults.All);

    public void SetTaxExpiry(DateTimeOffset? at)
    {
        TaxExpiry = at;
        Note(Tables.Settings, "tax_expiry", at);
    }

    public void FaultsChanged() => Note(Tables.Settings, "faults", Faults.Rules);

    public void Advance(TimeSpan by)
    {
        Clock.Offset += by;
        Note(Tables.Settings, "clock_offset_ms", (long)Clock.Offset.TotalMilliseconds);
        PruneIdempotency();
    }

    /// <summary>Hands all changes since the last call to the journal.</summary>
    public void Commit()
    {
        journal?.Append(pending);
        pending.Clear();
    }

    /// <summary>Back to an empty account with a clock that agrees with the machine's.</summary>
    public void Reset()
    {
        Objects.Clear();
        Idempotency.Clear();
        InFlight.Clear();
        Deliveries.Clear();
        Jobs.Clear();
        dueOrder.Clear();
        jobsByTarget.Clear();
        Requests.Clear();
        Faults.Clear();
        Chaos = WebhookChaos.None;
        ShortBalance = ShortBalance.Overdraw;
        TaxRates.Clear();
        ErpFaults.Clear();
        MerchantFaults.Clear();
        Stock.Clear();
        TaxExpiry = null;
        Clock.Offset = TimeSpan.Zero;
        lastRequest = 0;
        lastDelivery = 0;
        pending.Clear();
        journal?.Clear();
    }

    public void Dispose() => journal?.Dispose();

    /// <summary>The earliest job whose time has come, or null.</summary>
    public DueJob? FirstDue(long milliseconds) =>
        dueOrder.Count > 0 && dueOrder.Min is var (dueAt, id) && dueAt <= milliseconds ? Jobs[id] : null;

    private void Index(DueJob job)
    {
        Jobs[job.Id] = job;
        dueOrder.Add((job.DueAt, job.Id));
        if (!jobsByTarget.TryGetValue(job.Target, out var jobs))
        {
            jobsByTarget[job.Target] = jobs = [];
        }

        jobs.Add(job);
    }

    private void PruneIdempotency()
    {
        var now = Clock.GetUtcNow();
        foreach (var old in Idempotency.Values.Where(record => record.IsExpired(now)).ToList())
        {
            Idempotency.Remove(old.Key);
            pending.Add(new JournalEntry(Tables.Idempotency, old.Key, null));
        }
    }

    private void Note<T>(string table, string key, T value) =>
        pending.Add(new JournalEntry(table, key, JsonSerializer.SerializeToUtf8Bytes(value, SandboxJson.Options)));

    private bool Load(JournalEntry entry)
    {
        T Row<T>() => JsonSerializer.Deserialize<T>(entry.Json, SandboxJson.Options)
            ?? throw new InvalidDataException($"journal row {entry.Table}/{entry.Key} is empty");

        switch (entry.Table)
        {
            case Tables.Objects:
                Objects.Load(entry.Json!);
                return true;
            case Tables.Idempotency:
                Idempotency[entry.Key] = Row<IdempotencyRecord>();
                return true;
            case Tables.Deliveries:
                Deliveries[entry.Key] = Row<Delivery>();
                lastDelivery = Math.Max(lastDelivery, Deliveries[entry.Key].Order);
                return true;
            case Tables.Jobs:
                Index(Row<DueJob>());
                return true;
            case Tables.Requests:
                Requests.Add(Row<RequestRecord>());
                lastRequest = Requests[^1].Seq;
                return true;
            case Tables.Settings:
                LoadSetting(entry.Key, entry.Json!);
                return true;
            default:
                throw new InvalidDataException($"journal row of unknown table '{entry.Table}'");
        }
    }

    private void LoadSetting(string key, byte[] json)
    {
        switch (key)
        {
            case "webhooks":
                Chaos = JsonSerializer.Deserialize<WebhookChaos>(json, SandboxJson.Options) ?? WebhookChaos.None;
                break;
            case "short_balance":
                ShortBalance = JsonSerializer.Deserialize<ShortBalance>(json, SandboxJson.Options);
                break;
            case "tax_rates":
                foreach (var (jurisdiction, percentage) in JsonSerializer.Deserialize<Dictionary<string, string>>(json, SandboxJson.Options) ?? [])
                {
                    TaxRates[jurisdiction] = percentage;
                }

                break;
            case "tax_expiry":
                TaxExpiry = JsonSerializer.Deserialize<DateTimeOffset?>(json, SandboxJson.Options);
                break;
            case "faults":
                Faults.Load(JsonSerializer.Deserialize<List<FaultRule>>(json, SandboxJson.Options) ?? []);
                break;
            case "erp_faults":
                ErpFaults.Load(JsonSerializer.Deserialize<List<ServiceFault>>(json, SandboxJson.Options) ?? []);
                break;
            case "merchant_faults":
                MerchantFaults.Load(JsonSerializer.Deserialize<List<ServiceFault>>(json, SandboxJson.Options) ?? []);
                break;
            case "merchant_stock":
                foreach (var (sku, left) in JsonSerializer.Deserialize<Dictionary<string, long>>(json, SandboxJson.Options) ?? [])
                {
                    Stock[sku] = left;
                }

                break;
            case "clock_offset_ms":
                Clock.Offset = TimeSpan.FromMilliseconds(JsonSerializer.Deserialize<long>(json));
                break;
            default:
                throw new InvalidDataException($"journal row of unknown setting '{key}'");
        }
    }
}
