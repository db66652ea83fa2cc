using PaymentWorkflows.Contracts;
using Temporalio.Worker.Interceptors;

namespace PaymentWorkflows.Hosting.Logging;

/// <summary>Lets each log line of an activity name the transaction that its argument carries.</summary>
public sealed class TransactionLogInterceptor : IWorkerInterceptor
{
    public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new Inbound(nextInterceptor);

    private sealed class Inbound(ActivityInboundInterceptor next) : ActivityInboundInterceptor(next)
    {
        public override async Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
        {
            using var scope = TransactionScope.Enter((input.Args.FirstOrDefault() as ITraced)?.Transaction);
            return await base.ExecuteActivityAsync(input);
        }
    }
}
