using Temporalio.Activities;
using Temporalio.Worker.Interceptors;

namespace PaymentWorkflows.Hosting.Temporal;

/// <summary>
/// Says for each remote activity with a heartbeat timeout that its worker lives, so that the step of a dead one is taken over after
/// seconds instead of after the longest provider call.
/// </summary>
public sealed class HeartbeatInterceptor(TimeProvider clock) : IWorkerInterceptor
{
    public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new Inbound(nextInterceptor, clock);

    private sealed class Inbound(ActivityInboundInterceptor next, TimeProvider clock) : ActivityInboundInterceptor(next)
    {
        public override async Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
        {
            var activity = ActivityExecutionContext.Current;
            if (activity.Info.IsLocal || activity.Info.HeartbeatTimeout is not { Ticks: > 0 } silence)
            {
                return await base.ExecuteActivityAsync(input);
            }

            using var done = new CancellationTokenSource();
            var beating = BeatAsync(activity, silence / 3, done.Token);
            try
            {
                return await base.ExecuteActivityAsync(input);
            }
            finally
            {
                await done.CancelAsync();
                await beating;
            }
        }

        private async Task BeatAsync(ActivityExecutionContext activity, TimeSpan every, CancellationToken done)
        {
            using var timer = new PeriodicTimer(every, clock);
            try
            {
                while (await timer.WaitForNextTickAsync(done))
                {
                    activity.Heartbeat();
                }
            }
            catch (OperationCanceledException)
            {
                // The step ended.
            }
        }
    }
}
