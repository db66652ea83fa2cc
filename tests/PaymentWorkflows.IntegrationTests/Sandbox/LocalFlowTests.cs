using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Each flow from the confirmation to its end, as the provider's clients see it.</summary>
public sealed class LocalFlowTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RawClient Raw => sandbox.Raw;

    [Fact]
    public async Task Every_method_of_the_catalogue_is_paid_and_all_its_objects_meet_the_schema()
    {
        foreach (var method in await LocalMethods.AllAsync(sandbox.Process))
        {
            var type = (string)method["type"]!;
            var flow = (string)method["flow"]!;
            var made = await Raw.PostAsync("/v1/payment_intents", LocalMethods.Form(method));
            made.Status.ShouldBe(200, $"{type}: {made.Body.ToJsonString()}");
            made.Text("status").ShouldBe(flow == "bank_debit" ? "processing" : "requires_action", type);
            ResponseSchemas.Problems("payment_intent", made.Body).ShouldBeEmpty(type);
            using (var done = await LocalMethods.ActAsync(Raw, made.Id, "approve"))
            {
                ((int)done.StatusCode).ShouldBeInRange(200, 303, type);
            }

            var paid = await Raw.GetAsync($"/v1/payment_intents/{made.Id}?expand[]=latest_charge.balance_transaction&expand[]=payment_method");
            (paid.Text("status"), (long)paid.Body["amount_received"]!).ShouldBe(("succeeded", 2000), type);
            ResponseSchemas.Problems("payment_intent", paid.Body).ShouldBeEmpty(type);
            paid.Body["latest_charge"]!["payment_method_details"]!["type"]!.ToString().ShouldBe(type);
            var movement = paid.Body["latest_charge"]!["balance_transaction"]!;
            ((long)movement["fee"]!).ShouldBeGreaterThan(0, type);
            ((long)movement["available_on"]!).ShouldBeGreaterThan((long)movement["created"]!, type);
            if ((string?)paid.Body["latest_charge"]!["payment_method_details"]![type]!["mandate"] is { } mandate)
            {
                ResponseSchemas.Problems("mandate", (await Raw.GetAsync($"/v1/mandates/{mandate}")).Body).ShouldBeEmpty(type);
            }
        }
    }

    [Theory]
    [InlineData("ideal", "eur", "redirect_to_url")]
    [InlineData("pix", "brl", "pix_display_qr_code")]
    [InlineData("boleto", "brl", "boleto_display_details")]
    [InlineData("blik", "pln", "blik_authorize")]
    public async Task The_next_action_has_the_name_of_its_method(string type, string currency, string action)
    {
        var made = await PayAsync(type);
        (made.Text("currency"), (string?)made.Body["next_action"]!["type"]).ShouldBe((currency, action));
        made.Body["next_action"]!.AsObject().ContainsKey(action).ShouldBeTrue();
        (await LocalMethods.EventsAsync(Raw, made.Id)).ShouldBe(["payment_intent.created", "payment_intent.requires_action"]);
    }

    [Fact]
    public async Task A_redirect_returns_the_customer_with_the_intent_its_secret_and_the_outcome()
    {
        var made = await PayAsync("ideal");
        using var approved = await LocalMethods.ActAsync(Raw, made.Id, "approve");
        ((int)approved.StatusCode).ShouldBe(303);
        approved.Headers.Location!.ToString().ShouldBe(
            $"https://shop.example/back?cart=7&payment_intent={made.Id}&payment_intent_client_secret={made.Text("client_secret")}&redirect_status=succeeded");

        var other = await PayAsync("ideal");
        using var failed = await LocalMethods.ActAsync(Raw, other.Id, "fail");
        failed.Headers.Location!.ToString().ShouldEndWith("&redirect_status=failed");
        var open = await Raw.GetAsync($"/v1/payment_intents/{other.Id}");
        (open.Text("status"), (string?)open.Body["last_payment_error"]!["code"]).ShouldBe(("requires_payment_method", "payment_intent_payment_attempt_failed"));
        (await LocalMethods.EventsAsync(Raw, other.Id)).ShouldContain("payment_intent.payment_failed");
    }

    [Fact]
    public async Task A_page_is_plain_accessible_html_that_says_what_is_paid()
    {
        var made = await PayAsync("pix", "description=An order <b>of books</b>&statement_descriptor=ACME");
        var html = await Raw.Http.GetStringAsync(new Uri((string)made.Body["next_action"]!["pix_display_qr_code"]!["hosted_instructions_url"]!), Cancel);
        foreach (var part in new[] { "<html lang=\"en\">", "20.00 BRL", "ACME", "An order &lt;b&gt;of books&lt;/b&gt;", ">Pay<", ">Let it expire<", "alt=\"QR code of this payment\"" })
        {
            html.ShouldContain(part);
        }

        html.ShouldNotContain("http", customMessage: "nothing is loaded from elsewhere");
        var voucher = await PayAsync("boleto");
        var slip = await Raw.Http.GetStringAsync(new Uri((string)voucher.Body["next_action"]!["boleto_display_details"]!["hosted_voucher_url"]!), Cancel);
        foreach (var part in new[] { ">Pay in full<", ">Pay another amount<", "<label for=\"amount\">", "pay late" })
        {
            slip.ShouldContain(part);
        }
    }

    [Fact]
    public async Task The_code_to_scan_comes_as_pictures()
    {
        var code = (await PayAsync("pix")).Body["next_action"]!["pix_display_qr_code"]!;
        var png = await Raw.Http.GetByteArrayAsync(new Uri((string)code["image_url_png"]!), Cancel);
        png[..8].ShouldBe([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        (await Raw.Http.GetStringAsync(new Uri((string)code["image_url_svg"]!), Cancel)).ShouldContain("<svg");
    }

    [Theory]
    [InlineData("DE89370400440532013000", "succeeded", null)]
    [InlineData("DE62370400440532013001", "requires_payment_method", "payment_intent_payment_attempt_failed")]
    [InlineData("DE20370400440000002222", "requires_payment_method", "insufficient_funds")]
    public async Task A_debit_is_processing_until_the_bank_answers(string iban, string status, string? code)
    {
        var form = LocalMethods.Form(await MethodAsync("sepa_debit")).Replace("DE89370400440532013000", iban, StringComparison.Ordinal);
        var made = await Raw.PostAsync("/v1/payment_intents", form + "&expand[]=latest_charge");
        (made.Text("status"), (string?)made.Body["latest_charge"]!["status"]).ShouldBe(("processing", "pending"));
        var cancel = await Raw.PostAsync($"/v1/payment_intents/{made.Id}/cancel");
        (cancel.Status, (string?)cancel.Error["code"]).ShouldBe((400, "payment_intent_unexpected_state"));
        await AdvanceAsync(TimeSpan.FromSeconds(3));

        var ended = await Raw.GetAsync($"/v1/payment_intents/{made.Id}?expand[]=latest_charge");
        (ended.Text("status"), (string?)ended.Body["last_payment_error"]?["code"]).ShouldBe((status, code));
        ((string?)ended.Body["latest_charge"]!["status"], (string?)ended.Body["latest_charge"]!["failure_code"]).ShouldBe((code is null ? "succeeded" : "failed", code));
        ResponseSchemas.Problems("payment_intent", ended.Body).ShouldBeEmpty();
        (await LocalMethods.EventsAsync(Raw, made.Id)).ShouldBe(code is null
            ? ["payment_intent.created", "charge.pending", "payment_intent.processing", "charge.succeeded", "payment_intent.succeeded"]
            : ["payment_intent.created", "charge.pending", "payment_intent.processing", "charge.failed", "payment_intent.payment_failed"]);
    }

    [Fact]
    public async Task A_test_token_stands_for_its_account_and_a_disputed_debit_is_lost()
    {
        var made = await Raw.PostAsync(
            "/v1/payment_intents",
            "amount=2000&currency=eur&confirm=true&capture_method=automatic&payment_method=pm_disputed_de&mandate_data[customer_acceptance][type]=offline");
        made.Status.ShouldBe(200, made.Body.ToJsonString());
        await AdvanceAsync(TimeSpan.FromSeconds(3));
        var dispute = (await Raw.GetAsync($"/v1/disputes?payment_intent={made.Id}")).Body["data"]!.AsArray().Single()!;
        ((string?)dispute["status"], (long)dispute["amount"]!, (long)dispute["evidence_details"]!["due_by"]!).ShouldBe(("lost", 2000, 0));
        ResponseSchemas.Problems("dispute", dispute).ShouldBeEmpty();
        var refund = await Raw.PostAsync("/v1/refunds", $"payment_intent={made.Id}");
        ((string?)refund.Error["code"]).ShouldBe("charge_disputed");
    }

    [Theory]
    [InlineData("amount=2000&currency=eur&confirm=true&payment_method_data[type]=pix&allowed_payment_method_types[]=pix", "currency", "payment_intent_incompatible_payment_method")]
    [InlineData("amount=2000&currency=eur&confirm=true&payment_method_data[type]=pix", "payment_method", "payment_intent_incompatible_payment_method")]
    [InlineData("amount=2000&currency=brl&confirm=true&payment_method_data[type]=pix&capture_method=manual", "capture_method", "payment_intent_incompatible_payment_method")]
    [InlineData("amount=2000&currency=brl&confirm=true&payment_method_data[type]=pix&payment_method_options[pix][expires_after_seconds]=5", "payment_method_options[pix][expires_after_seconds]", "parameter_invalid_integer")]
    [InlineData("amount=2000&currency=brl&confirm=true&payment_method_data[type]=pix&payment_method_options[pix][nonsense]=5", "payment_method_options[pix][nonsense]", "parameter_unknown")]
    [InlineData("amount=2000&currency=eur&confirm=true&payment_method_data[type]=ideal", "return_url", "parameter_missing")]
    [InlineData("amount=2000&currency=brl&confirm=true&payment_method_data[type]=boleto", "payment_method_data[boleto][tax_id]", "parameter_missing")]
    [InlineData("amount=2000&currency=brl&confirm=true&payment_method_data[type]=boleto&payment_method_data[boleto][tax_id]=12", "payment_method_data[boleto][tax_id]", "tax_id_invalid")]
    [InlineData("amount=2000&currency=brl&confirm=true&payment_method_data[type]=boleto&payment_method_data[boleto][tax_id]=00000000000", "billing_details[name]", "parameter_missing")]
    [InlineData("amount=2000&currency=eur&confirm=true&payment_method=pm_success_de", "mandate_data", "parameter_missing")]
    [InlineData("amount=2000&currency=eur&payment_method_data[type]=sepa_debit&payment_method_data[sepa_debit][iban]=DE00370400440532013000", "payment_method_data[sepa_debit][iban]", "account_number_invalid")]
    [InlineData("amount=2000&currency=pln&confirm=true&payment_method_data[type]=blik", "payment_method_options[blik][code]", "parameter_missing")]
    [InlineData("amount=2000&currency=pln&confirm=true&payment_method_data[type]=blik&payment_method_options[blik][code]=12345", "payment_method_options[blik][code]", "payment_method_invalid_parameter")]
    [InlineData("amount=400&currency=brl&confirm=true&payment_method_data[type]=boleto&payment_method_data[boleto][tax_id]=00000000000&payment_method_data[billing_details][name]=A&payment_method_data[billing_details][email]=a@b.example", "amount", "amount_too_small")]
    [InlineData("amount=2000&currency=eur&allowed_payment_method_types[]=klarna", "allowed_payment_method_types", "payment_intent_invalid_parameter")]
    [InlineData("amount=2000&currency=brl&payment_method_types[]=pix", "payment_method_types", "parameter_unknown")]
    public async Task What_does_not_fit_the_method_is_refused_by_its_parameter(string form, string param, string code)
    {
        var refused = await Raw.PostAsync("/v1/payment_intents", form);
        (refused.Status, (string?)refused.Error["param"], (string?)refused.Error["code"]).ShouldBe((400, param, code), refused.Body.ToJsonString());
        ResponseSchemas.Problems("error", refused.Body).ShouldBeEmpty();
    }

    [Fact]
    public async Task Automatic_methods_follow_the_currency_and_leave_out_redirects_when_asked()
    {
        var all = await Raw.PostAsync("/v1/payment_intents", "amount=2000&currency=eur");
        Types(all).ShouldContain("ideal");
        Types(all).ShouldContain("sepa_debit");
        Types(all).ShouldNotContain("pix");
        var staying = await Raw.PostAsync("/v1/payment_intents", "amount=2000&currency=eur&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never");
        Types(staying).ShouldNotContain("ideal");
        var named = await Raw.PostAsync("/v1/payment_intents", "amount=2000&currency=eur&allowed_payment_method_types[]=ideal&allowed_payment_method_types[]=card");
        Types(named).ShouldBe(["ideal", "card"]);
        named.Body["allowed_payment_method_types"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_method_made_on_its_own_pays_like_one_made_with_the_payment()
    {
        var method = await Raw.PostAsync(
            "/v1/payment_methods", "type=boleto&boleto[tax_id]=000.000.000-00&billing_details[name]=A&billing_details[email]=fill_never@b.example");
        method.Status.ShouldBe(200, method.Body.ToJsonString());
        ResponseSchemas.Problems("payment_method", method.Body).ShouldBeEmpty();
        var made = await Raw.PostAsync("/v1/payment_intents", $"amount=2000&currency=brl&payment_method={method.Id}");
        made.Text("status").ShouldBe("requires_confirmation");
        (await Raw.PostAsync($"/v1/payment_intents/{made.Id}/confirm")).Text("status").ShouldBe("requires_action");
    }

    [Fact]
    public async Task A_payment_that_failed_by_one_method_is_paid_by_another()
    {
        var made = await PayAsync("ideal");
        using var failed = await LocalMethods.ActAsync(Raw, made.Id, "fail");
        var again = await Raw.PostAsync($"/v1/payment_intents/{made.Id}/confirm", "payment_method=pm_card_authenticationRequired&return_url=https://shop.example/");
        again.Text("status").ShouldBe("requires_action");
        using var approved = await Raw.Http.PostAsync($"/3d_secure/{made.Id}/approve", null, Cancel);
        var paid = await Raw.GetAsync($"/v1/payment_intents/{made.Id}?expand[]=latest_charge");
        (paid.Text("status"), (string?)paid.Body["latest_charge"]!["payment_method_details"]!["type"]).ShouldBe(("succeeded", "card"));
    }

    private static IEnumerable<string> Types(RawAnswer answer) => answer.Body["payment_method_types"]!.AsArray().Select(type => (string)type!);

    private async Task<JsonObject> MethodAsync(string type) => (await LocalMethods.AllAsync(sandbox.Process)).Single(method => (string?)method["type"] == type);

    private async Task<RawAnswer> PayAsync(string type, string more = "")
    {
        var made = await Raw.PostAsync("/v1/payment_intents", LocalMethods.Form(await MethodAsync(type)) + (more.Length > 0 ? "&" + more : string.Empty));
        made.Status.ShouldBe(200, made.Body.ToJsonString());
        return made;
    }

    private Task AdvanceAsync(TimeSpan by) => sandbox.Control.AdvanceAsync(by, Cancel);
}
