namespace PaymentWorkflows.Sandbox.State;

/// <summary>Something that happens by itself when the sandbox's clock reaches a time.</summary>
/// <param name="Id">Unique.</param>
/// <param name="DueAt">Milliseconds since 1970.</param>
/// <param name="Kind">One of <see cref="JobKinds"/>.</param>
/// <param name="Target">Id of the object it is about.</param>
internal sealed record DueJob(string Id, long DueAt, string Kind, string Target);
