using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Activities.Erp;

/// <summary>
/// An ERP that documents are posted to. It knows a document by our number and never has two of one number. What it says about a document
/// is a result; that it cannot say anything is an exception.
/// </summary>
public interface IErp
{
    /// <summary>The adapter's name, for the table and the messages.</summary>
    string Name { get; }

    /// <summary>The document of this number as the ERP has it; null when it has none.</summary>
    /// <exception cref="ErpUnavailableException">It could not tell.</exception>
    Task<ErpRecord?> FindAsync(string number, CancellationToken cancellationToken);

    /// <summary>Posts a document.</summary>
    /// <exception cref="ErpUnavailableException">It may or may not have been posted.</exception>
    Task<ErpAnswer> PostAsync(ErpDocument document, CancellationToken cancellationToken);
}

/// <summary>A document as the ERP has it.</summary>
/// <param name="Id">The ERP's own id of it.</param>
/// <param name="Number">Our number of it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Amount">Tax contained.</param>
public sealed record ErpRecord(string Id, string Number, ErpDocumentKind Kind, Money Amount);

/// <summary>What an ERP answers to a document. Closed.</summary>
public abstract record ErpAnswer
{
    private ErpAnswer()
    {
    }

    /// <summary>It has the document now.</summary>
    public sealed record Posted(ErpRecord Record) : ErpAnswer;

    /// <summary>It had a document of this number already.</summary>
    public sealed record Duplicate : ErpAnswer;

    /// <summary>It does not take the document.</summary>
    /// <param name="Code">Its code, such as <c>closed_period</c>.</param>
    /// <param name="Message">For people.</param>
    public sealed record Refused(string Code, string Message) : ErpAnswer;
}
