using System.Globalization;
using System.Text.Json;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using Temporalio.Client;

namespace PaymentWorkflows.Cli.Bench.Checkout;

/// <summary>One way to carry a checkout out. The same purchase in each: two books with tax on top, by card, with documents for the ERP.</summary>
/// <param name="name">Names its figures.</param>
internal abstract class BenchSaga(string name)
{
    public const string Merchant = "bench";
    public const string Customer = "cus_bench";
    public const string Sku = "book";
    public const int Quantity = 2;
    public const long UnitAmount = 1999;

    public string Name => name;

    /// <summary>Buys and comes back with the caller's answer.</summary>
    public abstract Task BuyAsync(string order, CancellationToken cancellationToken);

    /// <summary>The workflow of an order at the Temporal server; null when the saga is none of it.</summary>
    public abstract string? WorkflowOf(string order);

    /// <summary>The order as a backend sends it.</summary>
    public static string BodyOf(string order) => JsonSerializer.Serialize(new
    {
        merchant = Merchant,
        order,
        customer = new { id = Customer, country = "DE", postal_code = "10115" },
        currency = "eur",
        lines = new[] { new { sku = Sku, description = "A book", quantity = Quantity, unit_amount = UnitAmount } },
        tax = "automatic",
        payment_method = new { type = "card", token = "pm_card_visa" },
        wait_ms = 30_000,
    });
}

/// <summary>This product, as an app backend calls it: over HTTP, until the customer can be told.</summary>
internal sealed class GatewaySaga(string name, GatewayClient gateway) : BenchSaga(name)
{
    public override async Task BuyAsync(string order, CancellationToken cancellationToken)
    {
        var answer = await gateway.CreateCheckoutAsync(BodyOf(order), order, cancellationToken).ConfigureAwait(false);
        if (answer.GetProperty("status").GetString() != "completed")
        {
            throw new StackException($"A measured checkout of {Name} ended as {answer.GetProperty("status").GetString()}.");
        }
    }

    public override string WorkflowOf(string order) => $"checkout/{Merchant}/{order}";
}

/// <summary>The plain saga of <c>PaymentWorkflows.Lab</c>: its caller starts it and waits for its result.</summary>
internal sealed class PlainSaga(ITemporalClient client) : BenchSaga("plain")
{
    public const string Workflow = "PlainCheckout";
    private const string Queue = "plain";

    public override async Task BuyAsync(string order, CancellationToken cancellationToken)
    {
        var input = new CheckoutInput
        {
            Merchant = MerchantId.Parse(Merchant),
            Order = OrderId.Parse(order),
            Customer = CustomerId.Parse(Customer),
            Currency = Currency.Parse("eur"),
            Lines = [new CheckoutLine(Sku, "A book", Quantity, UnitAmount, null)],
            Tax = TaxMode.Automatic,
            PaymentMethod = new PaymentMethodInput("card", "pm_card_visa"),
        };
        await client.ExecuteWorkflowAsync<string>(
            Workflow, [input], new WorkflowOptions(WorkflowOf(order), Queue) { Rpc = new RpcOptions { CancellationToken = cancellationToken } }).ConfigureAwait(false);
    }

    public override string WorkflowOf(string order) => string.Create(CultureInfo.InvariantCulture, $"plain/{Merchant}/{order}");
}
