using System.Globalization;
using System.Net;
using PaymentWorkflows.Sandbox.Merchant;

namespace PaymentWorkflows.Sandbox.Hosting;

/// <summary>Reads the command line.</summary>
internal static class CommandLine
{
    public const string Help = """
        PaymentWorkflows.Sandbox: a stateful Stripe (API 2026-10-28.endive) over HTTP, with scripted faults.

        Usage: PaymentWorkflows.Sandbox --stripe ADDRESS:PORT --control ADDRESS:PORT --state DIR --api-key KEY
                                        [--webhook-url URL]... [--webhook-secret SECRET] [--webhook-events TYPES]
                                        [--methods FILE] [--seed NUMBER]
                                        [--erp ADDRESS:PORT --erp-key KEY]
                                        [--merchant ADDRESS:PORT --merchant-secret SECRET...]
               PaymentWorkflows.Sandbox --catalogue [--methods FILE]

          --stripe ADDRESS:PORT    where the provider's API listens, for example 127.0.0.1:7420
          --control ADDRESS:PORT   where the control API listens, for example 127.0.0.1:7429
          --state DIR              folder of the journal; created when absent
          --api-key KEY            the only key that is accepted, for example sk_test_123
          --webhook-url URL        where events are posted; given more than once, the next one is tried when one cannot be reached
          --webhook-secret SECRET  whsec_..., signs the events; required with --webhook-url
          --webhook-events TYPES   the types that are posted, with commas between them; left out, all
          --methods FILE           the deployment's payment-methods.yaml: a method in it that Stripe does not have is played by its traits;
                                   read again when it changes
          --erp ADDRESS:PORT       where a simple HTTP ERP is played
          --erp-key KEY            the only key that the ERP accepts; required with --erp
          --merchant ADDRESS:PORT  where a merchant's backend is played: reservations and notices
          --merchant-secret SECRET whsec_..., what requests to the backend are signed with; may be given more than once
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
        var secrets = new List<string>();
        for (var index = 0; index < arguments.Count; index += 2)
        {
            var name = arguments[index];
            if (name is not ("--stripe" or "--control" or "--state" or "--api-key" or "--webhook-url" or "--webhook-secret" or "--webhook-events" or "--methods" or "--seed"
                or "--erp" or "--erp-key" or "--merchant" or "--merchant-secret"))
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
            else if (name == "--merchant-secret")
            {
                if (!MerchantSignature.IsSecret(value))
                {
                    return (null, "--merchant-secret must be whsec_ and base64.");
                }

                secrets.Add(value);
            }
            else if (!values.TryAdd(name, value))
            {
                return (null, $"{name} is given twice.");
            }
        }

        return Build(values, urls, secrets);
    }

    private static (SandboxOptions? Options, string? Problem) Build(Dictionary<string, string> values, List<Uri> urls, List<string> merchantSecrets)
    {
        foreach (var required in (string[])["--stripe", "--control", "--state", "--api-key"])
        {
            if (string.IsNullOrWhiteSpace(values.GetValueOrDefault(required)))
            {
                return (null, $"{required} is required; --help shows an example.");
            }
        }

        foreach (var name in (string[])["--stripe", "--control", "--erp", "--merchant"])
        {
            if (values.TryGetValue(name, out var address) && !IsEndPoint(address))
            {
                return (null, $"{name} must be an IP address and a port from 1 to 65535 like 127.0.0.1:7420, not '{address}'.");
            }
        }

        if (values.ContainsKey("--erp") && string.IsNullOrWhiteSpace(values.GetValueOrDefault("--erp-key")))
        {
            return (null, "--erp-key is required with --erp.");
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
            WebhookEvents = values.TryGetValue("--webhook-events", out var types) ? types.Split(',').ToHashSet(StringComparer.Ordinal) : null,
            MethodsFile = values.TryGetValue("--methods", out var file) ? Path.GetFullPath(file) : null,
            Seed = seed,
            Erp = Optional(values, "--erp"),
            ErpKey = values.GetValueOrDefault("--erp-key") ?? string.Empty,
            Merchant = Optional(values, "--merchant"),
            MerchantSecrets = merchantSecrets,
        };
        return options.Listeners.Distinct().Count() < options.Listeners.Count
            ? (null, "--stripe, --control, --erp and --merchant must be different ports.")
            : (options, null);
    }

    private static IPEndPoint? Optional(Dictionary<string, string> values, string name) => values.TryGetValue(name, out var address) ? IPEndPoint.Parse(address) : null;

    private static bool IsEndPoint(string text) =>
        text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out var endPoint) && endPoint.Port > 0;
}
