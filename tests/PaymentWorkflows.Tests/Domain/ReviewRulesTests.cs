using CsCheck;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Reviews;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Domain;

/// <summary>Which payments a person looks at.</summary>
public class ReviewRulesTests
{
    private static readonly Currency Eur = Currency.Parse("eur");
    private static readonly Currency Usd = Currency.Parse("usd");

    private static readonly ReviewRule Bare = new() { Name = "rule", Message = "Look." };

    private static readonly ReviewSubject Payment = new(new Money(5_000, Eur), "card", "DE", "normal");

    public static TheoryData<string, ReviewRule, bool> Conditions => new()
    {
        { "the amount is reached", Bare with { AmountFrom = [new Money(5_000, Eur)] }, true },
        { "the amount is not reached", Bare with { AmountFrom = [new Money(5_001, Eur)] }, false },
        { "the amount of another currency", Bare with { AmountFrom = [new Money(1, Usd)] }, false },
        { "one of several currencies", Bare with { AmountFrom = [new Money(1, Usd), new Money(4_000, Eur)] }, true },
        { "the country is named", Bare with { Countries = ["FR", "DE"] }, true },
        { "the country is not named", Bare with { Countries = ["FR"] }, false },
        { "the country is excepted", Bare with { CountriesExcept = ["DE"] }, false },
        { "another country is excepted", Bare with { CountriesExcept = ["FR"] }, true },
        { "the method is named", Bare with { Methods = ["card"] }, true },
        { "another method is named", Bare with { Methods = ["voucher"] }, false },
        { "the risk is named", Bare with { RiskLevels = ["elevated", "normal"] }, true },
        { "another risk is named", Bare with { RiskLevels = ["highest"] }, false },
        { "all of several conditions", Bare with { AmountFrom = [new Money(1, Eur)], Countries = ["DE"], Methods = ["card"], RiskLevels = ["normal"] }, true },
        { "all but one of several conditions", Bare with { AmountFrom = [new Money(1, Eur)], Countries = ["DE"], Methods = ["card"], RiskLevels = ["highest"] }, false },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void A_rule_applies_when_each_of_its_conditions_is_met(string what, ReviewRule rule, bool applies) =>
        ReviewRules.MeetsAllButVelocity(rule, Payment).ShouldBe(applies, what);

    [Fact]
    public void What_is_not_known_is_not_among_the_named_and_is_not_excepted()
    {
        var unknown = Payment with { Country = null, RiskLevel = null };
        ReviewRules.MeetsAllButVelocity(Bare with { Countries = ["DE"] }, unknown).ShouldBeFalse();
        ReviewRules.MeetsAllButVelocity(Bare with { CountriesExcept = ["DE"] }, unknown).ShouldBeTrue();
        ReviewRules.MeetsAllButVelocity(Bare with { RiskLevels = ["normal"] }, unknown).ShouldBeFalse();
    }

    [Theory]
    [InlineData(3, null, 1, 0, false)]
    [InlineData(3, null, 2, 0, true)]
    [InlineData(null, 9_000L, 0, 3_999, false)]
    [InlineData(null, 9_000L, 0, 4_000, true)]
    [InlineData(3, 9_000L, 2, 3_999, false)]
    [InlineData(3, 9_000L, 1, 4_000, false)]
    [InlineData(3, 9_000L, 2, 4_000, true)]
    public void A_velocity_counts_this_payment_too_and_wants_both_where_both_are_set(int? count, long? sum, int before, long paid, bool meets)
    {
        var velocity = new VelocityCondition(VelocitySubject.Card, TimeSpan.FromHours(1), count, sum is { } limit ? [new Money(limit, Eur)] : []);
        ReviewRules.MeetsVelocity(velocity, Payment.Amount, new VelocitySeen(before, new Money(paid, Eur))).ShouldBe(meets);
        ReviewRules.MeetsVelocity(velocity, Payment.Amount, null).ShouldBeFalse();
    }

    [Fact]
    public void A_payment_that_a_rule_holds_was_never_thought_to_be_safe_before_it_was_made() =>
        Gen.Select(Gen.Long[1, 50_000_000], Gen.Long[0, 100], Gen.Long[1, 100_000_000], Gen.Bool, Gen.Int[0, 2], Gen.Bool, Gen.Int[0, 15])
            .Sample((price, taxPercent, limit, onTop, place, byCard, kinds) =>
            {
                var country = place switch { 0 => "DE", 1 => "FR", _ => null };
                var method = byCard ? "card" : "voucher";
                var rule = Bare with
                {
                    AmountFrom = (kinds & 1) > 0 ? [new Money(limit, Eur)] : [],
                    Countries = (kinds & 2) > 0 ? ["DE"] : null,
                    Methods = (kinds & 4) > 0 ? ["card"] : null,
                    RiskLevels = (kinds & 8) > 0 ? ["elevated"] : null,
                };
                var total = onTop ? price + (price * taxPercent / 100) : price;
                var held = ReviewRules.MeetsAllButVelocity(rule, new ReviewSubject(new Money(total, Eur), method, country, "elevated"));
                return !held || ReviewRules.MayApply(rule, new Money(price, Eur), onTop, method, country);
            });

    [Fact]
    public void A_checkout_that_no_rule_can_reach_is_known_to_be_so_before_it_is_paid()
    {
        ReviewRules.MayApply(Bare with { AmountFrom = [new Money(10_000, Eur)] }, Payment.Amount, taxOnTop: false, "card", "DE").ShouldBeFalse();
        ReviewRules.MayApply(Bare with { AmountFrom = [new Money(10_000, Eur)] }, Payment.Amount, taxOnTop: true, "card", "DE").ShouldBeTrue();
        ReviewRules.MayApply(Bare with { Countries = ["FR"], RiskLevels = ["highest"] }, Payment.Amount, taxOnTop: false, "card", "DE").ShouldBeFalse();
        ReviewRules.MayApply(Bare with { RiskLevels = ["highest"] }, Payment.Amount, taxOnTop: false, "card", "DE").ShouldBeTrue();
    }
}
