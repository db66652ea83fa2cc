using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using PaymentWorkflows.Cli.Stack;

namespace PaymentWorkflows.Cli.Bench.Checkout;

/// <summary>The checkout as a DBOS workflow: its caller is answered when it has ended.</summary>
/// <param name="address">Where its program listens.</param>
internal sealed class DbosSaga(string address) : BenchSaga("dbos"), IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://{address}") };
    private readonly ConcurrentBag<string> bought = [];

    /// <summary>The orders that were answered.</summary>
    public IReadOnlyCollection<string> Bought => bought;

    public override async Task BuyAsync(string order, CancellationToken cancellationToken)
    {
        using var body = new StringContent(BodyOf(order), Encoding.UTF8, MediaTypeNames.Application.Json);
        using var response = await http.PostAsync(new Uri("/buy", UriKind.Relative), body, cancellationToken).ConfigureAwait(false);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode || answer.GetProperty("status").GetString() != "completed")
        {
            throw new StackException($"A measured checkout of {Name} ended as {answer}.");
        }

        bought.Add(order);
    }

    /// <summary>Temporal knows nothing of it.</summary>
    public override string? WorkflowOf(string order) => null;

    /// <summary>What is booked of the orders whose names begin so.</summary>
    public Task<JsonElement> BooksAsync(string prefix, CancellationToken cancellationToken) =>
        http.GetFromJsonAsync<JsonElement>(new Uri($"/books?of={Uri.EscapeDataString(prefix)}", UriKind.Relative), cancellationToken);

    public void Dispose() => http.Dispose();
}
