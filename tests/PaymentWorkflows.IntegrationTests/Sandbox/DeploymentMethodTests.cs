using System.Text.RegularExpressions;
using PaymentWorkflows.TestKit.Sandbox;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Methods that only the deployment's file knows, and the promise that the code knows none by name.</summary>
[Trait("Category", "Slow")]
public sealed partial class DeploymentMethodTests
{
    private const string Head = "methods:\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("qr_code", "coinscan_display_qr_code")]
    [InlineData("voucher", "coinscan_display_details")]
    [InlineData("app_approval", "coinscan_authorize")]
    [InlineData("redirect", "redirect_to_url")]
    public async Task A_method_in_the_file_alone_is_paid_by_its_traits(string flow, string action)
    {
        var folder = Directory.CreateTempSubdirectory("methods-");
        try
        {
            var file = Path.Combine(folder.FullName, "payment-methods.yaml");
            await File.WriteAllTextAsync(file, Head + Method(flow), Cancel);
            await using var sandbox = await SandboxProcess.StartAsync(new SandboxProcessOptions { MethodsFile = file }, Cancel);
            using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
            var made = await raw.PostAsync("/v1/payment_intents", Form);
            made.Status.ShouldBe(200, made.Body.ToJsonString());
            ((string?)made.Body["next_action"]!["type"]).ShouldBe(action);
            using (await LocalMethods.ActAsync(raw, made.Id, "approve"))
            {
                (await LocalMethods.StatusAsync(raw, made.Id)).ShouldBe("succeeded");
            }

            var refund = await raw.PostAsync("/v1/refunds", $"payment_intent={made.Id}&amount=500");
            (refund.Status, (string?)refund.Error["param"]).ShouldBe((400, "amount"));
            (await raw.PostAsync("/v1/refunds", $"payment_intent={made.Id}")).Text("status").ShouldBe("succeeded");

            var short_ = await raw.PostAsync("/v1/payment_intents", Form + "&payment_method_options[coinscan][expires_after_minutes]=5");
            await sandbox.Control.AdvanceAsync(TimeSpan.FromMinutes(6), Cancel);
            (await LocalMethods.StatusAsync(raw, short_.Id)).ShouldBe("requires_payment_method");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_changed_file_is_taken_up_and_a_broken_one_changes_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("methods-");
        try
        {
            var file = Path.Combine(folder.FullName, "payment-methods.yaml");
            await File.WriteAllTextAsync(file, Head + "  card:\n    flow: card\n    provider:\n      stripe: { type: card }\n", Cancel);
            await using var sandbox = await SandboxProcess.StartAsync(new SandboxProcessOptions { MethodsFile = file }, Cancel);
            using var raw = new RawClient(sandbox.Stripe, sandbox.ApiKey);
            var unknown = await raw.PostAsync("/v1/payment_intents", Form);
            (unknown.Status, (string?)unknown.Error["param"]).ShouldBe((400, "payment_method_data[coinscan]"));

            await File.WriteAllTextAsync(file, Head + Method("qr_code"), Cancel);
            (await raw.PostAsync("/v1/payment_intents", Form)).Text("status").ShouldBe("requires_action");
            await File.WriteAllTextAsync(file, "methods: [", Cancel);
            (await raw.PostAsync("/v1/payment_intents", Form)).Text("status").ShouldBe("requires_action");
            await sandbox.UntilSaidAsync("are not taken up", Cancel);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_code_of_the_sandbox_names_no_payment_method()
    {
        var folder = Root();
        var names = File.ReadLines(Path.Combine(folder, "Data", "stripe-methods.yaml")).SkipWhile(line => line != "methods:")
            .Select(line => MethodName().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).ToList();
        names.Count.ShouldBeGreaterThan(6);
        var code = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToDictionary(file => file, File.ReadAllText);
        code.Count.ShouldBeGreaterThan(50);
        Found(code, names).ShouldBeEmpty();
        Found(new Dictionary<string, string> { ["planted.cs"] = "if (type == \"pix\") { }" }, names).ShouldBe(["planted.cs: pix"]);
    }

    private static IEnumerable<string> Found(IReadOnlyDictionary<string, string> code, IReadOnlyList<string> names) =>
        from file in code
        from name in names
        where Regex.IsMatch(file.Value, $@"(?<![a-z]){Regex.Escape(name)}(?![a-z])", RegexOptions.IgnoreCase)
        select $"{Path.GetFileName(file.Key)}: {name}";

    private static string Form => "amount=2000&currency=eur&confirm=true&capture_method=automatic&payment_method_data[type]=coinscan&payment_method_data[coinscan][any]=thing&return_url=https://shop.example/";

    private static string Method(string flow) => $$"""
          coinscan:
            names: { en: Coin scan }
            flow: {{flow}}
            outcome: webhook
            expiry: PT1H
            countries: any
            currencies: [eur]
            capture: [automatic]
            refunds: { partial: false, window: P30D }
            settles: 1
            provider:
              stripe: { type: coinscan, expiry_parameter: "payment_method_options[coinscan][expires_after_minutes]" }

        """;

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "PaymentWorkflows.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.FullName, "workers", "PaymentWorkflows.Sandbox");
    }

    [GeneratedRegex("^  ([a-z0-9_]+):")]
    private static partial Regex MethodName();
}
