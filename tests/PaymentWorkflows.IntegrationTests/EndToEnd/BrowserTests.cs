using System.Security.Cryptography;
using Microsoft.Playwright;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>What a person does: buys in the sample shop, pays on the provider's pages, and resolves a hold in Temporal's Web UI.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class BrowserTests(RunningStack stack, Browser browser)
{
    private string Shop => $"http://{stack.Options.Samples.Shop}/";

    [Theory]
    [InlineData("http")]
    [InlineData("workflow")]
    public async Task A_person_buys_in_the_shop_by_card(string way)
    {
        await using var session = await OpenAsync();
        var page = session.Page;
        await page.GotoAsync(Shop);
        await Method(page, "card").CheckAsync();
        await page.Locator($"input[name=way][value={way}]").CheckAsync();
        await page.ClickAsync("#buy");
        await Expect(page.Locator("#status")).ToHaveTextAsync("completed");
        await Expect(page.Locator("section code").Last).ToContainTextAsync("txn_");
    }

    [Fact]
    public async Task A_person_whose_card_has_no_funds_is_told_so()
    {
        await using var session = await OpenAsync();
        var page = session.Page;
        await page.GotoAsync(Shop);
        await page.SelectOptionAsync("select[name=token]", "pm_card_visa_chargeDeclinedInsufficientFunds");
        await page.ClickAsync("#buy");
        await Expect(page.Locator("#status")).ToHaveTextAsync("declined");
        await Expect(page.Locator("section")).ToContainTextAsync("insufficient funds");
    }

    [Theory]
    [InlineData("NL", "ideal")]
    [InlineData("BR", "pix")]
    [InlineData("SG", "grabpay")]
    public async Task A_person_is_sent_to_the_provider_pays_there_and_comes_back(string country, string method)
    {
        await using var session = await OpenAsync();
        var page = session.Page;
        await page.GotoAsync($"{Shop}?country={country}");
        await Method(page, method).CheckAsync();
        await page.ClickAsync("#buy");
        await Expect(page.Locator("#status")).ToHaveTextAsync("requires_action");
        await page.ClickAsync("#step");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = new("approve|pay", System.Text.RegularExpressions.RegexOptions.IgnoreCase) }).First.ClickAsync();
        if (!page.Url.StartsWith(Shop, StringComparison.Ordinal))
        {
            // A code is scanned with a phone: the customer's browser stays in the shop.
            await page.GotoAsync(Shop);
            await page.Locator("tbody a").First.ClickAsync();
        }

        await Expect(page.Locator("#status")).ToHaveTextAsync("completed");
    }

    [Fact]
    public async Task A_person_who_gives_up_at_the_provider_is_told_that_nothing_was_paid()
    {
        await using var session = await OpenAsync();
        var page = session.Page;
        await page.GotoAsync($"{Shop}?country=NL");
        await Method(page, "ideal").CheckAsync();
        await page.ClickAsync("#buy");
        await page.ClickAsync("#step");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = new("fail|decline|refuse", System.Text.RegularExpressions.RegexOptions.IgnoreCase) }).First.ClickAsync();
        await Expect(page.Locator("#status")).ToHaveTextAsync("declined");
    }

    [Fact]
    public async Task A_hold_is_seen_and_resolved_in_the_Web_UI()
    {
        await using var session = await OpenAsync();
        var page = session.Page;
        await stack.Control.AddFaultAsync(new { match = new { method = "POST", path = "/v1/payment_intents" }, kind = "unauthorized", times = 1 }, TestContext.Current.CancellationToken);
        var purchase = Purchase.With() with { Order = OrderId.Parse($"ord_{RandomNumberGenerator.GetInt32(10_000, 100_000)}") };
        (await stack.BuyAsync(purchase)).View.Held.ShouldNotBeNull();
        var handle = stack.Of(purchase);
        var id = WorkflowIds.Checkout(purchase.Merchant, purchase.Order);

        // The list shows it a moment later, and the page asks for the list once.
        var query = $"NeedsAttention=true AND WorkflowId='{id}'";
        await RunningStack.EventuallyAsync(
            async () => await stack.Temporal.ListWorkflowsAsync(query).ToListAsync(TestContext.Current.CancellationToken), list => list.Count == 1);
        await page.GotoAsync($"http://{stack.Options.Temporal.Ui}/namespaces/default/workflows?query={Uri.EscapeDataString(query)}");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = id }).First.ClickAsync();
        await page.GetByText("User Metadata").First.ClickAsync();

        // Above them is the summary, in a frame of its own.
        var details = page.Locator("iframe").Last.ContentFrame;
        await Expect(details.GetByText("Held: credentials_refused at")).ToBeVisibleAsync();
        await Expect(details.GetByText("Waiting for platform until")).ToBeVisibleAsync();
        await Browser.KeepPictureAsync(page, "held-checkout", 1250);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "More Actions" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new PageGetByRoleOptions { Name = "Send a Signal" }).First.ClickAsync();
        var form = page.Locator("#signal-confirmation-modal[open]");
        await form.GetByTestId("signal-select-button").ClickAsync();
        await form.Locator("[role=option]", new LocatorLocatorOptions { HasText = "intervene" }).ClickAsync();
        const string Act = """{"action":"retry","actor":"dana","reason":"the key was renewed","hold":"authorize"}""";
        var input = form.Locator(".cm-content");
        await input.ClickAsync();

        // Typed at once, so that the editor adds no brackets of its own.
        await page.Keyboard.InsertTextAsync(Act);
        await Expect(input).ToHaveTextAsync(Act);

        // The editor formats what it holds when it is left, and moves the button.
        await form.GetByText("Encoding").ClickAsync();
        await form.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Submit" }).ClickAsync();
        await RunningStack.EndOf(handle);
        (await RunningStack.UntilAsync(handle, view => view.Status == CheckoutStatus.Completed)).Held.ShouldBeNull();
        (await stack.RowsAsync<string>("SELECT actor FROM pay.audit WHERE workflow_id = $1 AND event = 'intervention.accepted'", id)).ShouldBe(["dana"]);
    }

    private static ILocator Method(IPage page, string name) => page.Locator($"input[name=method][value={name}]");

    private async Task<Session> OpenAsync() => new(await browser.OpenAsync());

    private sealed record Session(IPage Page) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => new(Page.Context.CloseAsync());
    }
}
