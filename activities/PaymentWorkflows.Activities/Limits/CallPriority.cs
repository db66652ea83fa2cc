namespace PaymentWorkflows.Activities.Limits;

/// <summary>Whose calls go first when a provider's limit is near: a customer who waits, then money that goes back, then work that nobody waits for.</summary>
public enum CallPriority
{
    Checkout,
    Refund,
    BackFill,
}

/// <summary>The priority of the calls that the code under way makes.</summary>
public static class CallPriorities
{
    private static readonly AsyncLocal<CallPriority> Value = new();

    /// <summary>The priority here; <see cref="CallPriority.Checkout"/> where nobody said otherwise.</summary>
    public static CallPriority Current => Value.Value;

    /// <summary>Sets the priority for the code that awaits from here on; it does not leak into the caller.</summary>
    public static void Use(CallPriority priority) => Value.Value = priority;
}
