using System.Globalization;
using PaymentWorkflows.Contracts.Checkout;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>What the running processes measure, as Prometheus reads it.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class MetricsTests(RunningStack stack) : IDisposable
{
    private readonly AppBackend backend = new(stack);

    public void Dispose() => backend.Dispose();

    [Fact]
    public async Task Every_process_shows_what_it_measured_of_a_checkout()
    {
        await stack.Control.ClearFaultsAsync(TestContext.Current.CancellationToken);
        var bought = await backend.BuyAsync();
        await RunningStack.EndOf(stack.Temporal.GetWorkflowHandle<ICheckoutWorkflow, CheckoutResult>(bought.Workflow));
        string[] expected =
        [
            "http_server_request_duration_seconds_count{", "http_route=\"/v1/checkouts\"", "http_response_status_code=\"201\"",
            "payments_sagas_started_total{namespace=\"default\",saga=\"Checkout\",task_queue=\"sagas\"", "status=\"completed\"", "payments_sagas_duration_seconds_bucket{", "payments_sagas_stages_total{",
            "payments_provider_request_duration_seconds_count{answer=\"200\",endpoint=\"POST /v1/payment_intents\",provider=\"stripe\"}",
            "payments_attempts_verdicts_total{operation=\"authorize\",verdict=\"succeeded\"}",
            "payments_inbox_open", "payments_outbox_open", "payments_holds_open{reason=\"unknown_outcome\"}", "payments_checkouts_unstarted",
            "temporal_worker_task_slots_available{", "temporal_num_pollers{", "temporal_workflow_task_execution_latency",
        ];
        var pages = await RunningStack.EventuallyAsync(PagesAsync, found => expected.All(text => found.Contains(text, StringComparison.Ordinal)));

        pages.ShouldNotContain(bought.Transaction);
        pages.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(Value).ShouldAllBe(value => double.IsFinite(value));
        await RunningStack.EventuallyAsync(() => Task.FromResult(stack.Spans.Metrics), exports => exports > 0);
    }

    private static double Value(string line) => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);

    /// <summary>The pages of both Gateways and of every worker; nothing while one of them starts again that another test killed.</summary>
    private async Task<string> PagesAsync()
    {
        try
        {
            List<Uri> addresses = [new(backend.Address(1), "/metrics"), new(backend.Address(2), "/metrics")];
            foreach (var name in new[] { "worker-sagas-1", "worker-sagas-2", "worker-sagas-3", "worker-payments-1", "worker-notices-1" })
            {
                var arguments = (await File.ReadAllTextAsync($"/proc/{stack.PidOf(name)}/cmdline")).Split('\0');
                addresses.Add(new Uri($"http://{arguments[Array.IndexOf(arguments, "--health") + 1]}/metrics"));
            }

            return string.Join('\n', await Task.WhenAll(addresses.Select(backend.TextAsync)));
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or IOException or UriFormatException)
        {
            return "";
        }
    }
}
