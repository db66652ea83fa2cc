namespace PaymentWorkflows.Activities.Reservations;

/// <summary>A merchant's backend is down, slow or overloaded: what was asked may or may not have been done.</summary>
public sealed class MerchantUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
