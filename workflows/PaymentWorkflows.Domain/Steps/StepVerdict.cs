using System.Text.Json.Serialization;

namespace PaymentWorkflows.Domain.Steps;

/// <summary>
/// What became of a step that moves no money itself: a tax transaction, a merchant's reservation, an ERP document. Closed. What is known
/// not to have happened and may be tried again is thrown as a failure that is retried; these are the outcomes.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "verdict")]
[JsonDerivedType(typeof(Done), "done")]
[JsonDerivedType(typeof(Refused), "refused")]
[JsonDerivedType(typeof(Unknown), "unknown")]
public abstract record StepVerdict
{
    private StepVerdict()
    {
    }

    /// <summary>Done, now or before.</summary>
    /// <param name="Reference">The other system's id of what was made; null where it gives none.</param>
    public sealed record Done(string? Reference) : StepVerdict;

    /// <summary>The other system said no: the same request will be refused again.</summary>
    /// <param name="Code">Its code, such as <c>calculation_expired</c> or <c>out_of_stock</c>.</param>
    /// <param name="Message">For people.</param>
    public sealed record Refused(string Code, string Message) : StepVerdict;

    /// <summary>It may or may not have happened, and a look-up could not tell.</summary>
    /// <param name="Message">For people.</param>
    public sealed record Unknown(string Message) : StepVerdict;
}
