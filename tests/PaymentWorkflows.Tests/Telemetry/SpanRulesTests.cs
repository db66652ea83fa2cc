using System.Diagnostics;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Hosting.Telemetry;
using Shouldly;
using Temporalio.Api.Common.V1;
using Xunit;

namespace PaymentWorkflows.Tests.Telemetry;

/// <summary>What spans say, what headers carry, who decides whether to trace.</summary>
public class SpanRulesTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public void What_is_not_on_the_list_of_tags_does_not_leave_the_process()
    {
        using var span = new Activity("one").Start();
        span.SetTag(TelemetryNames.TransactionId, "txn_1");
        span.SetTag("url.full", "https://shop.example/?email=someone@shop.example");
        span.SetTag("exception.message", "4242424242424242");
        using var allowed = new AllowedTags();
        allowed.OnEnd(span);
        span.TagObjects.Select(tag => tag.Key).ShouldBe([TelemetryNames.TransactionId]);
    }

    [Theory]
    [InlineData(Parent, true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", false)]
    public void A_header_carries_the_context_and_the_decision(string parent, bool sampled)
    {
        var headers = new Dictionary<string, Payload>();
        TraceHeader.Write(headers, Spans.Parse(parent, "vendor=1"));
        var read = TraceHeader.Read(headers);
        (read.TraceId.ToHexString(), read.SpanId.ToHexString(), read.IsRemote).ShouldBe(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true));
        read.TraceFlags.HasFlag(ActivityTraceFlags.Recorded).ShouldBe(sampled);
        read.TraceState.ShouldBe("vendor=1");
    }

    [Fact]
    public void A_header_of_somebody_else_is_no_obstacle()
    {
        var headers = new Dictionary<string, Payload> { [TraceHeader.Name] = new Payload(), [SagaSubject.Header] = new Payload() };
        TraceHeader.Read(headers).ShouldBe(default);
        SagaSubject.Read(headers).ShouldBe(SagaSubject.None);
        TraceHeader.Read(null).ShouldBe(default);
    }

    [Fact]
    public void The_subject_goes_through_the_headers_and_what_is_known_later_is_added()
    {
        var subject = new SagaSubject(TransactionId.Parse("txn_1"), MerchantId.Parse("acme"), null);
        var headers = new Dictionary<string, Payload>();
        subject.Write(headers);
        SagaSubject.Read(headers).ShouldBe(subject);
        new SagaSubject(null, null, CheckoutId.Parse("chk_1")).Or(subject).ShouldBe(new SagaSubject(TransactionId.Parse("txn_1"), MerchantId.Parse("acme"), CheckoutId.Parse("chk_1")));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData(null)]
    public void A_traceparent_that_is_none_counts_as_none(string? text) => Spans.Parse(text).ShouldBe(default);

    [Fact]
    public void A_share_of_traces_is_decided_by_their_ids()
    {
        var traces = Enumerable.Range(0, 2_000).Select(number => SettledSpans.TraceId($"run-{number}")).ToArray();
        traces.ShouldAllBe(trace => StartSampler.Takes(trace, 1));
        traces.ShouldAllBe(trace => !StartSampler.Takes(trace, 0));
        traces.Count(trace => StartSampler.Takes(trace, 0.25)).ShouldBeInRange(400, 600);
        traces.ShouldAllBe(trace => StartSampler.Takes(trace, 0.25) == StartSampler.Takes(trace, 0.25));
    }

    [Theory]
    [InlineData("http.server.request.duration", "s", false, "http_server_request_duration_seconds")]
    [InlineData("payments.inbox.open", "{event}", false, "payments_inbox_open")]
    [InlineData("payments_sagas_ended", "{run}", true, "payments_sagas_ended_total")]
    [InlineData("size", "By", false, "size_bytes")]
    public void Names_are_what_Prometheus_allows(string name, string unit, bool isCounter, string expected) =>
        PrometheusText.Name(name, unit, isCounter).ShouldBe(expected);
}
