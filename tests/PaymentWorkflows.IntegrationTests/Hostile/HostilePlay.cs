using System.Collections.Concurrent;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Hostile;

/// <summary>Sends requests to a Gateway and judges each answer by what the Gateway publishes; keeps what was accepted and what was refused.</summary>
internal sealed class HostilePlay(Uri gateway, GatewayDescription published)
{
    private readonly ConcurrentDictionary<string, byte> accepted = new();
    private readonly ConcurrentDictionary<string, byte> refused = new();
    private readonly ConcurrentDictionary<string, int> answers = new();

    /// <summary>Ids of what was answered with 200 or 201.</summary>
    public ICollection<string> Accepted => accepted.Keys;

    /// <summary>The transactions of what was refused.</summary>
    public ICollection<string> RefusedTransactions => refused.Keys;

    /// <summary>How often each status came.</summary>
    public string Statuses => string.Join(", ", answers.OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value}"));

    public static async Task<HostilePlay> AtAsync(Uri gateway)
    {
        using var http = new HttpClient();
        var cancel = TestContext.Current.CancellationToken;
        return new HostilePlay(gateway, new GatewayDescription(await http.GetStringAsync(new Uri(gateway, "/openapi/v1.json"), cancel), await http.GetStringAsync(new Uri(gateway, "/docs/errors"), cancel)));
    }

    /// <summary>Also counts as accepted: what a test made itself.</summary>
    public void Accept(string id) => accepted.TryAdd(id, 0);

    /// <summary>Sends one; fails when it is answered by a fault of ours, or with anything that is not published.</summary>
    public async Task SendAsync(HttpCase sent)
    {
        var answer = await RawExchange.SendAsync(gateway, sent.Bytes(), TestContext.Current.CancellationToken);
        answers.AddOrUpdate(answer is null ? "closed" : $"{answer.Status}", 1, (_, count) => count + 1);
        if (answer is null)
        {
            // The server gave the connection up, on what it could not read as a request.
            return;
        }

        if (answer.Headers.ContainsKey("Request-Id"))
        {
            // Of what is not even HTTP the server says 501 or 505 itself, which is no fault.
            answer.Status.ShouldBeLessThan(500, answer.Body);
        }

        published.Problem(sent, answer).ShouldBeNull();
        answer.Headers.ContainsKey("X-Injected").ShouldBeFalse();
        if (answer.Status is 200 or 201 && answer.Body.StartsWith("{\"id\":\"", StringComparison.Ordinal))
        {
            Accept(JsonDocument.Parse(answer.Body).RootElement.GetProperty("id").GetString()!);
        }
        else if (answer.Status >= 400 && answer.Headers.TryGetValue("Transaction-Id", out var transaction))
        {
            refused.TryAdd(transaction, 0);
        }
    }
}
