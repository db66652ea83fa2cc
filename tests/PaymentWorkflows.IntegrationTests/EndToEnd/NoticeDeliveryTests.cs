using System.Text.Json;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Domain;
using PaymentWorkflows.IntegrationTests.Notices;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>The running stack tells a merchant's backend, and goes on telling when its process is killed.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class NoticeDeliveryTests(RunningStack stack)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_backend_is_told_what_the_API_says()
    {
        await stack.Control.ClearFaultsAsync(Cancel);
        var result = await RunningStack.EndOf(await stack.StartAsync(Purchase.With()));
        var notice = (await UntilToldAsync(result.TransactionId, 1))[0];
        (notice.Type, notice.Sequence).ShouldBe(("checkout.completed", 1));
        notice.IsGenuine(stack.Acme.Secret, TimeProvider.System.GetUtcNow()).ShouldBeTrue();
        notice.Headers["Transaction-Id"].ShouldBe(result.TransactionId.Value);

        using var gateway = stack.Gateway();
        var checkout = await gateway.GetCheckoutAsync(result.CheckoutId.Value, Cancel);
        notice.Json.GetProperty("data").GetProperty("object").GetRawText().ShouldBe(checkout.GetRawText());
    }

    [Fact]
    public async Task A_killed_process_is_followed_by_one_that_goes_on_and_a_person_can_send_it_all_again()
    {
        await stack.Control.ClearFaultsAsync(Cancel);
        var answer = stack.Acme.Answer;
        stack.Acme.Hang();
        var result = await RunningStack.EndOf(await stack.StartAsync(Purchase.With()));
        await UntilToldAsync(result.TransactionId, 1);
        stack.Kill("worker-notices-1");
        stack.Acme.Answer = answer;
        await UntilToldAsync(result.TransactionId, 2);
        var line = await RunningStack.EventuallyAsync(() => ListedAsync(result.CheckoutId), seen => seen.GetProperty("state").GetString() == "delivered");
        line.GetProperty("attempts").GetInt32().ShouldBe(1);

        var id = line.GetProperty("id").GetString()!;
        (await PayAsync("notices", "replay", id, "--actor", "dana")).ShouldSatisfyAllConditions(
            replayed => replayed.ExitCode.ShouldBe(0), replayed => replayed.Error.ShouldContain("1 to be sent again."));
        await UntilToldAsync(result.TransactionId, 3);
        (await PayAsync("notices", "replay", "--checkout", result.CheckoutId.Value, "--json")).Output.ShouldContain(id);
        (await UntilToldAsync(result.TransactionId, 4)).Select(notice => notice.Id).Distinct().ShouldBe([id]);
        (await stack.RowsAsync<string>("SELECT actor FROM pay.audit WHERE transaction_id = $1 AND event = 'notice.replayed' ORDER BY id", result.TransactionId.Value))
            .ShouldBe(["dana", Environment.UserName]);
        await stack.UntilAllRunAsync();
    }

    [Fact]
    public async Task The_command_says_what_is_wrong()
    {
        (await PayAsync("notices", "list", "--state", "given_up")).ExitCode.ShouldBe(0);
        (await PayAsync("notices", "list", "--state", "lost")).ExitCode.ShouldBe(2);
        (await PayAsync("notices", "list", "--checkout", "nonsense")).ExitCode.ShouldBe(2);
        (await PayAsync("notices", "list", "--limit", "0")).ExitCode.ShouldBe(2);
        (await PayAsync("notices", "replay")).ExitCode.ShouldBe(2);
        (await PayAsync("notices", "replay", "evt_1", "--checkout", "chk_1")).ExitCode.ShouldBe(2);
        (await PayAsync("notices", "replay", "evt_nobody")).ExitCode.ShouldBe(1);
        (await PayAsync("notices", "replay", "--checkout", "chk_nobody")).ExitCode.ShouldBe(1);
    }

    private Task<ReceivedNotice[]> UntilToldAsync(TransactionId transaction, int times) => RunningStack.EventuallyAsync(
        () => Task.FromResult(stack.Acme.Received.Where(notice => notice.Transaction == transaction.Value).ToArray()), told => told.Length >= times);

    private async Task<JsonElement> ListedAsync(CheckoutId checkout)
    {
        var listed = await PayAsync("notices", "list", "--checkout", checkout.Value, "--json");
        listed.ExitCode.ShouldBe(0, listed.Error);
        return JsonDocument.Parse(listed.Output).RootElement.EnumerateArray().Single();
    }

    private Task<Executables.Outcome> PayAsync(params string[] words) => Executables.RunAsync(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "pay-cli.dll"), .. words, "--config", stack.Options.ConfigFile], Cancel);
}
