namespace PaymentWorkflows.Domain;

/// <summary>Two amounts of different currencies met in one operation: a mistake in our code, never a customer's.</summary>
public sealed class CurrencyMismatchException(Currency left, Currency right)
    : InvalidOperationException($"Amounts in {left} and {right} cannot be combined: convert one with a dated rate first.");
