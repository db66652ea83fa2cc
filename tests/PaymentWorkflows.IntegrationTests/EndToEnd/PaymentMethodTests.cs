using System.Diagnostics;
using System.Text.Json;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Hosting.Configuration;
using Shouldly;
using Temporalio.Exceptions;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>Payment methods where a caller does without the Gateway, and where a process starts.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class PaymentMethodTests(RunningStack stack)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, PaymentMethodInput, string, CaptureMode, string> Unusable => new()
    {
        { "an unknown method", new PaymentMethodInput("cash", "pm_1"), "eur", CaptureMode.Automatic, "payment_method.type" },
        { "no token", new PaymentMethodInput("card", null), "eur", CaptureMode.Automatic, "payment_method.token" },
        { "a code that is not wanted", new PaymentMethodInput("card", "pm_card_visa", "123456"), "eur", CaptureMode.Automatic, "payment_method.code" },
        { "another currency", new PaymentMethodInput("pix", null), "eur", CaptureMode.Automatic, "currency" },
        { "a capture that is not possible", new PaymentMethodInput("pix", null), "brl", CaptureMode.Manual, "capture" },
        { "a person who is not on record", new PaymentMethodInput("boleto", null), "brl", CaptureMode.Automatic, "customer.name" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task A_direct_caller_is_held_to_the_same_rules(string what, PaymentMethodInput method, string currency, CaptureMode capture, string field)
    {
        var input = Purchase.With(capture: capture) with { PaymentMethod = method, Currency = Currency.Parse(currency), Customer = CustomerId.Parse($"cus_{Guid.NewGuid():N}") };
        var failed = await Should.ThrowAsync<WorkflowFailedException>(async () => await RunningStack.EndOf(await stack.StartAsync(input)));
        var reason = Reason(failed).ShouldNotBeNull(what);
        reason.ErrorType.ShouldBe(ErrorTypes.InvalidCheckout);
        reason.Message.ShouldStartWith($"{field}: ");
        (await stack.RowsAsync<long>("SELECT count(*) FROM pay.checkouts WHERE order_id = $1", input.Order.Value)).ShouldBe([0L]);
    }

    [Fact]
    public async Task A_direct_callers_checkout_keeps_its_methods_traits_and_not_those_that_he_made_up()
    {
        var input = Purchase.With();
        var result = await RunningStack.EndOf(await stack.StartAsync(input));
        result.View.Status.ShouldBe(CheckoutStatus.Completed);
        var kept = (await stack.RowsAsync<string>("SELECT input::text FROM pay.checkouts WHERE id = $1", result.CheckoutId.Value)).Single();
        var method = JsonSerializer.Deserialize<CheckoutInput>(kept, PaymentWorkflowsJson.Options)!.Method.ShouldNotBeNull();
        (method.CanAuthorize, method.Providers.Single().Type).ShouldBe((true, "card"));

        var forged = Purchase.With() with { Method = method with { Expiry = TimeSpan.FromDays(59) } };
        var other = await RunningStack.EndOf(await stack.StartAsync(forged));
        (await stack.RowsAsync<string>("SELECT input->'method'->>'expiry' FROM pay.checkouts WHERE id = $1", other.CheckoutId.Value)).ShouldBe(["00:30:00"]);
    }

    [Theory]
    [InlineData("PaymentWorkflows.Worker.dll", "--roles sagas")]
    [InlineData("PaymentWorkflows.Gateway.dll", "--name gateway-9 --address 127.0.0.1:0")]
    [InlineData("pay-cli.dll", "dev")]
    public async Task No_process_starts_with_a_wrong_file_of_payment_methods(string program, string arguments)
    {
        var folder = Directory.CreateTempSubdirectory("pay wrong methods ");
        try
        {
            var root = RepositoryLayout.Current.Root!;
            var config = Path.Combine(folder.FullName, StackOptionsLoader.DefaultFileName);
            File.Copy(Path.Combine(root, StackOptionsLoader.DefaultFileName), config);
            var methods = Path.Combine(folder.FullName, "payment-methods.yaml");
            await File.WriteAllTextAsync(methods, (await File.ReadAllTextAsync(Path.Combine(root, "payment-methods.yaml"), Cancel)).Replace("flow: qr_code", "flow: qrcode", StringComparison.Ordinal), Cancel);
            var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
            foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, program), .. arguments.Split(' '), "--config", config])
            {
                start.ArgumentList.Add(argument);
            }

            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(Cancel);
            var said = await process.StandardError.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel);
            process.ExitCode.ShouldBe(2, said + await output);
            said.ShouldContain($"{methods}, line ");
            said.ShouldContain("methods.pix.flow is 'qrcode' but must be one of card, redirect, qr_code");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ApplicationFailureException? Reason(Exception failure)
    {
        for (var cause = (Exception?)failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is ApplicationFailureException reason)
            {
                return reason;
            }
        }

        return null;
    }
}
