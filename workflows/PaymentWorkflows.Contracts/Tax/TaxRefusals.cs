namespace PaymentWorkflows.Contracts.Tax;

/// <summary>Codes of a tax engine's refusals that sagas branch on, the same for every engine.</summary>
public static class TaxRefusals
{
    /// <summary>The calculation is too old to be committed: it is made anew.</summary>
    public const string CalculationExpired = "calculation_expired";

    /// <summary>The engine refuses our key or its rights.</summary>
    public const string Credentials = "credentials_refused";

    /// <summary>The engine's answer contradicts the request or itself.</summary>
    public const string Contradiction = "contradiction";
}
