using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using Shouldly;
using Temporalio.Client;
using Temporalio.Exceptions;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>Tax from the calculation to the books and to what the tax engine was told, on the running stack.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class TaxTests(RunningStack stack) : IAsyncLifetime
{
    private const string Commits = "/v1/tax/transactions/create_from_calculation";
    private const string TwoBooks = """[{"sku":"book","description":"A book","quantity":2,"unit_amount":1999}]""";
    private const string Mixed = """[{"sku":"a","description":"A thing","quantity":1,"unit_amount":1000},{"sku":"b","description":"A book","quantity":1,"unit_amount":1000,"tax_code":"txcd_35010000"},{"sku":"c","description":"Nothing taxed","quantity":1,"unit_amount":500,"tax_code":"txcd_00000000"}]""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await ResetAsync();

    public async ValueTask DisposeAsync() => await ResetAsync();

    [Theory]
    [InlineData("tax on top", """{"country":"DE","postal_code":"10115"}""", "exclusive", TwoBooks, 4758, 760, "2000.de -760")]
    [InlineData("tax within", """{"country":"DE","postal_code":"10115"}""", "inclusive", TwoBooks, 3998, 638, "2000.de -638")]
    [InlineData("several rates", """{"country":"DE"}""", "exclusive", Mixed, 2760, 260, "2000.de -260")]
    [InlineData("a state", """{"country":"US","postal_code":"94080"}""", "exclusive", TwoBooks, 4393, 395, "2000.us_ca -395")]
    [InlineData("reverse charge", """{"country":"FR","tax_id":"FR12345678901"}""", "exclusive", TwoBooks, 3998, 0, null)]
    [InlineData("where nothing is collected", """{"country":"JP"}""", "exclusive", TwoBooks, 3998, 0, null)]
    public async Task The_customer_pays_the_tax_of_the_place_and_the_books_owe_it_there(string what, string customer, string behavior, string lines, long amount, long tax, string? owed)
    {
        var checkout = await BuyAsync(customer, behavior, lines);
        (Text(checkout, "status"), Number(checkout, "amount"), Number(checkout, "amount_tax"), Number(checkout, "amount_captured")).ShouldBe(("completed", amount, tax, amount), what);
        var transaction = TransactionId.Parse(Text(checkout, "transaction_id"));
        var entry = (await stack.BooksOfAsync(transaction)).ShouldHaveSingleItem();
        entry.ShouldContain($"4000 {tax - amount}");
        if (owed is null)
        {
            entry.ShouldNotContain("2000");
        }
        else
        {
            entry.ShouldContain(owed);
        }

        await EndedAsync(checkout);
        Sum((await ToldAsync(transaction)).ShouldHaveSingleItem()).ShouldBe(amount);
        (await stack.RowsAsync<string>("SELECT state || ' ' || amount FROM pay.tax_transactions WHERE transaction_id = $1", transaction.Value)).ShouldBe([$"done {amount}"]);
        var shown = await stack.Gateway().GetCheckoutAsync(Text(checkout, "id"), Cancel);
        Steps(shown).ShouldContain("tax_commit done");
        if (owed is not null)
        {
            var books = await Executables.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "pay-cli.dll"), "ledger", "show", transaction.Value, "--config", stack.Options.ConfigFile], Cancel);
            books.ExitCode.ShouldBe(0, books.Error);
            books.Output.ShouldContain(owed.Split(' ')[0]);
        }
    }

    [Theory]
    [InlineData(Placement.Lean, 12, 3)]
    [InlineData(Placement.Isolated, 27, 17)]
    public async Task A_dotnet_caller_pays_tax_to_the_address_on_record_within_few_events(Placement placement, int events, int transitions)
    {
        var known = await BuyAsync("""{"country":"DE"}""", "exclusive", TwoBooks);
        await stack.ShouldCostAtMostAsync(events, transitions, () => SellAsync(placement, Customer(known)));
    }

    private async Task<string> SellAsync(Placement placement, string customer)
    {
        var input = Purchase.With(placement: placement) with { Tax = TaxMode.Automatic, Customer = CustomerId.Parse(customer) };
        var handle = await stack.StartAsync(input);
        var result = await RunningStack.EndOf(handle);
        (result.View.Status, result.View.Amount, result.View.AmountTax).ShouldBe((CheckoutStatus.Completed, 4758, 760));
        (await stack.BooksOfAsync(result.TransactionId)).ShouldHaveSingleItem().ShouldContain("2000.de -760");
        result.View.Tax.ShouldNotBeNull().Transaction.ShouldNotBeNull().ShouldBe((string?)(await ToldAsync(result.TransactionId)).Single()["id"]);
        return handle.Id;
    }

    [Fact]
    public async Task Automatic_tax_without_an_address_is_refused_and_nothing_is_charged_without_its_tax()
    {
        var refused = await Should.ThrowAsync<StackException>(() => BuyAsync("{}", "exclusive", TwoBooks));
        refused.Message.ShouldContain("customer.country");
        (await Should.ThrowAsync<StackException>(() => BuyAsync("""{"country":"US"}""", "exclusive", TwoBooks))).Message.ShouldContain("customer.postal_code");

        var input = Purchase.With() with { Tax = TaxMode.Automatic, Customer = CustomerId.Parse("cus_nobody") };
        var failed = await Should.ThrowAsync<WorkflowFailedException>(async () => await RunningStack.EndOf(await stack.StartAsync(input)));
        failed.InnerException.ShouldBeOfType<ApplicationFailureException>().ErrorType.ShouldBe(ErrorTypes.InvalidCheckout);
        (await stack.RowsAsync<long>("SELECT count(*) FROM pay.checkouts WHERE order_id = $1", input.Order.Value)).ShouldBe([0]);
    }

    [Fact]
    public async Task An_address_that_the_engine_does_not_know_is_a_decline_that_the_customer_can_mend()
    {
        var checkout = await BuyAsync("""{"country":"US","postal_code":"00000"}""", "exclusive", TwoBooks);
        Text(checkout, "status").ShouldBe("declined");
        var decline = checkout.GetProperty("decline");
        (Text(decline, "code"), Text(decline, "category"), Text(decline, "advice")).ShouldBe(("customer_tax_location_invalid", "fix_data", "correct_customer_data"));
        (await stack.TruthOfAsync(TransactionId.Parse(Text(checkout, "transaction_id")))).Intents.ShouldBeEmpty();
        Text(await BuyAsync("""{"country":"US","postal_code":"94080"}""", "exclusive", TwoBooks, order: Text(checkout, "order")), "status").ShouldBe("completed");
    }

    [Fact]
    public async Task An_amount_that_the_method_takes_only_without_its_tax_is_declined_before_the_provider_is_asked()
    {
        const string Small = """{"type":"small_slip"}""";
        var checkout = await BuyAsync("""{"country":"DE"}""", "exclusive", TwoBooks, method: Small);
        var decline = checkout.GetProperty("decline");
        (Text(checkout, "status"), Text(decline, "code"), Text(decline, "advice")).ShouldBe(("declined", "amount_out_of_range", "use_another_method"));
        Text(decline, "message").ShouldBe("With tax it is 4758 minor units of eur; small_slip takes at most 4000.");
        (await stack.TruthOfAsync(TransactionId.Parse(Text(checkout, "transaction_id")))).Intents.ShouldBeEmpty();
        Text(await BuyAsync("""{"country":"DE"}""", "inclusive", TwoBooks, order: Text(checkout, "order"), method: Small), "status").ShouldBe("requires_action");
    }

    [Fact]
    public async Task A_sale_that_is_canceled_is_told_to_the_engine_with_its_return()
    {
        var checkout = await BuyAsync("""{"country":"DE"}""", "exclusive", TwoBooks);
        await EndedAsync(checkout);
        using var gateway = stack.Gateway();
        var canceled = await gateway.CancelCheckoutAsync(Text(checkout, "id"), "changed their mind", Cancel);
        (Text(canceled, "status"), Number(canceled, "amount_refunded")).ShouldBe(("canceled", 4758));
        var transaction = TransactionId.Parse(Text(checkout, "transaction_id"));
        var books = await stack.BooksOfAsync(transaction);
        books.Count.ShouldBe(2);
        books[1].ShouldContain("2000.de 760");

        // The refund takes its tax back itself, after its answer.
        await UntilBothAreToldAsync(Text(checkout, "id"), transaction);
    }

    [Fact]
    public async Task A_cancel_gives_the_money_back_while_the_tax_engine_is_down_and_the_engine_is_told_of_both_afterwards()
    {
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = Commits }, kind = "unavailable", times = 0 }, Cancel);
        var checkout = await BuyAsync("""{"country":"DE"}""", "exclusive", TwoBooks);
        var handle = Handle(checkout);
        await handle.SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("changed their mind")));
        var transaction = TransactionId.Parse(Text(checkout, "transaction_id"));
        (await RunningStack.EventuallyAsync(() => stack.TruthOfAsync(transaction), truth => truth.Refunded > 0)).Refunded.ShouldBe(4758);
        (await ToldAsync(transaction)).ShouldBeEmpty();
        await stack.Control.ClearFaultsAsync(Cancel);
        (await RunningStack.EndOf(handle)).View.Status.ShouldBe(CheckoutStatus.Canceled);
        await UntilBothAreToldAsync(Text(checkout, "id"), transaction);
        (await stack.BooksOfAsync(transaction)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Refunds_in_odd_pieces_take_back_the_tax_to_the_cent_in_the_books_and_at_the_engine()
    {
        var checkout = await BuyAsync("""{"country":"DE"}""", "exclusive", Mixed);
        await EndedAsync(checkout);
        var transaction = TransactionId.Parse(Text(checkout, "transaction_id"));
        using var gateway = stack.Gateway();
        long[] pieces = [333, 7, 1111, 1, 2760 - 333 - 7 - 1111 - 1];
        foreach (var amount in pieces)
        {
            var body = JsonSerializer.Serialize(new { checkout = Text(checkout, "id"), amount });
            Text(await gateway.CreateRefundAsync(body, $"{Text(checkout, "order")}-{amount}", Cancel), "status").ShouldBe("succeeded");
        }

        var told = await RunningStack.EventuallyAsync(() => ToldAsync(transaction), told => told.Count == 1 + pieces.Length);
        told.Where(one => (string?)one["type"] == "reversal").Select(Sum).ShouldBe(pieces.Select(amount => -amount), ignoreOrder: true);
        told.Sum(one => one["line_items"]!["data"]!.AsArray().Sum(line => (long)line!["amount_tax"]!)).ShouldBe(0);
        (await stack.RowsAsync<string>(
            "SELECT account || ' ' || sum(amount) FROM pay.ledger_postings JOIN pay.ledger_entries ON id = entry_id WHERE transaction_id = $1 AND account LIKE '2000%' GROUP BY account", transaction.Value))
            .ShouldBe(["2000.de 0"]);
    }

    private async Task UntilBothAreToldAsync(string checkout, TransactionId transaction)
    {
        var told = await RunningStack.EventuallyAsync(() => ToldAsync(transaction), told => told.Count == 2);
        told.Select(one => ((string?)one["type"], Sum(one))).ShouldBe([("transaction", 4758), ("reversal", -4758)], ignoreOrder: true);
        using var gateway = stack.Gateway();
        var undo = await RunningStack.EventuallyAsync(
            async () => (await gateway.ListRefundsAsync($"checkout={checkout}", Cancel)).GetProperty("data").EnumerateArray().Single(),
            refund => Steps(refund).Contains("tax done"));
        Steps(undo).ShouldContain("refund done");
    }

    [Fact]
    public async Task What_is_not_captured_is_not_told_as_sold()
    {
        var checkout = await BuyAsync("""{"country":"DE"}""", "exclusive", TwoBooks, capture: "manual");
        Text(checkout, "status").ShouldBe("requires_capture");
        var handle = Handle(checkout);
        await handle.SignalAsync(workflow => workflow.CaptureAsync(new CaptureSignal(2000)));
        var result = await RunningStack.EndOf(handle);
        result.View.AmountCaptured.ShouldBe(2000);
        var told = await ToldAsync(result.TransactionId);
        told.Sum(Sum).ShouldBe(2000);
        told.Select(one => (string?)one["type"]).ShouldBe(["transaction", "reversal"], ignoreOrder: true);

        // 760 of 4758, in proportion.
        (await stack.BooksOfAsync(result.TransactionId)).ShouldHaveSingleItem().ShouldContain("2000.de -319");
    }

    [Theory]
    [InlineData(HoldAction.Compensate)]
    [InlineData(HoldAction.Retry)]
    public async Task A_total_that_the_customer_has_not_agreed_to_is_never_charged(HoldAction action)
    {
        // Old enough when it is captured; the calculations after it live as long as usual.
        await ExpireAtAsync(DateTimeOffset.UtcNow.AddSeconds(-1));
        var checkout = await BuyAsync("""{"country":"DE"}""", "exclusive", TwoBooks, capture: "manual");
        await ExpireAtAsync(DateTimeOffset.UtcNow.AddYears(1));
        await RateAsync("20.0");
        var handle = Handle(checkout);
        await handle.SignalAsync(workflow => workflow.CaptureAsync(new CaptureSignal(null)));
        var held = await RunningStack.UntilHeldAsync(handle);
        (held.Id, held.Reason).ShouldBe(("tax", HoldReason.AmountChanged));
        held.Message.ShouldContain("EUR 47.58");
        held.Message.ShouldContain("EUR 47.98");
        var transaction = TransactionId.Parse(Text(checkout, "transaction_id"));
        (await stack.TruthOfAsync(transaction)).Captured.ShouldBe(0);

        await RateAsync(null);
        await RunningStack.ActAsync(handle, action);
        var result = await RunningStack.EndOf(handle);
        var (status, captured) = action == HoldAction.Retry ? (CheckoutStatus.Completed, 4758L) : (CheckoutStatus.Failed, 0L);
        (result.View.Status, result.View.Amount, result.View.AmountCaptured).ShouldBe((status, 4758, captured));
        (await stack.TruthOfAsync(transaction)).Captured.ShouldBe(captured);
        (await ToldAsync(transaction)).Sum(Sum).ShouldBe(captured);
    }

    [Fact]
    public async Task A_calculation_that_expired_before_it_was_committed_is_made_anew_or_held_for_finance()
    {
        await ExpireAtAsync(DateTimeOffset.UtcNow.AddYears(-1));
        var checkout = await BuyAsync("""{"country":"DE"}""", "exclusive", TwoBooks);
        Text(checkout, "status").ShouldBe("completed");
        var handle = Handle(checkout);
        var held = await RunningStack.UntilHeldAsync(handle);
        (held.Id, held.Reason).ShouldBe(("tax_commit", HoldReason.DocumentRefused));
        await ExpireAtAsync(DateTimeOffset.UtcNow.AddYears(1));
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        var result = await RunningStack.EndOf(handle);
        Sum((await ToldAsync(result.TransactionId)).ShouldHaveSingleItem()).ShouldBe(4758);
    }

    [Fact]
    public async Task A_refused_key_holds_the_checkout_before_anything_is_charged()
    {
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = "/v1/tax/calculations" }, kind = "unauthorized", times = 1 }, Cancel);
        var checkout = await BuyAsync("""{"country":"DE"}""", "exclusive", TwoBooks);
        var handle = Handle(checkout);
        var held = await RunningStack.UntilHeldAsync(handle);
        (held.Id, held.Reason).ShouldBe(("tax", HoldReason.CredentialsRefused));
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        var result = await RunningStack.EndOf(handle);
        (result.View.Status, result.View.AmountTax).ShouldBe((CheckoutStatus.Completed, 760));
        (await stack.TruthOfAsync(result.TransactionId)).Captured.ShouldBe(4758);
    }

    [Theory]
    [InlineData("commit_then_hang")]
    [InlineData("commit_then_reset")]
    [InlineData("stored_500")]
    [InlineData("unavailable")]
    public async Task An_engine_that_does_not_answer_keeps_no_customer_waiting_and_is_told_once(string kind)
    {
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = Commits }, kind, committed = true, times = 3 }, Cancel);
        var checkout = await BuyAsync("""{"country":"DE"}""", "exclusive", TwoBooks);
        Text(checkout, "status").ShouldBe("completed");
        await EndedAsync(checkout);
        Sum((await ToldAsync(TransactionId.Parse(Text(checkout, "transaction_id")))).ShouldHaveSingleItem()).ShouldBe(4758);
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private static long Number(JsonElement of, string name) => of.GetProperty(name).GetInt64();

    private static IEnumerable<string> Steps(JsonElement checkout) => checkout.GetProperty("steps").EnumerateArray().Select(step => $"{Text(step, "name")} {Text(step, "status")}");

    private static string Customer(JsonElement checkout) => $"cus_{Text(checkout, "order")}";

    /// <summary>What a tax transaction is over, tax contained.</summary>
    private static long Sum(JsonNode told) => told["line_items"]!["data"]!.AsArray()
        .Sum(line => (string?)line!["tax_behavior"] == "inclusive" ? (long)line["amount"]! : (long)line["amount"]! + (long)line["amount_tax"]!);

    private WorkflowHandle<ICheckoutWorkflow, CheckoutResult> Handle(JsonElement checkout) =>
        stack.Temporal.GetWorkflowHandle<ICheckoutWorkflow, CheckoutResult>(Text(checkout, "workflow_id"));

    private Task EndedAsync(JsonElement checkout) => RunningStack.EndOf(Handle(checkout));

    private async Task<JsonElement> BuyAsync(string customer, string behavior, string lines, string capture = "automatic", string? order = null, string method = """{"type":"card","token":"pm_card_visa"}""")
    {
        order ??= Purchase.With().Order.Value;
        var person = customer.Length > 2 ? $"{{\"id\":\"cus_{order}\",{customer[1..]}" : $"{{\"id\":\"cus_{order}\"}}";
        var body = $$$"""
            {"merchant":"acme","order":"{{{order}}}","customer":{{{person}}},"currency":"eur","lines":{{{lines}}},"tax":"automatic","tax_behavior":"{{{behavior}}}","capture":"{{{capture}}}",
             "payment_method":{{{method}}},"return_url":"https://shop.example/back"}
            """;
        using GatewayClient gateway = stack.Gateway();
        return await gateway.CreateCheckoutAsync(body, Guid.NewGuid().ToString("N"), Cancel);
    }

    private async Task<IReadOnlyList<JsonNode>> ToldAsync(TransactionId transaction) =>
        [.. (await stack.Control.TruthAsync(Cancel))["tax_transactions"]!.AsArray().Where(one => (string?)one!["metadata"]!["transaction_id"] == transaction.Value).Select(one => one!)];

    private Task RateAsync(string? percentage) => stack.Control.SendAsync(HttpMethod.Post, "/tax", new { country = "DE", percentage }, Cancel);

    private Task ExpireAtAsync(DateTimeOffset? at) =>
        stack.Control.SendAsync(HttpMethod.Post, "/tax/expiry", new { at = at?.ToString("O", CultureInfo.InvariantCulture) }, Cancel);

    private async Task ResetAsync()
    {
        await stack.Control.ClearFaultsAsync(CancellationToken.None);
        await stack.Control.SendAsync(HttpMethod.Post, "/tax", new { country = "DE", percentage = (string?)null }, CancellationToken.None);
        await stack.Control.SendAsync(HttpMethod.Post, "/tax/expiry", new { at = (string?)null }, CancellationToken.None);
    }
}
