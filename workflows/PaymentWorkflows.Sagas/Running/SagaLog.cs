using Microsoft.Extensions.Logging;

namespace PaymentWorkflows.Sagas.Running;

/// <summary>What sagas log (event ids 2000 to 2099); through <c>Workflow.Logger</c>, which is silent on replay.</summary>
internal static partial class SagaLog
{
    [LoggerMessage(2000, LogLevel.Warning, "Step '{Step}' did not get through locally and goes on as a remote step: {Cause}")]
    internal static partial void LogLocalStepGoesOnRemotely(this ILogger logger, string step, string cause);

    [LoggerMessage(2013, LogLevel.Warning, "Step '{Step}' did not get through and is left to the steps of its parts: {Cause}")]
    internal static partial void LogStepLeftToItsParts(this ILogger logger, string step, string cause);

    [LoggerMessage(2001, LogLevel.Warning, "Held for {Owner}: {Reason} at {Hold}: {Cause}")]
    internal static partial void LogHeld(this ILogger logger, string owner, string reason, string hold, string cause);

    [LoggerMessage(2002, LogLevel.Information, "{Actor} decided {Action} for hold {Hold}")]
    internal static partial void LogIntervention(this ILogger logger, string actor, string action, string hold);

    [LoggerMessage(2003, LogLevel.Information, "Undoing: {Reason}")]
    internal static partial void LogUndoing(this ILogger logger, string reason);

    [LoggerMessage(2004, LogLevel.Information, "The checkout over {Amount} ended as {Status}")]
    internal static partial void LogEnded(this ILogger logger, string status, string amount);

    [LoggerMessage(2010, LogLevel.Warning, "Nobody acted in time at hold {Hold}: level {Level}, now for {Owner}")]
    internal static partial void LogEscalated(this ILogger logger, string hold, int level, string owner);

    [LoggerMessage(2011, LogLevel.Warning, "A signal '{Signal}' came that this workflow does not know")]
    internal static partial void LogUnknownSignal(this ILogger logger, string signal);

    [LoggerMessage(2012, LogLevel.Information, "The refund over {Amount} ended as {Status}")]
    internal static partial void LogRefundEnded(this ILogger logger, string status, string amount);
}
