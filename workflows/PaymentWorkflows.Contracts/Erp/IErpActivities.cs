using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.Domain.Tax;
using Temporalio.Activities;

namespace PaymentWorkflows.Contracts.Erp;

/// <summary>The steps that keep the ERP in line.</summary>
public interface IErpActivities
{
    /// <summary>
    /// Posts documents in their order, each once for its number: what may have been posted is looked up before it is sent again. An ERP that
    /// is down or slow fails the step, which is tried again for as long as it takes. Gives the first document's outcome, or that of the first
    /// that is not taken.
    /// </summary>
    [Activity("post_erp_documents")]
    Task<StepVerdict> PostAsync(ErpDocumentSet set);
}

/// <summary>The documents of one fact.</summary>
/// <param name="Documents">At least one; a document may refer to one before it.</param>
public sealed record ErpDocumentSet(IReadOnlyList<ErpDocument> Documents) : ITraced
{
    TransactionId? ITraced.Transaction => Documents is [var first, ..] ? first.TransactionId : null;
}

/// <summary>The kinds of documents.</summary>
public enum ErpDocumentKind
{
    Invoice,
    Payment,
    CreditNote,
}

/// <summary>A document for the ERP. It names people by id only.</summary>
public sealed record ErpDocument : ITraced
{
    /// <summary>Our number of it, unique for ever, such as <c>chk_1:invoice</c>.</summary>
    public required string Number { get; init; }

    public required ErpDocumentKind Kind { get; init; }
    public required MerchantId Merchant { get; init; }
    public required OrderId Order { get; init; }
    public required CustomerId Customer { get; init; }
    public required CheckoutId CheckoutId { get; init; }
    public required TransactionId TransactionId { get; init; }

    /// <summary>Tax contained.</summary>
    public required Money Amount { get; init; }

    public IReadOnlyList<TaxShare> Taxes { get; init; } = [];

    /// <summary>What was sold; empty for payments.</summary>
    public IReadOnlyList<CheckoutLine> Lines { get; init; } = [];

    /// <summary>The document it refers to: the invoice that a payment settles or a credit note corrects.</summary>
    public string? RefersTo { get; init; }

    /// <summary>The provider's id of the money, for payments and credit notes.</summary>
    public string? ProviderReference { get; init; }

    /// <summary>When it happened (UTC).</summary>
    public required DateTimeOffset Date { get; init; }

    TransactionId? ITraced.Transaction => TransactionId;
}
