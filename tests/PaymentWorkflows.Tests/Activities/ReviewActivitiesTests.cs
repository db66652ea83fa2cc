using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Activities.Reviews;
using PaymentWorkflows.Contracts.Reviews;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Reviews;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>Rules over what was paid before.</summary>
public class ReviewActivitiesTests
{
    private static readonly Currency Eur = Currency.Parse("eur");
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly ReviewRequest Request = new()
    {
        CheckoutId = CheckoutId.Parse("chk_1"),
        TransactionId = TransactionId.Parse("txn_1"),
        Merchant = MerchantId.Parse("acme"),
        Customer = CustomerId.Parse("cus_1"),
        Amount = new Money(500, Eur),
        Method = "card",
        Country = "DE",
        RiskLevel = "elevated",
        CardFingerprint = "fp_1",
    };

    private readonly ScriptedFacts facts = new();

    [Fact]
    public async Task Every_rule_that_applies_is_named_with_its_words()
    {
        var result = await EvaluateAsync(
            new ReviewRule { Name = "risky", Message = "The provider warns.", RiskLevels = ["elevated"] },
            new ReviewRule { Name = "large", Message = "A lot.", AmountFrom = [new Money(501, Eur)] },
            new ReviewRule { Name = "german", Message = "From there.", Countries = ["DE"] });
        result.Rules.ShouldBe(["risky", "german"]);
        result.Message.ShouldBe("risky: The provider warns. german: From there.");
        facts.Asked.ShouldBeEmpty();
        (await EvaluateAsync()).ShouldSatisfyAllConditions(none => none.Rules.ShouldBeEmpty(), none => none.Message.ShouldBeEmpty());
    }

    [Fact]
    public async Task A_velocity_is_asked_for_only_when_the_rest_is_met_and_by_whom_it_counts()
    {
        var customer = new VelocityCondition(VelocitySubject.Customer, TimeSpan.FromHours(2), 3, []);
        var card = new VelocityCondition(VelocitySubject.Card, TimeSpan.FromDays(1), null, [new Money(1_000, Eur)]);
        facts.Seen = new VelocitySeen(2, new Money(400, Eur));
        var result = await EvaluateAsync(
            new ReviewRule { Name = "often", Message = "m", Velocity = customer },
            new ReviewRule { Name = "much", Message = "m", Velocity = card },
            new ReviewRule { Name = "elsewhere", Message = "m", Countries = ["FR"], Velocity = customer });
        result.Rules.ShouldBe(["often"]);
        facts.Asked.ShouldBe([$"acme cus_1 eur {Noon.AddHours(-2):O} chk_1", $"fp_1 eur {Noon.AddDays(-1):O} txn_1"]);
    }

    [Fact]
    public async Task A_payment_without_a_card_has_no_velocity_of_a_card()
    {
        var rule = new ReviewRule { Name = "much", Message = "m", Velocity = new VelocityCondition(VelocitySubject.Card, TimeSpan.FromDays(1), 2, []) };
        facts.Seen = new VelocitySeen(100, new Money(0, Eur));
        var activities = new ReviewActivities(new ReviewRuleSet([rule]), facts, new FakeTimeProvider(Noon));
        (await activities.EvaluateAsync(Request with { CardFingerprint = null }, CancellationToken.None)).Rules.ShouldBeEmpty();
        facts.Asked.ShouldBeEmpty();
    }

    private Task<ReviewResult> EvaluateAsync(params ReviewRule[] rules) =>
        new ReviewActivities(new ReviewRuleSet(rules), facts, new FakeTimeProvider(Noon)).EvaluateAsync(Request, CancellationToken.None);

    private sealed class ScriptedFacts : IReviewFacts
    {
        public List<string> Asked { get; } = [];

        public VelocitySeen Seen { get; set; } = new(0, Money.Zero(Eur));

        public Task<VelocitySeen> OfCustomerAsync(MerchantId merchant, CustomerId customer, Currency currency, DateTimeOffset since, CheckoutId except, CancellationToken cancellationToken) =>
            Tell($"{merchant} {customer} {currency} {since:O} {except}");

        public Task<VelocitySeen> OfCardAsync(string fingerprint, Currency currency, DateTimeOffset since, TransactionId except, CancellationToken cancellationToken) =>
            Tell($"{fingerprint} {currency} {since:O} {except}");

        private Task<VelocitySeen> Tell(string asked)
        {
            Asked.Add(asked);
            return Task.FromResult(Seen);
        }
    }
}
