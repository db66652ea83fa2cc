using CsCheck;
using PaymentWorkflows.Domain.Holds;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Domain;

/// <summary>What a person may do at a hold, and what that person is told otherwise.</summary>
public class HoldRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);
    private static readonly string[] Fields = [ChangeableFields.PaymentMethodToken, ChangeableFields.ReturnUrl];
    private static readonly Gen<IReadOnlyList<string>> Changeable = Gen.OneOf<IReadOnlyList<string>>([], Fields);
    private static readonly Dictionary<string, string> GoodChange = new() { [ChangeableFields.PaymentMethodToken] = "pm_card_visa" };

    [Fact]
    public void Every_hold_has_an_owner_somebody_above_and_a_way_out()
    {
        foreach (var reason in Enum.GetValues<HoldReason>())
        {
            HoldRules.Owner(reason).ShouldNotBeNullOrWhiteSpace();
            HoldRules.Owner(reason, 0).ShouldBe(HoldRules.Owner(reason));
            HoldRules.Owner(reason, 1).ShouldNotBe(HoldRules.Owner(reason));
            HoldRules.Owner(reason, 9).ShouldBe(HoldRules.Owner(reason, 1));
            HoldRules.Allowed(reason).ShouldContain(action => action == HoldAction.Retry || action == HoldAction.Approve);
            HoldRules.Allowed(reason).ShouldContain(action => action == HoldAction.Compensate || action == HoldAction.Skip || action == HoldAction.Reject);
        }

        foreach (var action in Enum.GetValues<HoldAction>())
        {
            HoldRules.Explain(action).ShouldNotBeNullOrWhiteSpace();
            HoldRules.Action(HoldRules.Name(action)).ShouldBe(action);
        }
    }

    [Fact]
    public void An_act_is_accepted_only_when_allowed_signed_reasoned_and_complete() =>
        Gen.Select(
                Gen.Enum<HoldReason>(), Gen.Enum<HoldAction>(), Gen.OneOf<string?>(null, "", "ann"), Gen.OneOf<string?>(null, " ", "keys fixed"),
                Gen.OneOf<string?>(null, "pi_1", "pi 1"), Changeable, Gen.Bool)
            .Sample((reason, action, actor, why, evidence, changeable, changes) =>
            {
                var act = new HoldAct(HoldRules.Name(action), actor, why) { Evidence = evidence, Change = changes ? GoodChange : [] };
                var refusal = ActRules.Refusal(reason, changeable, act, Now);
                var right = HoldRules.Allowed(reason, changeable).Contains(action) && actor == "ann" && why == "keys fixed"
                    && (action != HoldAction.MarkSucceeded || evidence == "pi_1") && changes == (action == HoldAction.RetryWithChange);
                (refusal is null).ShouldBe(right, refusal);
                if (!HoldRules.Allowed(reason, changeable).Contains(action))
                {
                    // Whoever is refused is told what is allowed, and nothing that is not.
                    foreach (var one in Enum.GetValues<HoldAction>().Where(one => one != action))
                    {
                        refusal!.Split(':', '.', ',', ' ').Contains(HoldRules.Name(one)).ShouldBe(HoldRules.Allowed(reason, changeable).Contains(one));
                    }
                }
            });

    [Fact]
    public void Without_a_changeable_field_nothing_is_retried_with_a_change()
    {
        HoldRules.Allowed(HoldReason.RequestRefused, []).ShouldNotContain(HoldAction.RetryWithChange);
        HoldRules.Allowed(HoldReason.RequestRefused, Fields).ShouldContain(HoldAction.RetryWithChange);
    }

    [Theory]
    [InlineData("payment_method.token", "pm_card_visa", null)]
    [InlineData("payment_method.token", "", "needs a value")]
    [InlineData("payment_method.token", "4242424242424242", "card number")]
    [InlineData("payment_method.token", "pm card", "provider's token")]
    [InlineData("return_url", "https://shop.example/back?x=1", null)]
    [InlineData("return_url", "ftp://shop.example", "http or https")]
    [InlineData("return_url", "https://me:secret@shop.example", "http or https")]
    [InlineData("return_url", "back", "http or https")]
    [InlineData("return_url", "https://shop.example/4242 4242 4242 4242", "card number")]
    [InlineData("amount", "1", "'amount' cannot be changed here. Fields here: payment_method.token, return_url.")]
    public void A_change_is_of_a_field_that_the_hold_knows_to_a_value_that_the_field_takes(string field, string value, string? refusal) =>
        ShouldBeRefusedFor(refusal, HoldReason.RequestRefused, new HoldAct("retry_with_change", "ann", "another card") { Change = new Dictionary<string, string> { [field] = value } });

    [Fact]
    public void A_token_is_not_longer_than_a_provider_takes() =>
        ChangeableFields.Problem(ChangeableFields.PaymentMethodToken, new string('a', 256)).ShouldNotBeNull();

    [Theory]
    [InlineData("for", "PT4H", null)]
    [InlineData("for", "P30D", null)]
    [InlineData("until", "2026-11-25T10:00:00Z", null)]
    [InlineData("until", "2026-11-25T11:30+02:00", null)]
    [InlineData("for", "P31D", "at most 30 days")]
    [InlineData("for", "P1M", "at most 30 days")]
    [InlineData("for", "PT0S", "later than now")]
    [InlineData("for", "P", "'for', a duration")]
    [InlineData("for", "PT", "'for', a duration")]
    [InlineData("for", "-PT1H", "'for', a duration")]
    [InlineData("until", "2026-11-25T08:59:59Z", "later than now")]
    [InlineData("until", "2027-11-25T09:00:00Z", "at most 30 days")]
    [InlineData("until", "tomorrow", "'until', a moment")]
    [InlineData("until", "2026-13-45T99:00:00Z", "'until', a moment")]
    [InlineData("return_url", "https://shop.example", "'until', a moment")]
    public void An_extension_is_by_the_hold_period_or_as_the_act_says_within_bounds(string field, string value, string? refusal) =>
        ShouldBeRefusedFor(refusal, HoldReason.CredentialsRefused, new HoldAct("extend_deadline", "ann", "a night's work") { Change = new Dictionary<string, string> { [field] = value } });

    [Fact]
    public void An_accepted_extension_is_always_later_than_now_and_within_thirty_days() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 48], Gen.Int[0, 90], (days, hours, minutes) => $"P{days}DT{hours}H{minutes}M").Sample(text =>
        {
            var change = new Dictionary<string, string> { [Deadlines.For] = text };
            if (Deadlines.Problem(change, Now) is null)
            {
                var deadline = Deadlines.Extended(change, Now, TimeSpan.FromHours(1));
                (deadline > Now && deadline <= Now + Deadlines.Longest).ShouldBeTrue();
            }
            else
            {
                var length = System.Xml.XmlConvert.ToTimeSpan(text);
                (length == TimeSpan.Zero || length > Deadlines.Longest).ShouldBeTrue();
            }
        });

    [Fact]
    public void Left_out_an_extension_is_by_the_hold_period() =>
        Deadlines.Extended(new Dictionary<string, string>(), Now, TimeSpan.FromHours(3)).ShouldBe(Now.AddHours(3));

    [Theory]
    [InlineData("a\u0000b")]
    [InlineData("a\nb")]
    [InlineData("a\u202Eb")]
    [InlineData("a\uD800b")]
    [InlineData("dana 4242 4242 4242 4242")]
    public void Who_decides_is_one_printable_line_without_a_card_number(string actor)
    {
        ShouldBeRefusedFor("'actor'", HoldReason.CredentialsRefused, new HoldAct("retry", actor, "why"));
        ShouldBeRefusedFor("'reason'", HoldReason.CredentialsRefused, new HoldAct("retry", "ann", actor));
        ShouldBeRefusedFor("'evidence'", HoldReason.UnknownOutcome, new HoldAct("mark_succeeded", "ann", "why") { Evidence = actor });
    }

    [Theory]
    [InlineData("re_1", null)]
    [InlineData("bank:SEPA-2026-4711", null)]
    [InlineData("Bank:transfer of 3 May", null)]
    [InlineData("bank:", "names no reference")]
    [InlineData("bank: ", "names no reference")]
    [InlineData("bank:pi_1", "looks like an object of the provider")]
    [InlineData("bank:RE_1", "looks like an object of the provider")]
    [InlineData("two words", "one word")]
    [InlineData("", "'evidence' is missing")]
    public void An_evidence_about_a_failed_refund_is_the_providers_refund_or_says_that_the_money_went_another_way(string evidence, string? refusal)
    {
        ShouldBeRefusedFor(refusal, HoldReason.RefundFailed, new HoldAct("mark_succeeded", "ann", "why") { Evidence = evidence });
    }

    [Fact]
    public void A_name_or_reason_without_end_is_refused()
    {
        ShouldBeRefusedFor("at most 100", HoldReason.CredentialsRefused, new HoldAct("retry", new string('a', 101), "why"));
        ShouldBeRefusedFor("at most 500", HoldReason.CredentialsRefused, new HoldAct("retry", "ann", new string('a', 501)));
        ShouldBeRefusedFor(null, HoldReason.CredentialsRefused, new HoldAct("retry", "Zoë Müller-Σ 😀", new string('a', 500)));
    }

    [Fact]
    public void What_is_kept_of_a_text_can_be_printed_and_holds_no_card_number() =>
        Gen.String.Sample(text =>
        {
            var kept = ActRules.Kept(text, 20);
            kept.ShouldNotBeNull().Length.ShouldBeLessThanOrEqualTo(23);
            kept.Any(char.IsControl).ShouldBeFalse();
            kept.Contains('\0', StringComparison.Ordinal).ShouldBeFalse();
            ActRules.Kept("card 4242424242424242", 20).ShouldBeNull();
        });

    private static void ShouldBeRefusedFor(string? words, HoldReason reason, HoldAct act)
    {
        var refusal = ActRules.Refusal(reason, HoldRules.Allowed(reason).Contains(HoldAction.RetryWithChange) ? Fields : [], act, Now);
        if (words is null)
        {
            refusal.ShouldBeNull();
        }
        else
        {
            refusal.ShouldNotBeNull().ShouldContain(words);
            refusal.ShouldNotContain("4242");
        }
    }
}
