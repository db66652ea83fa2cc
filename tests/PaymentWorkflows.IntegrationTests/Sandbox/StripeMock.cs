using System.Diagnostics;
using System.Globalization;
using PaymentWorkflows.TestKit.Sandbox;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Stripe's own stateless mock, which checks requests against the published description.</summary>
public sealed class StripeMock : IAsyncDisposable
{
    private readonly Process process;

    private StripeMock(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Starts it, or skips the running test with the reason.</summary>
    public static async Task<StripeMock> StartOrSkipAsync(CancellationToken cancellationToken)
    {
        var path = Find();
        Assert.SkipWhen(path is null, "stripe-mock was not found in STRIPE_MOCK, on PATH or under shared/tools/bin beside the repository.");
        var port = FreePort.Next();
        var start = new ProcessStartInfo(path!) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-http-port");
        start.ArgumentList.Add(port.ToString(CultureInfo.InvariantCulture));
        var process = Process.Start(start) ?? throw new InvalidOperationException("stripe-mock could not be started");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var mock = new StripeMock(process, new Uri($"http://127.0.0.1:{port}"));
        await mock.WaitAsync(cancellationToken);
        return mock;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                using var response = await http.GetAsync(Address, deadline.Token);
                return;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await tick.WaitForNextTickAsync(deadline.Token);
            }
        }
    }

    private static string? Find()
    {
        var candidates = new List<string?> { Environment.GetEnvironmentVariable("STRIPE_MOCK") };
        candidates.AddRange((Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "stripe-mock")));
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            candidates.Add(Path.Combine(folder.FullName, "shared", "tools", "bin", "stripe-mock"));
        }

        return candidates.FirstOrDefault(File.Exists);
    }
}
