using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Steps;
using Temporalio.Activities;

namespace PaymentWorkflows.Contracts.Sale;

/// <summary>The step that tells everybody of a sale at once.</summary>
public interface ISaleActivities
{
    /// <summary>
    /// Commits the tax and posts the documents, side by side, each once for its key and number. What does not get through now is left to
    /// the steps of their own, <see cref="ITaxActivities.CommitAsync"/> and <see cref="IErpActivities.PostAsync"/>, which are patient.
    /// </summary>
    [Activity("post_sale")]
    Task<SalePosted> PostAsync(SaleToPost sale);
}

/// <summary>What is told of a sale.</summary>
/// <param name="Tax">For the tax engine.</param>
/// <param name="Documents">For the ERP.</param>
public sealed record SaleToPost(CommitTaxRequest Tax, ErpDocumentSet Documents) : ITraced
{
    TransactionId? ITraced.Transaction => Tax.TransactionId;
}

/// <summary>What became of it.</summary>
/// <param name="Tax">The tax engine's verdict; null when it is not known yet.</param>
/// <param name="Documents">The ERP's verdict; null when it is not known yet.</param>
public sealed record SalePosted(StepVerdict? Tax, StepVerdict? Documents);
