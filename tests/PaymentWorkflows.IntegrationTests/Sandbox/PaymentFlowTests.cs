using global::Stripe;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>The life of a payment as Stripe's own client sees it.</summary>
public sealed class PaymentFlowTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private V1Services V1 => sandbox.Stripe.V1;

    [Fact]
    public async Task A_manual_payment_is_authorized_then_captured_in_part_and_the_rest_is_released()
    {
        var intent = await PayAsync("pm_card_visa", "manual");
        intent.Status.ShouldBe("requires_capture");
        intent.AmountCapturable.ShouldBe(2000);
        intent.LatestCharge.BalanceTransactionId.ShouldBeNull();
        var before = intent.LatestCharge.PaymentMethodDetails.Card.CaptureBefore;
        (before - intent.Created).ShouldBe(TimeSpan.FromDays(7));

        var captured = await V1.PaymentIntents.CaptureAsync(
            intent.Id, new() { AmountToCapture = 1200, Expand = ["latest_charge.balance_transaction"] }, cancellationToken: Cancel);
        captured.Status.ShouldBe("succeeded");
        captured.AmountReceived.ShouldBe(1200);
        captured.AmountCapturable.ShouldBe(0);
        captured.LatestCharge.AmountCaptured.ShouldBe(1200);
        var movement = captured.LatestCharge.BalanceTransaction;
        (movement.Amount, movement.Fee, movement.Net, movement.ReportingCategory).ShouldBe((1200, 18 + 25, 1157, "charge"));

        var again = await Should.ThrowAsync<StripeException>(() => V1.PaymentIntents.CaptureAsync(intent.Id, cancellationToken: Cancel));
        again.StripeError.Code.ShouldBe("charge_already_captured");
    }

    [Fact]
    public async Task An_asynchronous_capture_has_its_balance_transaction_a_second_later_with_an_event()
    {
        var intent = await PayAsync("pm_card_visa", "automatic_async");
        intent.Status.ShouldBe("succeeded");
        intent.LatestCharge.BalanceTransactionId.ShouldBeNull();

        await sandbox.Control.AdvanceAsync(TimeSpan.FromSeconds(2), Cancel);
        var charge = await V1.Charges.GetAsync(intent.LatestChargeId, cancellationToken: Cancel);
        charge.BalanceTransactionId.ShouldStartWith("txn_");
        var events = await V1.Events.ListAsync(new() { Type = "charge.updated", Limit = 10 }, cancellationToken: Cancel);
        events.ShouldContain(item => ((Charge)item.Data.Object).Id == charge.Id);
    }

    [Fact]
    public async Task A_payment_that_needs_authentication_goes_on_at_the_hosted_page()
    {
        var intent = await PayAsync("pm_card_authenticationRequired", "automatic", returnUrl: "https://shop.example/back?cart=7");
        intent.Status.ShouldBe("requires_action");
        intent.NextAction.Type.ShouldBe("redirect_to_url");
        var page = intent.NextAction.RedirectToUrl.Url;
        (await sandbox.Raw.Http.GetStringAsync(new Uri(page), Cancel)).ShouldContain("Approve");

        using var answer = await sandbox.Raw.Http.PostAsync(new Uri(page + "/approve"), null, Cancel);
        ((int)answer.StatusCode).ShouldBe(303);
        answer.Headers.Location!.ToString().ShouldStartWith($"https://shop.example/back?cart=7&payment_intent={intent.Id}");
        var paid = await V1.PaymentIntents.GetAsync(intent.Id, new() { Expand = ["latest_charge"] }, cancellationToken: Cancel);
        paid.Status.ShouldBe("succeeded");
        paid.LatestCharge.PaymentMethodDetails.Card.ThreeDSecure.Result.ShouldBe("authenticated");
    }

    [Fact]
    public async Task A_failed_authentication_leaves_the_payment_open_for_another_method()
    {
        var intent = await PayAsync("pm_card_authenticationRequired", "automatic");
        intent.NextAction.Type.ShouldBe("use_stripe_sdk");
        using var answer = await sandbox.Raw.Http.PostAsync($"/3d_secure/{intent.Id}/fail", null, Cancel);
        ((int)answer.StatusCode).ShouldBe(200);

        var failed = await V1.PaymentIntents.GetAsync(intent.Id, cancellationToken: Cancel);
        failed.Status.ShouldBe("requires_payment_method");
        failed.LastPaymentError.Code.ShouldBe("payment_intent_authentication_failure");
        var paid = await V1.PaymentIntents.ConfirmAsync(intent.Id, new() { PaymentMethod = "pm_card_visa" }, cancellationToken: Cancel);
        paid.Status.ShouldBe("succeeded");
    }

    [Theory]
    [InlineData("pm_card_authenticationRequired", "authentication_required")]
    [InlineData("pm_card_authenticationRequiredSetupForOffSession", null)]
    public async Task Off_session_payments_cannot_ask_the_customer(string card, string? code)
    {
        var pay = () => V1.PaymentIntents.CreateAsync(
            new() { Amount = 2000, Currency = "eur", PaymentMethod = card, Confirm = true, OffSession = true }, cancellationToken: Cancel);
        if (code is null)
        {
            (await pay()).Status.ShouldBe("succeeded");
            return;
        }

        var refused = await Should.ThrowAsync<StripeException>(pay);
        ((int)refused.HttpStatusCode).ShouldBe(402);
        refused.StripeError.Code.ShouldBe(code);
        refused.StripeError.PaymentIntent.Status.ShouldBe("requires_payment_method");
    }

    [Fact]
    public async Task A_card_that_was_set_up_pays_without_authentication()
    {
        var customer = await V1.Customers.CreateAsync(new() { Email = "a@b.example" }, cancellationToken: Cancel);
        var setup = await V1.SetupIntents.CreateAsync(
            new() { Customer = customer.Id, PaymentMethod = "pm_card_authenticationRequiredOnSetup", Confirm = true }, cancellationToken: Cancel);
        setup.Status.ShouldBe("requires_action");
        using var answer = await sandbox.Raw.Http.PostAsync($"/3d_secure/{setup.Id}/approve", null, Cancel);
        ((int)answer.StatusCode).ShouldBe(200);

        var intent = await V1.PaymentIntents.CreateAsync(
            new() { Amount = 2000, Currency = "eur", Customer = customer.Id, PaymentMethod = setup.PaymentMethodId, Confirm = true, OffSession = true },
            cancellationToken: Cancel);
        intent.Status.ShouldBe("succeeded");
        (await V1.PaymentMethods.ListAsync(new() { Customer = customer.Id }, cancellationToken: Cancel)).Single().Id.ShouldBe(setup.PaymentMethodId);
    }

    [Fact]
    public async Task Cancelling_releases_the_authorization_and_a_second_cancel_is_an_error()
    {
        var intent = await PayAsync("pm_card_visa", "manual");
        var cancelled = await V1.PaymentIntents.CancelAsync(intent.Id, new() { CancellationReason = "requested_by_customer" }, cancellationToken: Cancel);
        cancelled.Status.ShouldBe("canceled");
        cancelled.AmountCapturable.ShouldBe(0);

        var again = await Should.ThrowAsync<StripeException>(() => V1.PaymentIntents.CancelAsync(intent.Id, cancellationToken: Cancel));
        again.StripeError.Code.ShouldBe("payment_intent_unexpected_state");
        var capture = await Should.ThrowAsync<StripeException>(() => V1.PaymentIntents.CaptureAsync(intent.Id, cancellationToken: Cancel));
        capture.StripeError.Code.ShouldBe("payment_intent_unexpected_state");
    }

    [Fact]
    public async Task An_authorization_that_nobody_captured_expires_after_seven_days()
    {
        var intent = await PayAsync("pm_card_visa", "manual");
        await sandbox.Control.AdvanceAsync(TimeSpan.FromDays(7), Cancel);

        var expired = await V1.PaymentIntents.GetAsync(intent.Id, cancellationToken: Cancel);
        (expired.Status, expired.CancellationReason).ShouldBe(("canceled", "automatic"));
        var late = await Should.ThrowAsync<StripeException>(() => V1.PaymentIntents.CaptureAsync(intent.Id, cancellationToken: Cancel));
        late.StripeError.Code.ShouldBe("charge_expired_for_capture");
        var events = await V1.Events.ListAsync(new() { Types = ["charge.expired", "payment_intent.canceled"], Limit = 2 }, cancellationToken: Cancel);
        events.Select(item => item.Type).ShouldBe(["payment_intent.canceled", "charge.expired"]);
    }

    [Fact]
    public async Task A_payment_cannot_be_confirmed_twice()
    {
        var intent = await PayAsync("pm_card_visa", "manual");
        var again = await Should.ThrowAsync<StripeException>(
            () => V1.PaymentIntents.ConfirmAsync(intent.Id, new() { PaymentMethod = "pm_card_visa" }, cancellationToken: Cancel));
        ((int)again.HttpStatusCode).ShouldBe(400);
        again.StripeError.Code.ShouldBe("payment_intent_unexpected_state");
    }

    [Theory]
    [InlineData("pix", "brl", "pix_display_qr_code")]
    [InlineData("ideal", "eur", "redirect_to_url")]
    [InlineData("grabpay", "sgd", "redirect_to_url")]
    public async Task A_local_method_is_paid_at_the_hosted_page(string type, string currency, string action)
    {
        var intent = await V1.PaymentIntents.CreateAsync(
            new()
            {
                Amount = 2000,
                Currency = currency,
                Confirm = true,
                ReturnUrl = "https://shop.example/",
                PaymentMethodData = new() { Type = type },
            },
            cancellationToken: Cancel);
        (intent.Status, intent.NextAction.Type).ShouldBe(("requires_action", action));
        using var answer = await sandbox.Raw.Http.PostAsync($"/3d_secure/{intent.Id}/approve", null, Cancel);
        ((int)answer.StatusCode).ShouldBeInRange(200, 303);
        var paid = await V1.PaymentIntents.GetAsync(intent.Id, new() { Expand = ["latest_charge"] }, cancellationToken: Cancel);
        paid.Status.ShouldBe("succeeded");
        paid.LatestCharge.PaymentMethodDetails.Type.ShouldBe(type);
    }

    [Fact]
    public async Task Pages_are_newest_first_and_cursors_exclude_their_object()
    {
        var customer = await V1.Customers.CreateAsync(new(), cancellationToken: Cancel);
        var made = new List<string>();
        for (var index = 0; index < 5; index++)
        {
            made.Insert(0, (await V1.PaymentIntents.CreateAsync(new() { Amount = 100, Currency = "eur", Customer = customer.Id }, cancellationToken: Cancel)).Id);
        }

        var first = await V1.PaymentIntents.ListAsync(new() { Customer = customer.Id, Limit = 2 }, cancellationToken: Cancel);
        first.Select(item => item.Id).ShouldBe(made.Take(2));
        first.HasMore.ShouldBeTrue();
        var next = await V1.PaymentIntents.ListAsync(new() { Customer = customer.Id, StartingAfter = made[1], Limit = 3 }, cancellationToken: Cancel);
        next.Select(item => item.Id).ShouldBe(made.Skip(2));
        next.HasMore.ShouldBeFalse();
        var back = await V1.PaymentIntents.ListAsync(new() { Customer = customer.Id, EndingBefore = made[2], Limit = 1 }, cancellationToken: Cancel);
        back.Single().Id.ShouldBe(made[1]);
    }

    [Fact]
    public async Task Search_finds_by_metadata_and_counts_only_when_asked()
    {
        var order = Guid.NewGuid().ToString("N");
        for (var index = 0; index < 3; index++)
        {
            await V1.PaymentIntents.CreateAsync(
                new() { Amount = 100 + index, Currency = "eur", Metadata = new() { ["order"] = order } }, cancellationToken: Cancel);
        }

        var query = $"metadata['order']:'{order}' AND amount>100 AND -status:'canceled'";
        var page = await V1.PaymentIntents.SearchAsync(new() { Query = query, Limit = 1 }, cancellationToken: Cancel);
        page.Single().Amount.ShouldBe(102);
        page.TotalCount.ShouldBeNull();
        page.HasMore.ShouldBeTrue();
        var rest = await V1.PaymentIntents.SearchAsync(new() { Query = query, Page = page.NextPage, Expand = ["total_count"] }, cancellationToken: Cancel);
        rest.Single().Amount.ShouldBe(101);
        rest.TotalCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_method_of_nobody_pays_once_and_one_of_a_customer_again()
    {
        var method = await V1.PaymentMethods.CreateAsync(
            new() { Type = "card", Card = new PaymentMethodCardOptions { Token = "tok_visa" } }, cancellationToken: Cancel);
        await V1.PaymentIntents.CreateAsync(new() { Amount = 100, Currency = "eur", PaymentMethod = method.Id, Confirm = true }, cancellationToken: Cancel);
        await Should.ThrowAsync<StripeException>(() => V1.PaymentIntents.CreateAsync(
            new() { Amount = 100, Currency = "eur", PaymentMethod = method.Id, Confirm = true }, cancellationToken: Cancel));

        var customer = await V1.Customers.CreateAsync(new(), cancellationToken: Cancel);
        var kept = await V1.PaymentMethods.AttachAsync("pm_card_mastercard", new() { Customer = customer.Id }, cancellationToken: Cancel);
        for (var index = 0; index < 2; index++)
        {
            var intent = await V1.PaymentIntents.CreateAsync(
                new() { Amount = 100, Currency = "eur", Customer = customer.Id, PaymentMethod = kept.Id, Confirm = true }, cancellationToken: Cancel);
            intent.Status.ShouldBe("succeeded");
        }
    }

    private Task<PaymentIntent> PayAsync(string card, string capture, string? returnUrl = null)
    {
        var options = new PaymentIntentCreateOptions
        {
            Amount = 2000,
            Currency = "eur",
            PaymentMethod = card,
            CaptureMethod = capture,
            Confirm = true,
            Expand = ["latest_charge"],
        };
        if (returnUrl is not null)
        {
            options.ReturnUrl = returnUrl;
        }

        return V1.PaymentIntents.CreateAsync(options, cancellationToken: Cancel);
    }
}
