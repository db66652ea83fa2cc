using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentWorkflows.TestKit.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Stripe's official client for Node does not notice that it talks to the sandbox.</summary>
[Trait("Category", "Slow")]
public sealed class NodeClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_official_node_client_notices_no_difference()
    {
        var folder = await NodeClient.FolderOrSkipAsync(Cancel);
        await using var receiver = new WebhookReceiver();
        await using var sandbox = await SandboxProcess.StartAsync(new SandboxProcessOptions { WebhookUrls = [receiver.Url] }, Cancel);
        using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
        (await raw.PostAsync("/v1/payment_intents", "amount=2000&currency=eur&payment_method=pm_card_visa&confirm=true")).Status.ShouldBe(200);
        var events = new JsonArray();
        for (var index = 0; index < 3; index++)
        {
            var received = await receiver.NextAsync(Cancel);
            events.Add(new JsonObject { ["body"] = received.Body, ["signature"] = received.Signature });
        }

        using var served = new Served(events.ToJsonString());
        var run = await NodeClient.RunAsync(
            "node",
            [
                Path.Combine(NodeClient.Source, "client.mjs"), sandbox.Stripe.ToString(), sandbox.ControlUrl.ToString(), sandbox.ApiKey, served.Url.ToString(),
                sandbox.WebhookSecret, folder,
            ],
            folder,
            Cancel);
        var checks = run!.Value.Output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        checks.Where(check => !check.GetProperty("ok").GetBoolean()).Select(check => check.ToString()).ShouldBeEmpty();
        checks.Count.ShouldBe(15, run.Value.Output);
        run.Value.ExitCode.ShouldBe(0);
    }

    /// <summary>One text for whoever asks.</summary>
    private sealed class Served : IDisposable
    {
        private readonly HttpListener listener = new();

        public Served(string text)
        {
            Url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
            listener.Prefixes.Add(Url.ToString());
            listener.Start();
            _ = ServeAsync(text);
        }

        public Uri Url { get; }

        public void Dispose() => listener.Close();

        private async Task ServeAsync(string text)
        {
            try
            {
                while (true)
                {
                    var context = await listener.GetContextAsync();
                    await using var writer = new StreamWriter(context.Response.OutputStream);
                    await writer.WriteAsync(text);
                }
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
