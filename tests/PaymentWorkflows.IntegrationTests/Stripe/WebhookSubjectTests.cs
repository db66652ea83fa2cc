using System.Text;
using PaymentWorkflows.Activities.Inbox;
using PaymentWorkflows.Stripe;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>What an event is about, and who may be waiting for it.</summary>
public sealed class WebhookSubjectTests : IDisposable
{
    private readonly StripeAdapter adapter = StripeAdapter.For(new Uri("http://127.0.0.1:1/"));

    public void Dispose() => adapter.Dispose();

    [Theory]
    [InlineData("refund.created", "pending", WebhookInterest.Refund)]
    [InlineData("refund.updated", "succeeded", WebhookInterest.Refund)]
    [InlineData("refund.updated", "failed", WebhookInterest.RefundFailed)]
    [InlineData("charge.refund.updated", "succeeded", WebhookInterest.Refund)]
    [InlineData("charge.refund.updated", "failed", WebhookInterest.RefundFailed)]
    [InlineData("refund.failed", "failed", WebhookInterest.RefundFailed)]
    public void An_event_about_a_refund_names_it_and_tells_of_a_failure_whatever_its_type(string type, string status, WebhookInterest interest)
    {
        var subject = Read(type, "refund", "re_1", $$""","status":"{{status}}","payment_intent":"pi_1","metadata":{"workflow_id":"refund/ref_1"}""");
        (subject.Interest, subject.RefundId, subject.PaymentId, subject.WorkflowId).ShouldBe((interest, "re_1", "pi_1", "refund/ref_1"));
    }

    [Theory]
    [InlineData("payment_intent.succeeded", WebhookInterest.Payment, true)]
    [InlineData("payment_intent.payment_failed", WebhookInterest.Payment, false)]
    [InlineData("payment_intent.created", WebhookInterest.None, false)]
    public void An_event_about_a_payment_names_no_refund(string type, WebhookInterest interest, bool money)
    {
        var subject = Read(type, "payment_intent", "pi_1", ",\"status\":\"failed\"");
        (subject.Interest, subject.RefundId, subject.PaymentId, subject.TellsOfMoney).ShouldBe((interest, null, "pi_1", money));
    }

    [Fact]
    public void Each_type_that_the_endpoint_wants_is_one_that_a_saga_may_wait_for_or_tells_of_money()
    {
        foreach (var type in StripeEvents.Wanted)
        {
            var subject = Read(type, type.StartsWith("refund", StringComparison.Ordinal) ? "refund" : "payment_intent", "x_1", "");
            (subject.Interest != WebhookInterest.None || subject.TellsOfMoney).ShouldBeTrue(type);
        }
    }

    private WebhookSubject Read(string type, string kind, string id, string more) =>
        adapter.Webhooks.Read(Encoding.UTF8.GetBytes("{\"id\":\"evt_1\",\"type\":\"" + type + "\",\"data\":{\"object\":{\"id\":\"" + id + "\",\"object\":\"" + kind + "\"" + more + "}}}"));
}
