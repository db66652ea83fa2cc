using System.Linq.Expressions;
using PaymentWorkflows.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Running;

/// <summary>
/// Runs a step where its profile and the deployment's placement say. The activity is the same either way; a local step that does not
/// get through in its few tries goes on as a remote one, which never gives up.
/// </summary>
public sealed class StepRunner(Placement placement)
{
    public async Task<TResult> RunAsync<TActivities, TResult>(
        ActivityProfile profile, Expression<Func<TActivities, Task<TResult>>> step, string summary, bool remotely = false)
    {
        if (!remotely && profile.StartsLocally(placement))
        {
            try
            {
                return await Workflow.ExecuteLocalActivityAsync(step, profile.Local(summary));
            }
            catch (FailureException failure) when (StepFailure.MayGoOnRemotely(failure))
            {
                Workflow.Logger.LogLocalStepGoesOnRemotely(summary, StepFailure.Message(failure));
            }
        }

        return await Workflow.ExecuteActivityAsync(step, profile.Remote(summary));
    }

    /// <summary>Tries a step once, where it would run; null when it did not get through, whatever the reason.</summary>
    public async Task<TResult?> TryAsync<TActivities, TResult>(ActivityProfile profile, Expression<Func<TActivities, Task<TResult>>> step, string summary)
        where TResult : class
    {
        try
        {
            return profile.StartsLocally(placement)
                ? await Workflow.ExecuteLocalActivityAsync(step, profile.Local(summary))
                : await Workflow.ExecuteActivityAsync(step, profile.Remote(summary, maximumTries: 1));
        }
        catch (FailureException failure)
        {
            Workflow.Logger.LogStepLeftToItsParts(summary, StepFailure.Message(failure));
            return null;
        }
    }

    public async Task RunAsync<TActivities>(ActivityProfile profile, Expression<Func<TActivities, Task>> step, string summary)
    {
        if (profile.StartsLocally(placement))
        {
            try
            {
                await Workflow.ExecuteLocalActivityAsync(step, profile.Local(summary));
                return;
            }
            catch (FailureException failure) when (StepFailure.MayGoOnRemotely(failure))
            {
                Workflow.Logger.LogLocalStepGoesOnRemotely(summary, StepFailure.Message(failure));
            }
        }

        await Workflow.ExecuteActivityAsync(step, profile.Remote(summary));
    }
}
