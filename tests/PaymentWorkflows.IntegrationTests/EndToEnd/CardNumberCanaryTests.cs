using System.Collections.Concurrent;
using System.Text;
using PaymentWorkflows.IntegrationTests.Hostile;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>
/// Card numbers are sent to every place of a running stack; afterwards none is found in anything that it keeps or has told, where a harmless
/// word that was sent beside them is found everywhere.
/// </summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class CardNumberCanaryTests(RunningStack stack) : IDisposable
{
    /// <summary>What holds the word of an ordinary purchase.</summary>
    private static readonly string[] Kept = [StackDump.Logs, StackDump.Files, StackDump.Tables, StackDump.Histories, StackDump.Listings, StackDump.Traces, StackDump.Notices, StackDump.Provider];

    private readonly AppBackend backend = new(stack);
    private readonly Canaries cards = new();
    private readonly string run = Purchase.With().Order.Value[4..];
    private readonly ConcurrentBag<string> answers = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => backend.Dispose();

    [Fact]
    public async Task A_card_number_that_was_sent_anywhere_is_found_nowhere()
    {
        await stack.Control.ClearFaultsAsync(Cancel);
        var marker = $"marker-{run}";
        var bought = await BuyAsync(marker);
        var refund = (await backend.RefundAsync(bought.Id, 10)).GetProperty("id").GetString()!;
        (await SendAsync(SignedWebhook.Of(stack.Options, SignedWebhook.Event($"evt_canary{run}", metadata: $"\"order\":\"{marker}\"")))).ShouldBe(200);

        var sent = CanaryRequests.All(cards, stack.Options, bought.Id, refund, run).ToArray();
        await Parallel.ForEachAsync(sent, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancel }, async (one, _) => (await SendAsync(one)).ShouldBeOneOf([0, 200, 201, 204, 400, 401, 404, 405, 409, 411, 413, 415, 431, 505], one.ToString()));
        await UntilSettledAsync();

        var dump = await RunningStack.EventuallyAsync(TakeAsync, taken => !Kept.Except(taken.Find([marker]).Select(found => found.Kind)).Any());
        dump.Find(cards.Forms).ShouldBeEmpty();
        dump.Find([$"evt_canary{run}"]).ShouldContain(found => found.Name == "pay.inbox", "the events that were genuine are kept, without the numbers");
        var told = string.Join('\n', answers);
        cards.Forms.Where(form => told.Contains(form, StringComparison.Ordinal)).ShouldBeEmpty("an answer repeats a card number");
        TestContext.Current.TestOutputHelper?.WriteLine($"{sent.Length} requests; looked at {dump.Sizes}");
    }

    /// <summary>In each kind of source a number would be seen, were it there.</summary>
    [Fact]
    public async Task The_search_finds_a_card_number_in_each_kind_of_source()
    {
        var dump = await TakeAsync();
        dump.Find(cards.Forms).ShouldBeEmpty();
        foreach (var kind in dump.Kinds)
        {
            dump.Add(kind, "planted", $"before {cards.Spaced()} after");
        }

        dump.Find(cards.Forms).Select(found => found.Kind).Distinct().ShouldBe(dump.Kinds, ignoreOrder: true);
    }

    private async Task<Bought> BuyAsync(string order)
    {
        var body = $$"""{"merchant":"acme","order":"{{order}}","customer":{"id":"cus_42"},"currency":"eur","lines":[{"sku":"s","description":"d","quantity":1,"unit_amount":1000}],"payment_method":{"type":"card","token":"pm_card_visa"},"wait_ms":30000}""";
        using var gateway = stack.Gateway();
        var made = await gateway.CreateCheckoutAsync(body, $"key-{order}", Cancel);
        return new Bought(made, made.GetProperty("transaction_id").GetString()!, $"key-{order}");
    }

    private async Task<int> SendAsync(HttpCase one)
    {
        var bytes = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(one.Bytes()).Replace("Bearer KEY", $"Bearer {stack.Options.Gateway.ApiKey}", StringComparison.Ordinal));
        var answer = await RawExchange.SendAsync(backend.Address(), bytes, Cancel);
        answers.Add(answer is null ? "" : $"{string.Join('\n', answer.Headers)}\n{answer.Body}");
        return answer?.Status ?? 0;
    }

    /// <summary>Whatever was let through has come to its end, so that its traces and notices are there too.</summary>
    private async Task UntilSettledAsync()
    {
        await RunningStack.EventuallyAsync(() => stack.RowsAsync<string>("SELECT id FROM pay.checkouts WHERE merchant = 'canary' AND status = 'processing'"), open => open.Count == 0);
        await RunningStack.EventuallyAsync(() => stack.RowsAsync<string>("SELECT event_id FROM pay.inbox WHERE outcome IS NULL"), open => open.Count == 0);
    }

    private Task<StackDump> TakeAsync() => StackDump.TakeAsync(stack, backend.TextAsync, [new Uri(backend.Address(1), "/metrics"), new Uri(backend.Address(2), "/metrics")], Cancel);
}
