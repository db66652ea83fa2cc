using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Reviews;
using PaymentWorkflows.Hosting.Configuration;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Hosting;

/// <summary>The sections <c>review_rules</c> and <c>tax</c>.</summary>
public class ReviewRuleOptionsTests
{
    [Fact]
    public void Each_condition_is_read_and_may_be_left_out()
    {
        var rules = Parse("""
            review_rules:
              - name: all
                message: Everything at once.
                amount_from: {eur: 100000, usd: 110000}
                countries: [BR, NG]
                methods: [card]
                risk_levels: [elevated, highest]
                velocity: {per: card, within: PT1H, count: 5, sum: {eur: 50000}}
              - name: abroad
                message: From abroad.
                countries_except: [DE]
            """).ReviewRules;
        Currency eur = Currency.Parse("eur"), usd = Currency.Parse("usd");
        rules.Count.ShouldBe(2);
        (rules[0].Name, rules[0].Message).ShouldBe(("all", "Everything at once."));
        rules[0].AmountFrom.ShouldBe([new Money(100_000, eur), new Money(110_000, usd)]);
        rules[0].Countries.ShouldBe(["BR", "NG"]);
        rules[0].Methods.ShouldBe(["card"]);
        rules[0].RiskLevels.ShouldBe(["elevated", "highest"]);
        var velocity = rules[0].Velocity.ShouldNotBeNull();
        (velocity.Per, velocity.Within, velocity.Count).ShouldBe((VelocitySubject.Card, TimeSpan.FromHours(1), 5));
        velocity.Sum.ShouldBe([new Money(50_000, eur)]);
        rules[1].CountriesExcept.ShouldBe(["DE"]);
        (rules[1].Countries, rules[1].Methods, rules[1].RiskLevels, rules[1].Velocity).ShouldBe((null, null, null, null));
        rules[1].AmountFrom.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_left_out_is_no_rule_and_no_engine()
    {
        var options = Parse("placement: lean");
        options.ReviewRules.ShouldBeEmpty();
        options.Tax.ShouldBe(new TaxOptions { Engine = "none" });
        Parse("tax: {engine: stripe}").Tax.Engine.ShouldBe("stripe");
    }

    [Theory]
    [InlineData("tax: {engine: avalara}", "line 15: tax.engine is 'avalara' but must be one of none, stripe.")]
    [InlineData("tax: {motor: stripe}", "line 15: tax.motor is not a known key; nearest: tax.engine.")]
    [InlineData("review_rules: {name: a}", "line 15: review_rules must be a list")]
    [InlineData("review_rules:\n  - message: m", "line 16: review_rules[0].name is missing; it must be a name of lower-case letters")]
    [InlineData("review_rules:\n  - name: Large Order\n    message: m", "line 16: review_rules[0].name is 'Large Order' but must be a name of lower-case letters")]
    [InlineData("review_rules:\n  - name: a\n    countries: [DE]", "line 16: review_rules[0].message is missing; it must be one line of 1 to 300 characters")]
    [InlineData("review_rules:\n  - name: a\n    message: m", "line 16: review_rules[0].name is 'a', a rule without a condition, which would hold every payment; give it one of amount_from,")]
    [InlineData("review_rules:\n  - name: a\n    message: m\n    amounts: {eur: 1}", "line 18: review_rules[0].amounts is not a known key; nearest:")]
    [InlineData("review_rules:\n  - name: a\n    message: m\n    amount_from: {EUR: 1}", "line 18: review_rules[0].amount_from.EUR must be an ISO 4217 currency code in lower case")]
    [InlineData("review_rules:\n  - name: a\n    message: m\n    amount_from: {eur: 10.5}", "line 18: review_rules[0].amount_from.eur is '10.5' but must be a whole number of minor units")]
    [InlineData("review_rules:\n  - name: a\n    message: m\n    amount_from: {}", "line 18: review_rules[0].amount_from is empty; it must name at least one currency")]
    [InlineData("review_rules:\n  - name: a\n    message: m\n    countries: [Germany]", "line 18: review_rules[0].countries[0] is 'Germany' but must be an ISO 3166-1 alpha-2 country code")]
    [InlineData("review_rules:\n  - name: a\n    message: m\n    countries: [DE]\n    countries_except: [FR]", "line 19: review_rules[0].countries_except must not stand beside countries")]
    [InlineData("review_rules:\n  - name: a\n    message: m\n    risk_levels: [high]", "line 18: review_rules[0].risk_levels[0] is 'high' but must be one of normal, elevated, highest,")]
    [InlineData("review_rules:\n  - name: a\n    message: m\n    velocity: {per: shop, within: PT1H, count: 2}", "line 18: review_rules[0].velocity.per is 'shop' but must be one of customer, card.")]
    [InlineData("review_rules:\n  - name: a\n    message: m\n    velocity: {per: card, count: 2}", "line 18: review_rules[0].velocity.within is missing; it must be an ISO 8601 duration from PT1M to P90D.")]
    [InlineData("review_rules:\n  - name: a\n    message: m\n    velocity: {per: card, within: PT1H}", "line 18: review_rules[0].velocity.count is missing; it must be a whole number from 2 to 10000; count, sum or both must be there.")]
    [InlineData("review_rules:\n  - name: a\n    message: m\n    velocity: {per: card, within: PT1H, count: 1}", "line 18: review_rules[0].velocity.count is '1' but must be a whole number from 2 to 10000")]
    [InlineData("review_rules:\n  - name: a\n    message: m\n    countries: [DE]\n  - name: a\n    message: m\n    countries: [FR]", "line 19: review_rules[1].name is 'a', which another rule has already; name each rule once.")]
    public void A_wrong_entry_is_refused_with_its_line_and_what_is_allowed(string addition, string expected) =>
        Should.Throw<ConfigurationException>(() => Parse(addition)).Message.ShouldContain(expected);

    private static StackOptions Parse(string addition) => SmallestStack.With(addition, file: "test.yaml");
}
