using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Every kind of answer against Stripe's published description.</summary>
public sealed class ResponseSchemaTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private RawClient Raw => sandbox.Raw;

    [Theory]
    [InlineData("amount=1000&currency=eur")]
    [InlineData("amount=1000&currency=eur&payment_method=pm_card_visa&confirm=true&capture_method=automatic")]
    [InlineData("amount=1000&currency=eur&payment_method=pm_card_amex&confirm=true&capture_method=manual&metadata[a]=b")]
    [InlineData("amount=1000&currency=eur&payment_method=pm_card_authenticationRequired&confirm=true&return_url=https://shop.example/")]
    [InlineData("amount=1000&currency=eur&payment_method=pm_card_authenticationRequired&confirm=true")]
    [InlineData("amount=1000&currency=brl&payment_method_data[type]=pix&confirm=true")]
    [InlineData("amount=1000&currency=eur&payment_method_data[type]=ideal&confirm=true&return_url=https://shop.example/")]
    [InlineData("amount=1000&currency=usd&payment_method=pm_card_createDispute&confirm=true")]
    [InlineData("amount=1000&currency=usd&payment_method=pm_card_mastercard&confirm=true&shipping[name]=J&shipping[address][line1]=A&transfer_group=g&description=d&statement_descriptor=S&setup_future_usage=off_session&allowed_payment_method_types[]=card")]
    public async Task A_payment_intent_with_all_its_expansions_meets_the_schema(string form)
    {
        var made = await Raw.PostAsync("/v1/payment_intents", form);
        made.Status.ShouldBe(200, made.Body.ToJsonString());
        ResponseSchemas.Problems("payment_intent", made.Body).ShouldBeEmpty();

        var read = await Raw.GetAsync($"/v1/payment_intents/{made.Id}?expand[]=latest_charge.balance_transaction&expand[]=payment_method&expand[]=customer");
        ResponseSchemas.Problems("payment_intent", read.Body).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_declined_payment_answers_an_error_that_meets_the_schema()
    {
        var declined = await Raw.PostAsync("/v1/payment_intents", "amount=1000&currency=eur&payment_method=pm_card_chargeDeclined&confirm=true");
        declined.Status.ShouldBe(402);
        ResponseSchemas.Problems("error", declined.Body).ShouldBeEmpty();

        var intent = await Raw.GetAsync($"/v1/payment_intents/{declined.Error["payment_intent"]!["id"]}?expand[]=latest_charge");
        ResponseSchemas.Problems("payment_intent", intent.Body).ShouldBeEmpty();
    }

    [Fact]
    public async Task Refused_parameters_and_missing_objects_answer_errors_that_meet_the_schema()
    {
        foreach (var answer in new[]
        {
            await Raw.PostAsync("/v1/payment_intents", "amount=x&currency=eur"),
            await Raw.GetAsync("/v1/payment_intents/pi_none"),
            await Raw.GetAsync("/v1/nothing"),
        })
        {
            answer.Status.ShouldBeInRange(400, 404);
            ResponseSchemas.Problems("error", answer.Body).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task All_other_objects_meet_their_schemas()
    {
        var customer = await Raw.PostAsync("/v1/customers", "email=a@b.example&name=A&address[country]=DE&metadata[k]=v");
        await Raw.PostAsync("/v1/setup_intents", $"customer={customer.Id}&payment_method=pm_card_visa&confirm=true");
        var payment = await Raw.PostAsync("/v1/payment_intents", "amount=2000&currency=usd&payment_method=pm_card_createDispute&confirm=true&capture_method=automatic");
        var other = await Raw.PostAsync("/v1/payment_intents", "amount=2000&currency=usd&payment_method=pm_card_refundFail&confirm=true&capture_method=automatic");
        payment.Status.ShouldBe(200, payment.Body.ToJsonString());
        (await Raw.PostAsync("/v1/refunds", $"payment_intent={other.Id}&amount=500")).Status.ShouldBe(200);
        await sandbox.Control.AdvanceAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        foreach (var (path, schema) in new[]
        {
            ("/v1/customers", "customer"), ("/v1/setup_intents", "setup_intent"), ("/v1/charges?expand[]=data.refunds", "charge"), ("/v1/refunds", "refund"),
            ("/v1/disputes", "dispute"), ("/v1/balance_transactions?expand[]=data.source", "balance_transaction"), ("/v1/events?limit=100", "event"),
            ($"/v1/payment_methods?customer={customer.Id}", "payment_method"),
        })
        {
            var list = await Raw.GetAsync(path);
            list.Status.ShouldBe(200, list.Body.ToJsonString());
            var items = list.Body["data"]!.AsArray();
            items.Count.ShouldBeGreaterThan(0, path);
            foreach (var item in items)
            {
                ResponseSchemas.Problems(schema, item).ShouldBeEmpty(path);
            }
        }

        ResponseSchemas.Problems("balance", (await Raw.GetAsync("/v1/balance")).Body).ShouldBeEmpty();
        ResponseSchemas.Problems("deleted_customer", (await Raw.DeleteAsync($"/v1/customers/{customer.Id}")).Body).ShouldBeEmpty();
    }

    [Fact]
    public void The_check_itself_finds_planted_errors()
    {
        var wrong = new JsonObject { ["id"] = 5, ["object"] = "refund", ["amount"] = 1.5, ["created"] = 1, ["currency"] = null, ["invented"] = true };
        ResponseSchemas.Problems("refund", wrong).Count.ShouldBe(4);
        ResponseSchemas.Problems("refund", new JsonObject { ["object"] = "charge" }).ShouldContain("refund.id is missing");
    }
}
