using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Erp;

/// <summary>The table <c>erp_documents</c>: what is to be posted is written before it is sent, and what became of it after.</summary>
public interface IErpDocumentStore
{
    /// <summary>Writes the document as being sent now, unless its number exists; returns it as it stands and whether this call wrote it.</summary>
    Task<ErpDocumentClaim> ClaimAsync(ErpDocumentDraft draft, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Notes that the document is sent again now. A posted one is left as it is.</summary>
    Task ResendAsync(string number, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Notes that the ERP has the document. The first id stays: whoever comes later is told that one.</summary>
    Task<string> PostedAsync(string number, string erpId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Notes that the ERP does not take the document. A posted one is left as it is.</summary>
    Task RefusedAsync(string number, string refusal, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>What is written before a document is sent.</summary>
/// <param name="Number">Our number of it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="RequestHash">SHA-256 of its content; another content under the same number is refused.</param>
/// <param name="Erp">The adapter's name.</param>
/// <param name="CheckoutId">The sale it belongs to.</param>
/// <param name="TransactionId">The id through all systems.</param>
public sealed record ErpDocumentDraft(string Number, ErpDocumentKind Kind, string RequestHash, string Erp, CheckoutId CheckoutId, TransactionId TransactionId);

/// <summary>A document's row and whether this call made it.</summary>
/// <param name="RequestHash">Of the content it was claimed with.</param>
/// <param name="ErpId">The ERP's id; null while it is not known to be posted.</param>
/// <param name="IsNew">Whether this call wrote the row, so that nothing can have been sent before.</param>
public sealed record ErpDocumentClaim(string RequestHash, string? ErpId, bool IsNew);
