using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace PaymentWorkflows.Hosting.Telemetry;

/// <summary>
/// Ids that a workflow's span has whoever emits it: made from the run, so that a replay, another worker and a task that is run again name
/// the same span, and steps can point to a span that has not been emitted yet. .NET draws a span's id and offers no way to set it, so it
/// is set in the field; <see cref="IsPossible"/> says whether this build of .NET has that field.
/// </summary>
internal static class SettledSpans
{
    /// <summary>Whether ids can be set. Without it spans keep the ids that .NET draws, and steps hang on the start's span.</summary>
    public static bool IsPossible { get; } = Try();

    /// <summary>The trace of a run that was started outside of any trace.</summary>
    public static ActivityTraceId TraceId(string runId) => ActivityTraceId.CreateFromBytes(Hash(runId, "trace").AsSpan(0, 16));

    /// <summary>The span of something in a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="what">What, unique within the run.</param>
    public static ActivitySpanId SpanId(string runId, string what) => ActivitySpanId.CreateFromBytes(Hash(runId, what).AsSpan(0, 8));

    /// <summary>Gives a running span its id.</summary>
    public static void SetId(Activity span, ActivitySpanId id)
    {
        if (IsPossible)
        {
            SpanIdOf(span) = id.ToHexString();
        }
    }

    /// <summary>Gives a span that begins a trace the trace's id.</summary>
    public static void SetTrace(Activity span, ActivityTraceId id)
    {
        if (IsPossible)
        {
            TraceIdOf(span) = id.ToHexString();
        }
    }

    private static byte[] Hash(string runId, string what)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{runId}/{what}"));
        if (BinaryPrimitives.ReadInt64LittleEndian(hash) == 0)
        {
            // All zeros is no id.
            hash[0] = 1;
        }

        return hash;
    }

    private static bool Try()
    {
        try
        {
            using var probe = new Activity("probe").SetIdFormat(ActivityIdFormat.W3C).Start();
            var (trace, id) = (TraceId("probe"), SpanId("probe", "probe"));
            TraceIdOf(probe) = trace.ToHexString();
            SpanIdOf(probe) = id.ToHexString();
            return probe.Context.TraceId == trace && probe.Context.SpanId == id && probe.Id == $"00-{trace}-{id}-00";
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
    private static extern ref string? SpanIdOf(Activity span);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_traceId")]
    private static extern ref string? TraceIdOf(Activity span);
}
