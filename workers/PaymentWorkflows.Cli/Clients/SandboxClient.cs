using System.Net.Http.Json;
using System.Text.Json;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Cli.Clients;

/// <summary>The sandbox's control port: what really happened, and faults.</summary>
internal sealed class SandboxClient(SandboxOptions options) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://{options.Control}"), Timeout = TimeSpan.FromSeconds(30) };

    /// <summary><c>GET /truth</c>.</summary>
    /// <exception cref="StackException">The sandbox does not answer.</exception>
    public async Task<JsonElement> TruthAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _http.GetFromJsonAsync<JsonElement>("/truth", cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new StackException($"The sandbox's control port at {options.Control} does not answer ({e.Message}); is the stack running (pay status)?", e);
        }
    }

    /// <summary>What the provider owes us, in minor units by currency.</summary>
    /// <exception cref="StackException">The sandbox does not answer.</exception>
    public async Task<IReadOnlyDictionary<string, long>> BalanceAsync(CancellationToken cancellationToken) =>
        (await TruthAsync(cancellationToken).ConfigureAwait(false)).GetProperty("balance").EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetInt64());

    /// <summary><c>POST /faults</c>: the next matching request goes wrong in this way.</summary>
    /// <exception cref="HttpRequestException">The fault was refused.</exception>
    public async Task FailNextAsync(string method, string path, string kind, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync("/faults", new { match = new { method, path }, kind, times = 1 }, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>From here on nothing goes wrong any more, at the provider, the merchant's and the ERP.</summary>
    /// <exception cref="HttpRequestException">The sandbox refused.</exception>
    public async Task ClearFaultsAsync(CancellationToken cancellationToken)
    {
        foreach (var faults in new[] { "/faults", "/merchant/faults", "/erp/faults" })
        {
            using var response = await _http.DeleteAsync(new Uri(faults, UriKind.Relative), cancellationToken).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
        }
    }

    /// <summary>A GET of the control port: what the played ERP or merchant has.</summary>
    /// <exception cref="HttpRequestException">The sandbox refused.</exception>
    public Task<JsonElement> ReadAsync(string path, CancellationToken cancellationToken) => _http.GetFromJsonAsync<JsonElement>(path, cancellationToken);

    /// <summary>A POST to the control port.</summary>
    /// <exception cref="HttpRequestException">The sandbox refused.</exception>
    public async Task ControlAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(path, body, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Does what the customer does on the provider's page.</summary>
    /// <exception cref="HttpRequestException">The page refused.</exception>
    public static async Task ApproveAsync(string page, CancellationToken cancellationToken)
    {
        // The page sends the customer back to the shop, which nobody has to visit here.
        using var browser = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        using var response = await browser.PostAsync(new Uri(page + "/approve"), content: null, cancellationToken).ConfigureAwait(false);
        if ((int)response.StatusCode >= 400)
        {
            response.EnsureSuccessStatusCode();
        }
    }

    public void Dispose() => _http.Dispose();
}
