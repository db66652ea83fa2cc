using System.Text;
using CsCheck;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Sagas.Checkout;
using PaymentWorkflows.Sagas.Holds;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Sagas;

/// <summary>What people see in the Web UI.</summary>
public class SagaDetailsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_act_that_a_hold_allows_has_an_input_that_is_accepted_once_the_blanks_are_filled()
    {
        foreach (var reason in Enum.GetValues<HoldReason>())
        {
            string[] changeable = HoldRules.Allowed(reason).Contains(HoldAction.RetryWithChange) ? [ChangeableFields.ReturnUrl, ChangeableFields.PaymentMethodToken] : [];
            var hold = Hold(reason, changeable);
            foreach (var action in hold.Actions)
            {
                var input = SagaDetails.Input(hold, action);
                Details(hold).ShouldContain($"`{input}`");
                var filled = input.Replace("the new value", "https://shop.example/back", StringComparison.Ordinal).Replace("the provider's id", "pi_1", StringComparison.Ordinal)
                    .Replace("re_..., or bank:REFERENCE", "bank:SEPA-1", StringComparison.Ordinal);
                var sent = SentActReader.Read(Encoding.UTF8.GetBytes(filled));
                sent.Problem.ShouldBeNull();
                var act = new HoldAct(sent.Act.Action, sent.Act.Actor, sent.Act.Reason) { Evidence = sent.Act.Evidence, Change = sent.Act.Change ?? new Dictionary<string, string>() };
                ActRules.Refusal(reason, changeable, act, Now).ShouldBeNull();
                sent.Act.Hold.ShouldBe(hold.Id);
            }
        }
    }

    [Fact]
    public void Text_from_outside_stays_in_its_cell() =>
        Gen.String.Sample(text =>
        {
            var details = new SagaDetails { Title = text, Next = text, Steps = [new StepLine("authorize", "done", 1, Now, text)], Acts = new ActLog() }.Render();
            var row = details.Split('\n').Single(line => line.StartsWith("| authorize", StringComparison.Ordinal));
            row.Where((c, place) => c == '|' && row[place - (place > 0 ? 1 : 0)] != '\\').Count().ShouldBe(6);
        });

    [Fact]
    public void What_comes_next_stands_before_everything_else()
    {
        var lines = Details(Hold(HoldReason.CredentialsRefused, [])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[1].ShouldBe("**Waiting for platform until 2026-11-26 09:00:00Z: credentials_refused at authorize**");
        lines[2].ShouldStartWith("| step |");
    }

    public static TheoryData<CheckoutStatus, CheckoutStep?, StepStatus, string> Nexts => new()
    {
        { CheckoutStatus.Processing, null, StepStatus.Done, "Next: price, automatically" },
        { CheckoutStatus.Processing, CheckoutStep.Tax, StepStatus.Skipped, "Next: authorize, automatically" },
        { CheckoutStatus.Processing, CheckoutStep.Authorize, StepStatus.Unknown, "Next: find out what became of authorize, automatically" },
        { CheckoutStatus.Authorized, CheckoutStep.Authorize, StepStatus.Done, "Next: capture, automatically" },
        { CheckoutStatus.Processing, CheckoutStep.Capture, StepStatus.Done, "Next: ledger, automatically" },
        { CheckoutStatus.RequiresAction, CheckoutStep.CustomerAction, StepStatus.Unknown, "Waiting for the customer until 2026-11-25 10:00:00Z (redirect); then the checkout expires" },
        { CheckoutStatus.RequiresCapture, CheckoutStep.Authorize, StepStatus.Done, "Waiting for the merchant to capture until 2026-11-25 10:00:00Z; then the checkout expires" },
        { CheckoutStatus.Completed, CheckoutStep.Notify, StepStatus.Done, "Nothing more to do since 2026-11-25 09:00:00Z" },
    };

    [Theory]
    [MemberData(nameof(Nexts))]
    public void A_checkout_says_what_happens_next_by_itself_or_whom_it_waits_for(CheckoutStatus status, CheckoutStep? last, StepStatus became, string next)
    {
        var view = new CheckoutView
        {
            Status = status,
            Amount = 3998,
            Steps = last is { } step ? [new StepRecord(step, became, 1, Now, null)] : [],
            NextAction = status == CheckoutStatus.RequiresAction ? new NextAction("redirect", null, null, null) : null,
            CompletedAt = status.IsFinal() ? Now : null,
        };
        CheckoutDetails.Next(view, Now.AddHours(1), undoing: false).ShouldBe(next);
        CheckoutDetails.Next(view, Now.AddHours(1), undoing: true).ShouldBe("Next: take back what was done, automatically");
        CheckoutDetails.Render(view, new Money(3998, Currency.Parse("eur")), Now.AddHours(1), undoing: false, [], new ActLog()).ShouldContain($"**{next}**");
    }

    private static HeldView Hold(HoldReason reason, string[] changeable) =>
        new("authorize", reason, Now, Now.AddDays(1), HoldRules.Owner(reason), HoldRules.Allowed(reason, changeable), "The key | was <b>revoked</b>.") { Changeable = changeable };

    private static string Details(HeldView hold) => new SagaDetails
    {
        Title = "processing - EUR 39.98",
        Next = "Next: capture, automatically",
        Steps = [new StepLine("authorize", "held", 1, Now, null)],
        Holds = [hold],
        Acts = new ActLog(),
    }.Render();
}
