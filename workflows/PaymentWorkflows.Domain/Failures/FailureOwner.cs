namespace PaymentWorkflows.Domain.Failures;

/// <summary>Whose a failure is: who can do something about it.</summary>
public enum FailureOwner
{
    /// <summary>The app backend or its customer: what was sent, or what the customer did not do.</summary>
    Client,

    /// <summary>This product and those who run it.</summary>
    Us,

    /// <summary>The payment provider.</summary>
    Provider,

    /// <summary>The customer's bank, or whoever issued the means of payment.</summary>
    Issuer,
}
