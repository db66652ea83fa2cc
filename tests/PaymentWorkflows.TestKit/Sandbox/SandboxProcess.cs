using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace PaymentWorkflows.TestKit.Sandbox;

/// <summary>The sandbox in a process of its own, on free ports; disposing kills it and removes its temporary folder.</summary>
public sealed class SandboxProcess : IAsyncDisposable
{
    private const int StartAttempts = 3;
    /// <summary>A machine that starts two whole stacks beside it lets a process wait.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    private readonly SandboxProcessOptions options;
    private readonly bool ownsFolder;
    private readonly StringBuilder output = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private Process? process;

    private SandboxProcess(SandboxProcessOptions options)
    {
        this.options = options;
        ownsFolder = options.StateFolder is null;
        StateFolder = options.StateFolder ?? Directory.CreateTempSubdirectory("sandbox-").FullName;
        Stripe = new Uri("http://127.0.0.1");
        ControlUrl = Erp = Merchant = Stripe;
        Control = new SandboxControl(http, () => ControlUrl);
    }

    /// <summary>Address of the provider's API.</summary>
    public Uri Stripe { get; private set; }

    /// <summary>Address of the played ERP.</summary>
    public Uri Erp { get; private set; }

    /// <summary>The key that the played ERP accepts.</summary>
    public string ErpKey => options.ErpKey;

    /// <summary>Address of the played merchant's backend.</summary>
    public Uri Merchant { get; private set; }

    /// <summary>What requests to the played merchant are signed with.</summary>
    public string MerchantSecret => options.MerchantSecret;

    /// <summary>Address of the control port.</summary>
    public Uri ControlUrl { get; private set; }

    /// <summary>Calls of the control port.</summary>
    public SandboxControl Control { get; }

    /// <summary>The accepted key.</summary>
    public string ApiKey => options.ApiKey;

    /// <summary>The secret that events are signed with.</summary>
    public string WebhookSecret => options.WebhookSecret;

    /// <summary>Folder of the journal.</summary>
    public string StateFolder { get; }

    /// <summary>Process id while it runs.</summary>
    public int? ProcessId => process?.Id;

    /// <summary>What the process printed so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Waits until the process has printed a text; its lines come a moment after what they tell of.</summary>
    public async Task UntilSaidAsync(string text, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartTimeout);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            await tick.WaitForNextTickAsync(deadline.Token);
        }
    }

    /// <summary>Starts a sandbox and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It did not start; the message carries what it printed.</exception>
    public static async Task<SandboxProcess> StartAsync(SandboxProcessOptions? options = null, CancellationToken cancellationToken = default)
    {
        var sandbox = new SandboxProcess(options ?? new SandboxProcessOptions());
        try
        {
            await sandbox.LaunchAsync(choosePorts: true, cancellationToken);
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the process at once, as SIGKILL does.</summary>
    public async Task KillAsync()
    {
        if (process is null)
        {
            return;
        }

        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>Starts again on the same ports and folder, after <see cref="KillAsync"/>.</summary>
    public Task RestartAsync(CancellationToken cancellationToken = default) => LaunchAsync(choosePorts: false, cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        http.Dispose();
        if (ownsFolder && Directory.Exists(StateFolder))
        {
            Directory.Delete(StateFolder, recursive: true);
        }
    }

    private async Task LaunchAsync(bool choosePorts, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (choosePorts)
            {
                Stripe = new Uri($"http://127.0.0.1:{FreePort.Next()}");
                ControlUrl = new Uri($"http://127.0.0.1:{FreePort.Next()}");
                Erp = new Uri($"http://127.0.0.1:{FreePort.Next()}");
                Merchant = new Uri($"http://127.0.0.1:{FreePort.Next()}");
            }

            process = Start();
            if (await IsUpAsync(process, cancellationToken))
            {
                return;
            }

            await KillAsync();
            // Somebody else may have taken a port between the choice and the start.
            if (!choosePorts || attempt == StartAttempts)
            {
                throw new InvalidOperationException($"The sandbox did not start: {Output}");
            }
        }
    }

    private Process Start()
    {
        var assembly = options.Assembly ?? Path.Combine(AppContext.BaseDirectory, "PaymentWorkflows.Sandbox.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        string[] arguments =
        [
            assembly, "--stripe", Stripe.Authority, "--control", ControlUrl.Authority, "--state", StateFolder, "--api-key", ApiKey,
            "--seed", options.Seed.ToString(CultureInfo.InvariantCulture), "--webhook-secret", WebhookSecret,
            "--erp", Erp.Authority, "--erp-key", ErpKey, "--merchant", Merchant.Authority, "--merchant-secret", MerchantSecret,
            .. options.MethodsFile is { } methods ? new[] { "--methods", methods } : [],
            .. options.WebhookEvents.Count > 0 ? new[] { "--webhook-events", string.Join(',', options.WebhookEvents) } : [],
            .. options.WebhookUrls.SelectMany(url => new[] { "--webhook-url", url.ToString() }),
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var started = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started");
        started.OutputDataReceived += (_, line) => Keep(line.Data);
        started.ErrorDataReceived += (_, line) => Keep(line.Data);
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return started;
    }

    private async Task<bool> IsUpAsync(Process started, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartTimeout);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!started.HasExited)
        {
            try
            {
                using var response = await http.GetAsync(new Uri(ControlUrl, "/health"), deadline.Token);
                if (response.IsSuccessStatusCode)
                {
                    return true;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await tick.WaitForNextTickAsync(deadline.Token);
        }

        return false;
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        }
    }
}
