using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Running;

/// <summary>
/// Tells a saga of the cancellation of its workflow. Conditions are looked at again only when some code of the workflow runs, and a
/// cancellation by itself runs none: this does.
/// </summary>
internal static class CancellationWatch
{
    /// <summary>Runs beside the saga, to its end; no step.</summary>
    public static async Task RunAsync(Action canceled)
    {
        try
        {
            await Workflow.WaitConditionAsync(() => false, Workflow.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            canceled();
        }
    }
}
