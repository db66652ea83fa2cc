using Temporalio.Exceptions;

namespace PaymentWorkflows.Contracts;

/// <summary>Tells an answer that was lost on its way from one that says no.</summary>
internal static class LostAnswers
{
    /// <summary>A closing workflow, or a workflow task that has to be run again, takes the waiting updates with it.</summary>
    internal static bool Is(Exception failure) => failure switch
    {
        WorkflowUpdateFailedException { InnerException: ApplicationFailureException { ErrorType: "AcceptedUpdateCompletedWorkflow" } } => true,
        WorkflowUpdateRpcTimeoutOrCanceledException => true,
        RpcException { Code: RpcException.StatusCode.NotFound or RpcException.StatusCode.Aborted or RpcException.StatusCode.FailedPrecondition or RpcException.StatusCode.Unavailable or RpcException.StatusCode.Internal or RpcException.StatusCode.ResourceExhausted } => true,
        RpcException { Message: var message } => message.Contains("workflow update", StringComparison.OrdinalIgnoreCase) || message.Contains("workflow task failure", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };
}
