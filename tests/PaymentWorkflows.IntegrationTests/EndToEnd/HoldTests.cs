using System.Text.Json;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using Shouldly;
using Temporalio.Client;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>People who step in: what they send is carried out or refused in view, never lost; what nobody decides is escalated.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class HoldTests(RunningStack stack) : IAsyncLifetime
{
    private const string Payments = "/v1/payment_intents";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stack.Control.ClearFaultsAsync(Cancel);

    public async ValueTask DisposeAsync() => await stack.Control.ClearFaultsAsync(CancellationToken.None);

    [Fact]
    public async Task A_dotnet_caller_of_a_checkout_that_is_held_is_answered_with_the_hold()
    {
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = Payments }, kind = "unauthorized", times = 1 }, Cancel);
        var input = Purchase.With();
        var answer = await stack.BuyAsync(input).WaitAsync(TimeSpan.FromSeconds(40), Cancel);
        (answer.View.Status, answer.View.Held!.Reason).ShouldBe((CheckoutStatus.Processing, HoldReason.CredentialsRefused));
        await RunningStack.ActAsync(stack.Of(input), HoldAction.Retry);
        (await RunningStack.EndOf(stack.Of(input))).View.Status.ShouldBe(CheckoutStatus.Completed);
    }

    [Fact]
    public async Task A_capture_of_an_amount_that_cannot_be_is_refused_in_view_and_the_next_one_counts()
    {
        var input = Purchase.With(capture: CaptureMode.Manual);
        await stack.BuyAsync(input);
        var handle = stack.Of(input);
        foreach (var amount in new[] { 0, -1, Purchase.Amount + 1 })
        {
            await handle.SignalAsync(workflow => workflow.CaptureAsync(new CaptureSignal(amount)));
            await RunningStack.EventuallyAsync(() => stack.DetailsOfAsync(handle.Id), text => text.Contains($"A capture of {amount} minor units is not possible. Allowed: 1 to {Purchase.Amount}", StringComparison.Ordinal));
        }

        await handle.SignalAsync(workflow => workflow.CaptureAsync(new CaptureSignal(1000)));
        (await RunningStack.EndOf(handle)).View.AmountCaptured.ShouldBe(1000);
    }

    [Fact]
    public async Task An_act_of_a_wrong_shape_is_refused_in_view_and_not_lost()
    {
        var handle = await HoldAsync(Purchase.Patient);
        (string Json, string Why)[] wrong =
        [
            ("""["retry"]""", "This is a list. Send one JSON object such as"),
            ("\"retry\"", "This is a text."),
            ("7", "This is a number."),
            ("""{"action":7,"actor":"dana","reason":"why"}""", "'action' must be a text; this is a number."),
            ("""{"act":"retry","actor":"dana","reason":"why"}""", "There is no field 'act'."),
            ("""{"action":"retry","actor":"dana","reason":"why","change":["x"]}""", "'change' must be an object"),
            ("""{"action":"retry","actor":"da\u0000na","reason":"why"}""", "'actor' must be one line of printable characters."),
            ("""{"action":"retry","actor":"dana","reason":"card 4242424242424242"}""", "'reason' holds what looks like a card number."),
            ("""{"action":"retry","actor":"dana","reason":"why","hold":"capture"}""", "There is no hold 'capture'. Holds here: authorize."),
            ("""{"action":"approve","actor":"dana","reason":"why"}""", "'approve' is not allowed for a hold because of credentials_refused. Allowed here: retry, compensate, extend_deadline."),
        ];
        foreach (var (json, why) in wrong)
        {
            await handle.SignalAsync(HoldNames.Signal, [JsonDocument.Parse(json).RootElement]);
            var view = await RunningStack.EventuallyAsync(() => HoldsOf(handle), view => view.Acts is [.., { Refusal: { } refusal }] && refusal.Contains(why, StringComparison.Ordinal));
            view.Open.Single().Id.ShouldBe("authorize");
            (await stack.DetailsOfAsync(handle.Id)).ShouldContain("The last act was refused:");
        }

        await handle.SignalAsync(HoldNames.Signal, [new Intervention { Action = "retry", Actor = "dana", Reason = "why" }, "more"]);
        await RunningStack.EventuallyAsync(() => HoldsOf(handle), view => view.Acts is [.., { Refusal: { } refusal }] && refusal.StartsWith("One act at a time", StringComparison.Ordinal));
        await RunningStack.EventuallyAsync(() => EventsOf(handle.Id), events => events.Count(one => one == "intervention.refused") == wrong.Length + 1);
        (await stack.RowsAsync<string>("SELECT concat(actor, reason, detail) FROM pay.audit WHERE workflow_id = $1", handle.Id)).ShouldAllBe(line => !line.Contains("4242"));

        await RunningStack.ActAsync(handle, HoldAction.Retry);
        (await RunningStack.EndOf(handle)).View.Status.ShouldBe(CheckoutStatus.Completed);
    }

    [Fact]
    public async Task A_signal_that_nobody_knows_and_an_act_where_nothing_is_held_are_shown_to_whoever_sent_them()
    {
        var input = Purchase.With(capture: CaptureMode.Manual);
        await stack.BuyAsync(input);
        var handle = stack.Of(input);
        await handle.SignalAsync("interveen", [new { action = "retry" }]);
        await RunningStack.EventuallyAsync(() => stack.DetailsOfAsync(handle.Id), text => text.Contains("There is no signal 'interveen'.", StringComparison.Ordinal));
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        await RunningStack.EventuallyAsync(() => stack.DetailsOfAsync(handle.Id), text => text.Contains("Nothing is held here.", StringComparison.Ordinal));

        // Written down at once, and not when the checkout ends some days later.
        await RunningStack.EventuallyAsync(() => EventsOf(handle.Id), events => events.Contains("intervention.refused"));
        (await stack.DetailsOfAsync(handle.Id)).ShouldContain("Waiting for the merchant to capture until");
        await handle.SignalAsync(workflow => workflow.CaptureAsync(new CaptureSignal(null)));
        (await RunningStack.EndOf(handle)).View.Status.ShouldBe(CheckoutStatus.Completed);
    }

    [Fact]
    public async Task A_refused_request_is_sent_again_with_another_payment_method_and_pays_once()
    {
        var handle = await stack.StartAsync(Purchase.With(await SomebodyElsesCardAsync()));
        var held = await RunningStack.UntilHeldAsync(handle);
        held.Reason.ShouldBe(HoldReason.RequestRefused);
        held.Changeable.ShouldBe(["payment_method.token", "return_url"]);
        (await stack.DetailsOfAsync(handle.Id)).ShouldContain("retry_with_change");

        foreach (var (field, value, why) in new[] { ("amount", "1", "'amount' cannot be changed here."), ("payment_method.token", "4242424242424242", "looks like a card number"), ("return_url", "nowhere", "is an absolute http or https address") })
        {
            (await ChangeAsync(handle, field, value)).Refusal.ShouldNotBeNull().ShouldContain(why);
        }

        (await ChangeAsync(handle, "payment_method.token", "pm_card_visa")).Refusal.ShouldBeNull();
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        result.View.Change.ShouldBe(new PaymentChange(1, "pm_card_visa", null));
        var truth = await stack.TruthOfAsync(result.TransactionId);
        (truth.Charged, truth.Captured, truth.Refunded).ShouldBe((1, Purchase.Amount, 0));
        (await stack.BooksOfAsync(result.TransactionId)).Single().ShouldStartWith("capture ");

        // Another request is another attempt; the refused one stays as it was.
        (await stack.RowsAsync<string>("SELECT key || ' ' || state || ' ' || send_number FROM pay.payment_attempts WHERE workflow_id = $1 ORDER BY first_sent_at", handle.Id))
            .ShouldBe([$"{handle.Id}:authorize:1 not_attempted 0", $"{handle.Id}:authorize.1:1 succeeded 0"]);
        (await stack.RowsAsync<string>("SELECT detail FROM pay.audit WHERE workflow_id = $1 AND event = 'intervention.accepted'", handle.Id))
            .ShouldBe(["authorize: payment_method.token = pm_card_visa"]);
    }

    [Fact]
    public async Task A_changed_payment_that_is_canceled_is_given_back_whole()
    {
        var input = Purchase.With(await SomebodyElsesCardAsync(), CaptureMode.Manual);
        var handle = await stack.StartAsync(input);
        await RunningStack.UntilHeldAsync(handle);
        await ChangeAsync(handle, "payment_method.token", "pm_card_visa");
        await RunningStack.UntilAsync(handle, view => view is { Held: null, Status: CheckoutStatus.RequiresCapture });
        await handle.SignalAsync(workflow => workflow.CancelAsync(new CancelSignal("no longer wanted")));
        var result = await RunningStack.EndOf(handle);
        result.View.Status.ShouldBe(CheckoutStatus.Canceled);
        var truth = await stack.TruthOfAsync(result.TransactionId);
        truth.Charged.ShouldBe(0);
        truth.Statuses.ShouldBe(["canceled"]);
    }

    [Fact]
    public async Task A_deadline_that_passes_raises_the_level_and_gives_the_hold_to_somebody_above_and_an_extension_resets_the_clock_alone()
    {
        var handle = await HoldAsync(Purchase.Patient with { HoldDeadline = TimeSpan.FromSeconds(2) });
        var held = (await RunningStack.UntilAsync(handle, view => view.Held?.Level > 0)).Held!;
        held.Owner.ShouldBe("platform-on-call");
        held.Deadline.ShouldBeGreaterThan(held.Since.AddSeconds(3.9));
        (await EventsOf(handle.Id)).ShouldContain("hold.escalated");

        // Whoever is told of holds is told again, with the level.
        (await RunningStack.EventuallyAsync(
            () => stack.RowsAsync<string>(
                "SELECT payload->'held'->>'owner' || ' ' || (payload->'held'->>'level') FROM pay.outbox JOIN pay.checkouts ON checkouts.id = checkout_id WHERE workflow_id = $1 AND type = 'checkout.held' ORDER BY outbox.revision", handle.Id),
            notices => notices.Count >= 2)).Take(2).ShouldBe(["platform 0", "platform-on-call 1"]);

        var act = new Intervention { Action = "extend_deadline", Actor = "dana", Reason = "the key comes tomorrow", Change = new Dictionary<string, string> { ["for"] = "PT36H" }, Id = "extend" };
        await handle.SignalAsync(workflow => workflow.InterveneAsync(act));
        (await FateAsync(handle, "extend")).Refusal.ShouldBeNull();
        var later = (await HoldsOf(handle)).Open.Single();
        later.Level.ShouldBeGreaterThanOrEqualTo(1);
        later.Owner.ShouldBe("platform-on-call");
        later.Deadline.ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddHours(35));
        await RunningStack.ActAsync(handle, HoldAction.Retry);
        (await RunningStack.EndOf(handle)).View.Status.ShouldBe(CheckoutStatus.Completed);
    }

    [Fact]
    public async Task Of_two_who_decide_at_once_the_second_is_told_that_the_first_has_decided()
    {
        var handle = await HoldAsync(Purchase.Patient);
        var halted = new List<string>();
        try
        {
            foreach (var name in new[] { "worker-sagas-1", "worker-sagas-2", "worker-sagas-3", "gateway-1", "gateway-2" })
            {
                stack.Halt(name);
                halted.Add(name);
            }

            await handle.SignalAsync(workflow => workflow.InterveneAsync(new Intervention { Action = "retry", Actor = "dana", Reason = "the key was renewed", Id = "first" }));
            await handle.SignalAsync(workflow => workflow.InterveneAsync(new Intervention { Action = "compensate", Actor = "eli", Reason = "the customer left", Id = "second" }));
        }
        finally
        {
            halted.ForEach(stack.Resume);
        }

        (await RunningStack.EndOf(handle)).View.Status.ShouldBe(CheckoutStatus.Completed);
        (await FateAsync(handle, "first")).Refusal.ShouldBeNull();
        (await FateAsync(handle, "second")).Refusal.ShouldNotBeNull().ShouldBeOneOf("The hold 'authorize' has ended already: dana decided retry.", "Nothing is held here.");
        (await stack.RowsAsync<string>("SELECT actor || ' ' || event FROM pay.audit WHERE workflow_id = $1 AND actor IS NOT NULL ORDER BY id", handle.Id))
            .ShouldBe(["dana intervention.accepted", "eli intervention.refused"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_web_ui_shows_what_it_is_about_what_is_next_and_every_search_attribute(bool throughTheGateway)
    {
        var input = Purchase.With("pm_card_visa_chargeDeclined") with { Region = "DE" };
        if (throughTheGateway)
        {
            using var gateway = stack.Gateway();
            var body = $$$"""{"merchant":"acme","order":"{{{input.Order}}}","customer":{"id":"cus_42","country":"DE"},"currency":"eur","lines":[{"sku":"book","description":"A book","quantity":2,"unit_amount":1999}],"payment_method":{"type":"card","token":"pm_card_visa_chargeDeclined"}}""";
            await gateway.CreateCheckoutAsync(body, input.Order.Value, Cancel);
        }
        else
        {
            await stack.BuyAsync(input);
        }

        await RunningStack.EndOf(stack.Of(input));
        var shown = await stack.Of(input).DescribeAsync();
        (await shown.GetStaticSummaryAsync()).ShouldBe($"EUR 39.98, order {input.Order}");
        var attributes = shown.TypedSearchAttributes;
        attributes.Get(SearchAttributes.TransactionId).ShouldStartWith("txn_");
        attributes.Get(SearchAttributes.MerchantId).ShouldBe("acme");
        attributes.Get(SearchAttributes.CustomerId).ShouldBe("cus_42");
        attributes.Get(SearchAttributes.PaymentStage).ShouldBe("declined");
        attributes.Get(SearchAttributes.Currency).ShouldBe("eur");
        attributes.Get(SearchAttributes.AmountMinor).ShouldBe(Purchase.Amount);
        attributes.Get(SearchAttributes.NeedsAttention).ShouldBe(false);
        attributes.Get(SearchAttributes.DeclineCode).ShouldBe("generic_decline");
        attributes.Get(SearchAttributes.Region).ShouldBe("DE");

        var details = await stack.DetailsOfAsync(stack.Of(input).Id);
        details.ShouldContain("Nothing more to do since");
        details.ShouldContain("| authorize | failed | 1 |");
        details.ShouldContain("Declined: generic_decline");
    }

    private async Task<WorkflowHandle<ICheckoutWorkflow, CheckoutResult>> HoldAsync(CheckoutPolicies policies)
    {
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = Payments }, kind = "unauthorized", times = 1 }, Cancel);
        var handle = await stack.StartAsync(Purchase.With(policies: policies));
        await RunningStack.UntilHeldAsync(handle);
        return handle;
    }

    /// <summary>A payment method that belongs to another customer, so that the provider refuses the request.</summary>
    private async Task<string> SomebodyElsesCardAsync()
    {
        using var provider = new HttpClient { BaseAddress = new Uri(stack.Options.Stripe.BaseUrl), DefaultRequestHeaders = { Authorization = new("Bearer", stack.Options.Stripe.ApiKey) } };
        async Task<string> PostAsync(string path, Dictionary<string, string> form)
        {
            using var answer = await provider.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(form), Cancel);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            answer.IsSuccessStatusCode.ShouldBeTrue(text);
            return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
        }

        var customer = await PostAsync("/v1/customers", new Dictionary<string, string> { ["name"] = "Somebody else" });
        var card = await PostAsync("/v1/payment_methods", new Dictionary<string, string> { ["type"] = "card", ["card[token]"] = "tok_visa" });
        return await PostAsync($"/v1/payment_methods/{card}/attach", new Dictionary<string, string> { ["customer"] = customer });
    }

    private static async Task<ActView> ChangeAsync(WorkflowHandle<ICheckoutWorkflow, CheckoutResult> handle, string field, string value)
    {
        var id = $"change-{Guid.NewGuid():N}";
        var act = new Intervention { Action = "retry_with_change", Actor = "dana", Reason = "another card", Change = new Dictionary<string, string> { [field] = value }, Id = id };
        await handle.SignalAsync(workflow => workflow.InterveneAsync(act));
        return await FateAsync(handle, id);
    }

    private static async Task<ActView> FateAsync(WorkflowHandle<ICheckoutWorkflow, CheckoutResult> handle, string id) =>
        (await RunningStack.EventuallyAsync(() => HoldsOf(handle), view => view.Acts.Any(act => act.Id == id))).Acts.Single(act => act.Id == id);

    private static Task<HoldsView> HoldsOf(WorkflowHandle<ICheckoutWorkflow, CheckoutResult> handle) => handle.QueryAsync(workflow => workflow.Holds());

    private Task<IReadOnlyList<string>> EventsOf(string workflowId) =>
        stack.RowsAsync<string>("SELECT event FROM pay.audit WHERE workflow_id = $1 ORDER BY id", workflowId);
}
