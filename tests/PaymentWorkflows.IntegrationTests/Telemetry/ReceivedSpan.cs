using Google.Protobuf;

namespace PaymentWorkflows.IntegrationTests.Telemetry;

/// <summary>A span as a process sent it.</summary>
/// <param name="Process">The process's name (<c>service.instance.id</c>).</param>
/// <param name="Parent">The span above it; empty for the first of a trace.</param>
/// <param name="Links">Spans of others that it has to do with.</param>
public sealed record ReceivedSpan(
    string Process, string Trace, string Id, string Parent, string Name, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Links, bool IsError, ulong Begin, ulong End)
{
    /// <summary>Reads an OTLP export request (opentelemetry/proto/collector/trace/v1/trace_service.proto) by its field numbers.</summary>
    public static IEnumerable<ReceivedSpan> Read(byte[] request)
    {
        foreach (var resourceSpans in Fields(request, 1))
        {
            var process = Fields(resourceSpans, 1).SelectMany(Attributes(1)).FirstOrDefault(one => one.Key == "service.instance.id").Value ?? "";
            foreach (var span in Fields(resourceSpans, 2).SelectMany(scope => Fields(scope, 2)))
            {
                yield return Span(process, span);
            }
        }
    }

    private static ReceivedSpan Span(string process, byte[] bytes)
    {
        var input = new CodedInputStream(bytes);
        var (trace, id, parent, name, isError) = ("", "", "", "", false);
        var (begin, end) = (0UL, 0UL);
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    trace = Hex(input);
                    break;
                case 2:
                    id = Hex(input);
                    break;
                case 4:
                    parent = Hex(input);
                    break;
                case 5:
                    name = input.ReadString();
                    break;
                case 7:
                    begin = input.ReadFixed64();
                    break;
                case 8:
                    end = input.ReadFixed64();
                    break;
                case 15:
                    isError = Number(input.ReadBytes().ToByteArray(), 3) == 2;
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        var links = Fields(bytes, 13).Select(link => Convert.ToHexStringLower(Fields(link, 2).Single())).ToArray();
        var tags = Attributes(9)(bytes).ToDictionary(one => one.Key, one => one.Value);
        return new ReceivedSpan(process, trace, id, parent, name, tags, links, isError, begin, end);
    }

    private static Func<byte[], IEnumerable<KeyValuePair<string, string>>> Attributes(int field) => bytes => Fields(bytes, field).Select(pair =>
        KeyValuePair.Create(System.Text.Encoding.UTF8.GetString(Fields(pair, 1).Single()), Value(Fields(pair, 2).Single())));

    private static string Value(byte[] any)
    {
        var input = new CodedInputStream(any);
        var tag = input.ReadTag();
        return WireFormat.GetTagFieldNumber(tag) switch
        {
            1 => input.ReadString(),
            2 => input.ReadBool() ? "true" : "false",
            3 => $"{input.ReadInt64()}",
            4 => $"{input.ReadDouble()}",
            _ => "",
        };
    }

    private static long Number(byte[] bytes, int field)
    {
        var input = new CodedInputStream(bytes);
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field)
            {
                return input.ReadInt64();
            }

            input.SkipLastField();
        }

        return 0;
    }

    private static IEnumerable<byte[]> Fields(byte[] bytes, int field)
    {
        var input = new CodedInputStream(bytes);
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field)
            {
                yield return input.ReadBytes().ToByteArray();
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    private static string Hex(CodedInputStream input) => Convert.ToHexStringLower(input.ReadBytes().Span);
}
