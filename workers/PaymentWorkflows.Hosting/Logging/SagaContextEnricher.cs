using PaymentWorkflows.Contracts;
using PaymentWorkflows.Hosting.Telemetry;
using Serilog.Core;
using Serilog.Events;
using Temporalio.Activities;
using Temporalio.Workflows;

namespace PaymentWorkflows.Hosting.Logging;

/// <summary>Puts TransactionId, WorkflowId and RunId on every line that is written for a saga, whichever side of it writes.</summary>
internal sealed class SagaContextEnricher : ILogEventEnricher
{
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                logEvent.AddOrUpdateProperty(propertyFactory.CreateProperty(name, value));
            }
        }

        if (Workflow.InWorkflow)
        {
            var attributes = Workflow.TypedSearchAttributes;
            Add("TransactionId", attributes.ContainsKey(SearchAttributes.TransactionId) ? attributes.Get(SearchAttributes.TransactionId) : SagaSubject.Read(Workflow.Info.Headers).Transaction?.Value);
            Add("WorkflowId", Workflow.Info.WorkflowId);
            Add("RunId", Workflow.Info.RunId);
            return;
        }

        Add("TransactionId", TransactionScope.Current);
        if (ActivityExecutionContext.HasCurrent)
        {
            var info = ActivityExecutionContext.Current.Info;
            Add("WorkflowId", info.WorkflowId);
            Add("RunId", info.WorkflowRunId);
        }
    }
}
