using PaymentWorkflows.Activities.Checkout;

namespace PaymentWorkflows.Activities.Transactions;

/// <summary>Collects what the sources tell; the composer makes the story of it.</summary>
public sealed class TransactionStory
{
    private readonly List<StoryLine> lines = [];
    private readonly List<StoredCheckout> checkouts = [];
    private readonly List<AttemptResource> attempts = [];
    private readonly List<ProviderEventResource> events = [];
    private readonly List<LedgerEntryResource> entries = [];
    private readonly List<StoryFailure> failures = [];

    public IReadOnlyList<StoryLine> Lines => lines;
    public IReadOnlyList<StoredCheckout> Checkouts => checkouts;
    public IReadOnlyList<AttemptResource> Attempts => attempts;
    public IReadOnlyList<ProviderEventResource> Events => events;
    public IReadOnlyList<LedgerEntryResource> LedgerEntries => entries;
    public IReadOnlyList<StoryFailure> Failures => failures;

    /// <summary>Whether a source knows more than it told.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether nobody knows of the transaction.</summary>
    public bool IsEmpty => lines.Count == 0 && checkouts.Count == 0;

    public void Add(StoryLine line) => lines.Add(line);

    public void Add(StoredCheckout checkout) => checkouts.Add(checkout);

    public void Add(AttemptResource attempt) => attempts.Add(attempt);

    public void Add(ProviderEventResource received) => events.Add(received);

    public void Add(LedgerEntryResource entry) => entries.Add(entry);

    /// <summary>Something that is wrong as it stands; what was put right later is none.</summary>
    public void Fail(StoryFailure failure) => failures.Add(failure);

    public void Cut() => IsCut = true;
}
