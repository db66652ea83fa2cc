using PaymentWorkflows.Stripe.Limits;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>Stripe limits each endpoint, whatever the object.</summary>
public sealed class RateLimitTests
{
    [Theory]
    [InlineData("/v1/payment_intents", "POST /v1/payment_intents")]
    [InlineData("/v1/payment_intents/pi_3Q7Zx2Kd", "POST /v1/payment_intents/{id}")]
    [InlineData("/v1/payment_intents/pi_3Q7Zx2Kd/capture", "POST /v1/payment_intents/{id}/capture")]
    [InlineData("/v1/payment_intents/search", "POST /v1/payment_intents/search")]
    [InlineData("/v1/tax/transactions/create_from_calculation", "POST /v1/tax/transactions/create_from_calculation")]
    public void Ids_are_no_part_of_an_endpoint(string path, string endpoint) => RateLimitHandler.Endpoint(HttpMethod.Post, path).ShouldBe(endpoint);
}
