using System.Diagnostics.Metrics;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Activities.Payments;

/// <summary>Counts what became of attempts to move money.</summary>
internal static class AttemptMeter
{
    private static readonly Counter<long> Verdicts = Meters.Own.CreateCounter<long>(
        "payments.attempts.verdicts", "{verdict}", "Outcomes of attempts to move money as they were learned, by operation and verdict.");

    public static void Count(string operation, MoneyVerdict verdict) =>
        Verdicts.Add(1, new("operation", operation), new("verdict", verdict.Match(_ => "succeeded", _ => "declined", _ => "pending", _ => "not_attempted", _ => "unknown")));
}
