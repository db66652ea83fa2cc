using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Contracts.Erp;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>An ERP in memory that does as it is told, and the table beside it.</summary>
internal sealed class ScriptedErp : IErp, IErpDocumentStore
{
    private readonly Dictionary<string, (string Hash, string? ErpId, string? Refusal)> rows = [];

    public Dictionary<string, ErpRecord> Documents { get; } = [];

    /// <summary>What was called, in order.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>What happens to the next post; it may post first and then fail.</summary>
    public Func<ErpDocument, ErpAnswer>? OnPost { get; set; }

    public string Name => "scripted";

    public string? RefusalOf(string number) => rows[number].Refusal;

    public Task<ErpRecord?> FindAsync(string number, CancellationToken cancellationToken)
    {
        Calls.Add("find");
        return Task.FromResult(Documents.GetValueOrDefault(number));
    }

    public Task<ErpAnswer> PostAsync(ErpDocument document, CancellationToken cancellationToken)
    {
        Calls.Add("post");
        var act = OnPost ?? Post;
        OnPost = null;
        return Task.FromResult(act(document));
    }

    public ErpAnswer Post(ErpDocument document)
    {
        if (Documents.ContainsKey(document.Number))
        {
            return new ErpAnswer.Duplicate();
        }

        Documents[document.Number] = new ErpRecord($"erp_{Documents.Count + 1}", document.Number, document.Kind, document.Amount);
        return new ErpAnswer.Posted(Documents[document.Number]);
    }

    public Task<ErpDocumentClaim> ClaimAsync(ErpDocumentDraft draft, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isNew = rows.TryAdd(draft.Number, (draft.RequestHash, null, null));
        return Task.FromResult(new ErpDocumentClaim(rows[draft.Number].Hash, rows[draft.Number].ErpId, isNew));
    }

    public Task ResendAsync(string number, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Calls.Add("resend");
        return Task.CompletedTask;
    }

    public Task<string> PostedAsync(string number, string erpId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        rows[number] = (rows[number].Hash, rows[number].ErpId ?? erpId, null);
        return Task.FromResult(rows[number].ErpId!);
    }

    public Task RefusedAsync(string number, string refusal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        rows[number] = (rows[number].Hash, rows[number].ErpId, refusal);
        return Task.CompletedTask;
    }
}
