using System.Globalization;
using PaymentWorkflows.Cli.Chaos;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>A few cases of `pay chaos`, other ones each day; the same day plays the same, and <c>PAY_CHAOS_SEED</c> those of another.</summary>
[Collection(SecondStackCollection.Name)]
[Trait("Category", "Slow")]
public sealed class ChaosTests(RunningStack stack)
{
    private static readonly string[] Kinds = ["kill", "provider", "service", "webhook"];

    private static readonly ChaosScenario[] Scenarios = [.. ChaosScenario.All.Where(one => one.Name is "sale" or "refunded" or "captured_later")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_breaks_today_the_money_is_right()
    {
        var day = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("PAY_CHAOS_SEED") is { Length: > 0 } other ? other : day, CultureInfo.InvariantCulture);
        using var runner = new ChaosRunner(stack.Options, stack.Trap, stack.Temporal, stack);
        await runner.AcceptAsync(Cancel);
        var found = await runner.FindAsync([Scenarios[seed % Scenarios.Length]], Cancel);
        foreach (var one in Kinds.SelectMany(kind => new ChaosPlan(seed, 1, kind, null).Of(found)))
        {
            (await runner.PlayAsync(one, Cancel)).Wrong.ShouldBeNull($"{one} (seed {seed})");
        }
    }

    [Fact]
    public async Task A_checkout_that_took_other_money_than_it_should_is_found()
    {
        using var shop = stack.Gateway();
        var sale = await Scenarios.Single(one => one.Name == "captured_later").PlayAsync(new ChaosShop(shop, ChaosCaller.Usual), Purchase.With().Order.Value, Cancel);
        using var judge = new ChaosJudge(stack.Options, stack.Temporal);
        var released = ChaosScenario.All.Single(one => one.Name == "declined");
        (await judge.WrongAsync(released, sale, mayEndCanceled: false, Cancel)).ShouldNotBeNull().ShouldContain("3998 taken and 0 given back; expected 0 and 0");
    }
}
