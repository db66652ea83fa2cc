namespace PaymentWorkflows.Domain.Payments;

/// <summary>How a decline is to be treated. Source: docs.stripe.com/declines/codes; the split is this product's own reading.</summary>
public enum DeclineCategory
{
    /// <summary>May work later, as it is.</summary>
    Soft,

    /// <summary>Never with this card.</summary>
    Hard,

    /// <summary>The customer must correct what was typed.</summary>
    FixData,

    /// <summary>The customer must authenticate.</summary>
    Authenticate,

    /// <summary>Looks like a payment that exists already: look before trying again.</summary>
    CheckFirst,
}
