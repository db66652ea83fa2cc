namespace PaymentWorkflows.Sandbox.Hosting;

/// <summary>Everything the sandbox logs; ids 7000 to 7099.</summary>
internal static partial class SandboxLog
{
    [LoggerMessage(7000, LogLevel.Information, "Sandbox ready: provider {Provider}, control {Control}, state in {Folder}")]
    public static partial void Ready(ILogger logger, Uri provider, string control, string folder);

    [LoggerMessage(7001, LogLevel.Error, "{Method} {Path} failed inside the sandbox ({RequestId})")]
    public static partial void EndpointFailed(ILogger logger, Exception failure, string method, string path, string requestId);

    [LoggerMessage(7002, LogLevel.Debug, "Webhook endpoint {Url} cannot be reached: {Reason}")]
    public static partial void EndpointUnreachable(ILogger logger, Uri url, string reason);

    [LoggerMessage(7003, LogLevel.Warning, "Event {Event} was given up after {Attempts} attempts")]
    public static partial void DeliveryGivenUp(ILogger logger, string @event, int attempts);

    [LoggerMessage(7004, LogLevel.Error, "Due jobs failed")]
    public static partial void JobsFailed(ILogger logger, Exception failure);

    [LoggerMessage(7005, LogLevel.Warning, "The payment methods of {File} are not taken up: {Problem}")]
    public static partial void MethodsUnreadable(ILogger logger, string? file, string problem);
}
