using System.Globalization;
using System.Net;

namespace PaymentWorkflows.Sandbox.Hosting;

/// <summary>Reads the command line.</summary>
internal static class CommandLine
{
    public const string Help = """
        PaymentWorkflows.Sandbox: a stateful Stripe (API 2026-10-28.endive) over HTTP, with scripted faults.

        Usage: PaymentWorkflows.Sandbox --stripe ADDRESS:PORT --control ADDRESS:PORT --state DIR --api-key KEY
                                        [--webhook-url URL]... [--webhook-secret SECRET]
                                        [--methods FILE] [--seed NUMBER]
               PaymentWorkflows.Sandbox --catalogue [--methods FILE]

          --stripe ADDRESS:PORT    where the provider's API listens, for example 127.0.0.1:7420
          --control ADDRESS:PORT   where the control API listens, for example 127.0.0.1:7429
          --state DIR              folder of the journal; created when absent
          --api-key KEY            the only key that is accepted, for example sk_test_123
          --webhook-url URL        where events are posted; given more than once, the next one is tried when one cannot be reached
          --webhook-secret SECRET  whsec_..., signs the events; required with --webhook-url
          --methods FILE           the deployment's payment-methods.yaml: a method in it that Stripe does not have is played by its traits;
                                   read again when it changes
          --seed NUMBER            seed of all chance, default 1
          --catalogue              print as JSON which cards, tokens and values bring what about, and end
          --help                   this text
        """;

    /// <summary>The payment methods file beside <c>--catalogue</c>; null when that is not what is asked for.</summary>
    public static (bool Asked, string? MethodsFile) Catalogue(IReadOnlyList<string> arguments) => arguments switch
    {
        ["--catalogue"] => (true, null),
        ["--catalogue", "--methods", var file] => (true, Path.GetFullPath(file)),
        _ => (false, null),
    };

    /// <summary>The options, or one sentence about what is wrong.</summary>
    public static (SandboxOptions? Options, string? Problem) Parse(IReadOnlyList<string> arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var urls = new List<Uri>();
        for (var index = 0; index < arguments.Count; index += 2)
        {
            var name = arguments[index];
            if (name is not ("--stripe" or "--control" or "--state" or "--api-key" or "--webhook-url" or "--webhook-secret" or "--methods" or "--seed"))
            {
                return (null, $"Unknown argument '{name}'; --help lists what is allowed.");
            }

            if (index + 1 == arguments.Count)
            {
                return (null, $"{name} needs a value.");
            }

            var value = arguments[index + 1];
            if (name == "--webhook-url")
            {
                if (!Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                {
                    return (null, $"--webhook-url must be an absolute http address, not '{value}'.");
                }

                urls.Add(url);
            }
            else if (!values.TryAdd(name, value))
            {
                return (null, $"{name} is given twice.");
            }
        }

        return Build(values, urls);
    }

    private static (SandboxOptions? Options, string? Problem) Build(Dictionary<string, string> values, List<Uri> urls)
    {
        foreach (var required in (string[])["--stripe", "--control", "--state", "--api-key"])
        {
            if (string.IsNullOrWhiteSpace(values.GetValueOrDefault(required)))
            {
                return (null, $"{required} is required; --help shows an example.");
            }
        }

        foreach (var name in (string[])["--stripe", "--control"])
        {
            if (!IsEndPoint(values[name]))
            {
                return (null, $"{name} must be an IP address and a port from 1 to 65535 like 127.0.0.1:7420, not '{values[name]}'.");
            }
        }

        var seed = 1;
        if (values.TryGetValue("--seed", out var text) && !int.TryParse(text, CultureInfo.InvariantCulture, out seed))
        {
            return (null, $"--seed must be a whole number, not '{text}'.");
        }

        var secret = values.GetValueOrDefault("--webhook-secret") ?? string.Empty;
        if (urls.Count > 0 && secret.Length == 0)
        {
            return (null, "--webhook-secret is required with --webhook-url.");
        }

        var options = new SandboxOptions
        {
            Provider = IPEndPoint.Parse(values["--stripe"]),
            Control = IPEndPoint.Parse(values["--control"]),
            StateFolder = Path.GetFullPath(values["--state"]),
            ApiKey = values["--api-key"],
            WebhookUrls = urls,
            WebhookSecret = secret,
            MethodsFile = values.TryGetValue("--methods", out var file) ? Path.GetFullPath(file) : null,
            Seed = seed,
        };
        return options.Provider.Equals(options.Control)
            ? (null, "--stripe and --control must be different ports.")
            : (options, null);
    }

    private static bool IsEndPoint(string text) =>
        text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out var endPoint) && endPoint.Port > 0;
}
