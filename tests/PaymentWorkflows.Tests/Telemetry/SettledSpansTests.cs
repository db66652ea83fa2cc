using System.Diagnostics;
using PaymentWorkflows.Hosting.Telemetry;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Telemetry;

/// <summary>Ids of spans that are the same whoever emits them.</summary>
public class SettledSpansTests
{
    [Fact]
    public void This_build_of_NET_lets_ids_be_set() => SettledSpans.IsPossible.ShouldBeTrue();

    [Fact]
    public void The_id_of_a_span_is_the_runs_own_and_different_for_each_thing_in_it()
    {
        SettledSpans.SpanId("run-1", "run").ShouldBe(SettledSpans.SpanId("run-1", "run"));
        new[] { SettledSpans.SpanId("run-1", "run"), SettledSpans.SpanId("run-2", "run"), SettledSpans.SpanId("run-1", "HandleSignal:capture/1") }.ShouldBeUnique();
        SettledSpans.TraceId("run-1").ShouldNotBe(SettledSpans.TraceId("run-2"));
    }

    [Fact]
    public void A_span_with_a_set_id_is_known_by_it_everywhere()
    {
        using var span = new Activity("one").SetIdFormat(ActivityIdFormat.W3C).Start();
        SettledSpans.SetTrace(span, SettledSpans.TraceId("run"));
        SettledSpans.SetId(span, SettledSpans.SpanId("run", "one"));
        using var below = new Activity("two").Start();
        (span.SpanId, span.Context.TraceId).ShouldBe((SettledSpans.SpanId("run", "one"), SettledSpans.TraceId("run")));
        (below.ParentSpanId, below.TraceId).ShouldBe((span.SpanId, span.TraceId));
    }
}
