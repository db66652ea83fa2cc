using System.Net.Http.Headers;
using PaymentWorkflows.Sandbox.Hosting;

namespace PaymentWorkflows.Sandbox.Webhooks;

/// <summary>Makes one attempt to deliver: the first address that can be connected to gets it.</summary>
internal sealed class WebhookSender(HttpClient http, SandboxOptions options, TimeProvider machine, ILogger<WebhookSender> logger)
{
    /// <summary>Whether an endpoint answered 2xx.</summary>
    public async Task<bool> SendAsync(byte[] body, CancellationToken stopping)
    {
        foreach (var url in options.WebhookUrls)
        {
            try
            {
                using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
                message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
                message.Headers.Add("Stripe-Signature", WebhookSignature.Header(options.WebhookSecret, machine.GetUtcNow().ToUnixTimeSeconds(), body));
                message.Headers.UserAgent.ParseAdd("Stripe/1.0 (+https://stripe.com/docs/webhooks)");
                using var response = await http.SendAsync(message, stopping);
                return response.IsSuccessStatusCode;
            }
            catch (HttpRequestException failure)
            {
                SandboxLog.EndpointUnreachable(logger, url, failure.Message);
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                // The endpoint took the connection and never answered: that is an attempt, not a reason to try its neighbour.
                return false;
            }
        }

        return false;
    }
}
