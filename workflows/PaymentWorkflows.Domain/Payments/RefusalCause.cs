namespace PaymentWorkflows.Domain.Payments;

/// <summary>Why a request is known not to have been carried out.</summary>
public enum RefusalCause
{
    /// <summary>The provider refuses our key or its rights (401, 403): nothing goes until a person repairs it.</summary>
    Credentials,

    /// <summary>The provider refuses the request itself (400, 404): the same request will be refused again.</summary>
    Request,

    /// <summary>The object's state does not allow it (already captured, already canceled, disputed): read it, then decide.</summary>
    State,

    /// <summary>A look-up proved that no such object exists.</summary>
    Absent,
}
