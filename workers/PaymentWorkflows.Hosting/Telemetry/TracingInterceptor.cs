using System.Diagnostics;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Hosting.Logging;
using Temporalio.Client;
using Temporalio.Client.Interceptors;
using Temporalio.Exceptions;
using Temporalio.Worker.Interceptors;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>
/// One trace through Temporal: spans of the calls to it, of runs, of what reaches them and of their steps, and the headers that carry the
/// trace and the ids of the purchase from one to the next. It adds nothing to a history but these headers.
/// </summary>
/// <param name="sample">The share of runs that are traced among those that no trace led to.</param>
public sealed class TracingInterceptor(double sample = 1) : IClientInterceptor, IWorkerInterceptor
{
    public ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => new Client(nextInterceptor);

    public WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => new TracedWorkflow(nextInterceptor, sample);

    public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new TracedActivity(nextInterceptor);

    private sealed class Client(ClientOutboundInterceptor next) : ClientOutboundInterceptor(next)
    {
        public override Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input)
        {
            var call = input.Options.StartSignal is null ? "StartWorkflow" : "SignalWithStartWorkflow";
            var subject = Subject(input.Args);
            return TracedAsync($"{call}:{input.Workflow}", input.Options.Id!, subject, context =>
                base.StartWorkflowAsync<TWorkflow, TResult>(input with { Headers = TraceHeader.With(input.Headers, context, subject) }));
        }

        public override Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateWithStartWorkflowAsync<TUpdateResult>(StartUpdateWithStartWorkflowInput input)
        {
            var start = input.Options.StartWorkflowOperation!;
            var subject = Subject(start.Args);
            return TracedAsync($"UpdateWithStartWorkflow:{start.Workflow}", start.Options.Id!, subject, context =>
            {
                // Whichever of the two the server carries out, it has the headers.
                start.Headers = TraceHeader.With(start.Headers, context, subject);
                return base.StartUpdateWithStartWorkflowAsync<TUpdateResult>(input with { Headers = TraceHeader.With(input.Headers, context, subject) });
            });
        }

        public override Task SignalWorkflowAsync(SignalWorkflowInput input)
        {
            var subject = Subject(input.Args);
            return TracedAsync($"SignalWorkflow:{input.Signal}", input.Id, subject, async context =>
            {
                await base.SignalWorkflowAsync(input with { Headers = TraceHeader.With(input.Headers, context, subject) }).ConfigureAwait(false);
                return true;
            });
        }

        public override Task<WorkflowUpdateHandle<T>> StartWorkflowUpdateAsync<T>(StartWorkflowUpdateInput input)
        {
            var subject = Subject(input.Args);
            return TracedAsync($"UpdateWorkflow:{input.Update}", input.Id, subject, context =>
                base.StartWorkflowUpdateAsync<T>(input with { Headers = TraceHeader.With(input.Headers, context, subject) }));
        }

        public override Task<T> QueryWorkflowAsync<T>(QueryWorkflowInput input) => TracedAsync(
            $"QueryWorkflow:{input.Query}", input.Id, SagaSubject.None, context =>
                base.QueryWorkflowAsync<T>(input with { Headers = TraceHeader.With(input.Headers, context, SagaSubject.None) }));

        private static SagaSubject Subject(IReadOnlyCollection<object?> arguments) => SagaSubject.Of(arguments).Or(
            new SagaSubject(Domain.TransactionId.TryParse(TransactionScope.Current, null, out var transaction) ? transaction : null, null, null));

        private static async Task<T> TracedAsync<T>(string name, string workflowId, SagaSubject subject, Func<ActivityContext, Task<T>> call)
        {
            using var span = Spans.Source.StartActivity(name, ActivityKind.Client);
            subject.Tag(span);
            span?.SetTag(TelemetryNames.WorkflowId, workflowId);
            try
            {
                return await call((span ?? Activity.Current)?.Context ?? default).ConfigureAwait(false);
            }
            catch (WorkflowAlreadyStartedException)
            {
                // A second start of the same fact meets the first: that is what the id is for.
                span?.SetTag(TelemetryNames.Outcome, "already_started");
                throw;
            }
            catch (Exception failure)
            {
                span.Fail(failure is RpcException rpc ? $"grpc.{rpc.Code}" : failure.GetType().Name);
                throw;
            }
        }
    }
}
