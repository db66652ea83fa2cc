using System.Globalization;
using System.Text.Json;
using PaymentWorkflows.Hosting.Configuration;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.OperatorService.V1;

namespace PaymentWorkflows.Cli.Stack;

/// <summary>The Temporal dev server on a database file: a restart loses nothing.</summary>
internal sealed class TemporalServer(StackOptions options, FoundProgram program, StackFolders folders)
{
    private readonly TemporalOptions _temporal = options.Temporal;

    public ProcessSpec Spec() => new()
    {
        Name = "temporal",
        Role = "temporal",
        Program = program.Path,
        Arguments = [.. Arguments()],
        LogFile = folders.LogFile("temporal"),
        IsReady = cancellationToken => Probes.TemporalAsync(_temporal, cancellationToken),
        Tier = StackTiers.Servers,
        StopTimeout = TimeSpan.FromSeconds(20),
    };

    /// <summary>Registers what an existing database lacks; the server's own flags do so only for a new one.</summary>
    /// <exception cref="StackException">One exists with another type, which Temporal cannot change.</exception>
    public static async Task RegisterSearchAttributesAsync(TemporalOptions options, CancellationToken cancellationToken)
    {
        var client = await Probes.ConnectAsync(options, cancellationToken).ConfigureAwait(false);
        var call = new Temporalio.Client.RpcOptions { CancellationToken = cancellationToken };
        var known = (await client.OperatorService.ListSearchAttributesAsync(new ListSearchAttributesRequest { Namespace = options.Namespace }, call).ConfigureAwait(false)).CustomAttributes;
        var missing = new AddSearchAttributesRequest { Namespace = options.Namespace };
        foreach (var (name, typeName) in options.SearchAttributes)
        {
            var type = Enum.Parse<IndexedValueType>(typeName);
            if (!known.TryGetValue(name, out var registered))
            {
                missing.SearchAttributes.Add(name, type);
            }
            else if (registered != type)
            {
                throw new StackException($"The search attribute {name} is registered as {registered} but temporal.search_attributes says {typeName}; Temporal cannot change a type, so name it differently or start with a new data folder.");
            }
        }

        if (missing.SearchAttributes.Count > 0)
        {
            await client.OperatorService.AddSearchAttributesAsync(missing, call).ConfigureAwait(false);
        }
    }

    private IEnumerable<string> Arguments()
    {
        var address = HostPort.Parse(_temporal.Address);
        var ui = HostPort.Parse(_temporal.Ui);
        yield return "server";
        yield return "start-dev";
        foreach (var (flag, value) in new[]
        {
            ("--ip", address.Host),
            ("--port", address.Port.ToString(CultureInfo.InvariantCulture)),
            ("--ui-ip", ui.Host),
            ("--ui-port", ui.Port.ToString(CultureInfo.InvariantCulture)),
            ("--namespace", _temporal.Namespace),
            ("--db-filename", Path.Combine(folders.Temporal, "temporal.db")),
            ("--sqlite-pragma", "journal_mode=WAL"),
            ("--sqlite-pragma", "synchronous=NORMAL"),
            ("--log-level", "warn"),
            ("--log-format", "json"),
        })
        {
            yield return flag;
            yield return value;
        }

        foreach (var (name, type) in _temporal.SearchAttributes)
        {
            yield return "--search-attribute";
            yield return $"{name}={type}";
        }

        foreach (var (key, value) in _temporal.DynamicConfig)
        {
            yield return "--dynamic-config-value";
            yield return $"{key}={AsJson(value)}";
        }
    }

    // The flag takes JSON: numbers and booleans as they are, words in quotes.
    private static string AsJson(string value)
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            return value;
        }
        catch (JsonException)
        {
            return JsonSerializer.Serialize(value);
        }
    }
}
