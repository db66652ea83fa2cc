namespace PaymentWorkflows.Activities.Notices;

/// <summary>Wakes this process's dispatcher of notices.</summary>
public sealed class NoticeBell(TimeProvider clock) : Bell(clock);
