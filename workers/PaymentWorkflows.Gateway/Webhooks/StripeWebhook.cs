using System.Security.Cryptography;
using System.Text;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Contracts.Telemetry;
using PaymentWorkflows.Gateway.Http;
using PaymentWorkflows.Gateway.Validation;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Gateway.Webhooks;

/// <summary><c>POST /webhooks/stripe/{account}</c>: checks the raw bytes and acknowledges only what is durable.</summary>
public sealed partial class StripeWebhook(
    StackOptions stack, IWebhookReader reader, IInbox inbox, InboxWake wake, BodyReader bodies, GatewayMetrics metrics, TimeProvider clock, ILogger<StripeWebhook> logger)
{
    private const int MaxBytes = GatewayApp.LargestBody;

    private static readonly ApiAnswer Received = new(StatusCodes.Status200OK, """{"received":true}""");

    public async Task<ApiAnswer> AnswerAsync(HttpContext http, string account)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (!IsKnown(account))
        {
            throw ApiErrors.NoSuchAccount();
        }

        var body = await bodies.ReadAsync(http, MaxBytes);
        var signature = http.Request.Headers["Stripe-Signature"] is [{ } single] ? single : null;
        var now = clock.GetUtcNow();
        switch (reader.Check(body, signature, now))
        {
            case WebhookCheck.Genuine genuine:
                CallContext.Of(http).IsAbout(genuine.Subject?.TransactionId, genuine.Subject?.WorkflowId);
                // An event that the caller no longer waits for is kept all the same.
                var received = new InboxEvent(account, genuine.EventId, genuine.Type, CardNumberEraser.Erase(body), CardNumberEraser.Erase(signature!), now, TransactionId: genuine.Subject?.TransactionId)
                {
                    TraceParent = Spans.Current,
                    NotNeeded = InboxDispatcher.NotNeeded(genuine.Subject),
                    Rest = InboxDispatcher.RestOf(genuine.Subject, now),
                };
                var isNew = await inbox.StoreAsync(received, CancellationToken.None);
                metrics.WebhookReceived(isNew);
                LogReceived(genuine.EventId, genuine.Type, isNew);
                if (received.NotNeeded is null)
                {
                    wake.Ring();
                }

                return Received;
            case WebhookCheck.Refused refused:
                metrics.WebhookRefused();
                LogRefused(refused.Reason);
                throw ApiErrors.WebhookRefused();
            default:
                throw new InvalidOperationException("A check that nobody has decided about.");
        }
    }

    private bool IsKnown(string account) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(account), Encoding.UTF8.GetBytes(stack.Stripe.Account));

    [LoggerMessage(50, LogLevel.Information, "Webhook {WebhookId} ({EventType}) is kept; new: {IsNew}")]
    private partial void LogReceived(string webhookId, string eventType, bool isNew);

    [LoggerMessage(51, LogLevel.Warning, "A webhook was refused: {Reason}")]
    private partial void LogRefused(string reason);
}
