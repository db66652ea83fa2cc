using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Activities.Idempotency;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Gateway.Checkout;
using PaymentWorkflows.Gateway.Http;
using PaymentWorkflows.Gateway.Idempotency;
using PaymentWorkflows.IntegrationTests.Gateway.Fakes;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

public sealed class IdempotencyTests : IAsyncLifetime
{
    private RunningGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await RunningGateway.StartAsync();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task The_same_key_and_body_repeat_the_first_answer_word_for_word()
    {
        var first = await gateway.PostAsync("/v1/checkouts", Bodies.Create(), key: "k", transaction: "txn_first");
        gateway.Checkouts.Set(gateway.Checkouts.Rows[0].Id, view => view with { Status = CheckoutStatus.Completed });
        var second = await gateway.PostAsync("/v1/checkouts", Bodies.Create(), key: "k");
        (second.Status, second.Body).ShouldBe((first.Status, first.Body));
        second.Headers["Idempotent-Replayed"].ShouldBe("true");
        second.Headers["Transaction-Id"].ShouldBe("txn_first");
        first.Headers.ShouldNotContainKey("Idempotent-Replayed");
        gateway.Engine.Started.Count.ShouldBe(1);
    }

    [Fact]
    public async Task White_space_and_the_order_of_fields_do_not_make_another_request()
    {
        await gateway.PostAsync("/v1/checkouts", Bodies.Create(), key: "k");
        var reordered = Bodies.Create(body =>
        {
            var merchant = body["merchant"]!;
            body.Remove("merchant");
            body["merchant"] = merchant;
        }).Replace("{", "{ \n", StringComparison.Ordinal);
        (await gateway.PostAsync("/v1/checkouts", reordered, key: "k")).Headers.ShouldContainKey("Idempotent-Replayed");
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        await gateway.PostAsync("/v1/checkouts", Bodies.Create(), key: "k");
        var answer = await gateway.PostAsync("/v1/checkouts", Bodies.Create(order: "ord_2"), key: "k");
        (answer.Status, answer.Code).ShouldBe((400, "idempotency_key_reused"));
        answer.Error.GetProperty("type").GetString().ShouldBe("idempotency");
        gateway.Checkouts.Rows.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_key_at_another_address_is_refused()
    {
        var created = await gateway.PostAsync("/v1/checkouts", Bodies.Create(), key: "k");
        var answer = await gateway.PostAsync($"/v1/checkouts/{created.Text("id")}/cancel", """{"reason":"x"}""", key: "k");
        (answer.Status, answer.Code).ShouldBe((400, "idempotency_key_reused"));
    }

    [Fact]
    public async Task A_key_in_flight_is_answered_409_with_retry_after()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Engine.Start = () =>
        {
            reached.TrySetResult();
            return StartOutcome.Started;
        };
        var first = gateway.PostAsync("/v1/checkouts", Bodies.Create(waitMs: 30_000), key: "k");
        await reached.Task;
        var second = await gateway.PostAsync("/v1/checkouts", Bodies.Create(waitMs: 30_000), key: "k");
        (second.Status, second.Code).ShouldBe((409, "idempotency_key_in_use"));
        int.Parse(second.Headers["Retry-After"], CultureInfo.InvariantCulture).ShouldBeInRange(1, 60);
        var row = gateway.Checkouts.Rows[0];
        gateway.Board.Announce(row.Id, gateway.Checkouts.Set(row.Id, view => view with { Status = CheckoutStatus.Authorized }));
        (await first).Text("status").ShouldBe("authorized");
    }

    [Fact]
    public async Task The_lease_of_a_key_is_renewed_while_its_gateway_works_and_ends_soon_after_it_died()
    {
        var clock = new FakeTimeProvider();
        var keys = new FakeKeys();
        var claim = new IdempotencyClaim("scope", "k", "hash", "gateway-a", TimeSpan.FromSeconds(9));
        keys.Claim(claim, clock.GetUtcNow());
        var answers = new KeptAnswers(keys, new ErrorCatalogue("en"), clock, NullLogger<KeptAnswers>.Instance);
        var working = new TaskCompletionSource<ApiAnswer>();
        var answering = answers.KeepAsync(new DefaultHttpContext(), claim, () => working.Task);
        for (var seconds = 0; seconds < 60; seconds += 3)
        {
            clock.Advance(TimeSpan.FromSeconds(3));
            while (keys.Entries.Single().LeaseUntil != clock.GetUtcNow() + claim.Lease)
            {
                await Task.Yield();
            }

            keys.Claim(claim with { Owner = "gateway-b" }, clock.GetUtcNow()).ShouldBeOfType<KeyOutcome.InFlight>();
        }

        // As one that dies: nobody renews any more.
        keys.Fault = new TimeoutException();
        clock.Advance(TimeSpan.FromSeconds(9));
        keys.Claim(claim with { Owner = "gateway-b" }, clock.GetUtcNow()).ShouldBe(new KeyOutcome.Granted(null));
        working.SetResult(new ApiAnswer(201, "{}"));
        await answering;
    }

    [Fact]
    public async Task Claims_carry_a_hash_of_the_api_key_and_the_process_never_the_key_itself()
    {
        await gateway.PostAsync("/v1/checkouts", Bodies.Create(), key: "k");
        var claim = gateway.Keys.Entries.ShouldHaveSingleItem().Claim;
        claim.Scope.Length.ShouldBe(64);
        claim.Scope.ShouldNotContain(RunningGateway.ApiKey);
        claim.Owner.ShouldStartWith("gateway-test/");
    }

    [Fact]
    public async Task A_request_that_was_found_wrong_leaves_its_key_free()
    {
        (await gateway.PostAsync("/v1/checkouts", Bodies.Create(body => body.Remove("order")), key: "k")).Status.ShouldBe(400);
        (await gateway.PostAsync("/v1/checkouts", Bodies.Create(), key: "k")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_fault_on_our_side_gives_the_key_back()
    {
        var created = await gateway.PostAsync("/v1/checkouts", Bodies.Create());
        gateway.Checkouts.Set(gateway.Checkouts.Rows[0].Id, view => view with { Status = CheckoutStatus.RequiresCapture });
        gateway.Engine.OnCapture = _ => throw new InvalidOperationException("secret detail");
        var path = $"/v1/checkouts/{created.Text("id")}/capture";
        var failed = await gateway.PostAsync(path, "{}", key: "k");
        (failed.Status, failed.Code).ShouldBe((500, "internal"));
        failed.Body.ShouldNotContain("secret detail");
        gateway.Engine.OnCapture = view => view with { Status = CheckoutStatus.Completed, AmountCaptured = view.Amount };
        (await gateway.PostAsync(path, "{}", key: "k")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_caller_who_leaves_gives_the_key_back_and_the_repeat_gets_the_answer()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Engine.Start = () =>
        {
            reached.TrySetResult();
            return StartOutcome.Started;
        };
        using var impatient = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/checkouts") { Content = new StringContent(Bodies.Create(waitMs: 30_000), null, "application/json") };
        request.Headers.Add("Idempotency-Key", "k");
        var first = gateway.Http.SendAsync(request, impatient.Token);
        await reached.Task;
        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        var row = gateway.Checkouts.Rows[0];
        gateway.Checkouts.Set(row.Id, view => view with { Status = CheckoutStatus.Authorized });
        Answer answer;
        do
        {
            answer = await gateway.PostAsync("/v1/checkouts", Bodies.Create(waitMs: 30_000), key: "k");
        }
        while (answer.Status == 409);
        answer.Status.ShouldBeOneOf(200, 201);
        answer.Text("status").ShouldBe("authorized");
        gateway.Checkouts.Rows.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_callers_at_once_with_one_key_all_get_one_checkout()
    {
        gateway.Engine.OnStart = view => view with { Status = CheckoutStatus.Authorized };
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.PostAsync("/v1/checkouts", Bodies.Create(waitMs: 5_000), key: "k")));
        answers.Count(answer => answer.Status == 201 && !answer.Headers.ContainsKey("Idempotent-Replayed")).ShouldBe(1);
        answers.ShouldAllBe(answer => answer.Status == 201 || (answer.Status == 409 && answer.Code == "idempotency_key_in_use"));
        gateway.Engine.Started.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(null, "idempotency_key_missing")]
    [InlineData("", "idempotency_key_missing")]
    [InlineData("k\u00e9y", "idempotency_key_invalid")]
    [InlineData("256", "idempotency_key_invalid")]
    public async Task A_post_needs_a_proper_key(string? key, string code)
    {
        using var client = new RawClient(gateway.Address);
        var sent = key is null ? "" : $"Idempotency-Key: {(key == "256" ? new string('a', 256) : key)}\r\n";
        var answer = await client.PostAsync("/v1/checkouts", $"Authorization: Bearer {RunningGateway.ApiKey}\r\nContent-Type: application/json\r\n{sent}", Bodies.Create());
        answer.ShouldStartWith("HTTP/1.1 400");
        answer.ShouldContain(code);
    }
}
