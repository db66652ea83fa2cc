using PaymentWorkflows.Domain.Payments;
using Shouldly;

namespace PaymentWorkflows.IntegrationTests.Stripe;

internal static class VerdictAssertions
{
    public static void ShouldBeRefused(this MoneyVerdict verdict, RefusalCause cause, string code)
    {
        var refused = verdict.ShouldBeOfType<MoneyVerdict.NotAttempted>();
        (refused.Cause, refused.Code).ShouldBe((cause, code));
        refused.Message.ShouldNotBeEmpty();
    }

    public static void ShouldBeUnknown(this MoneyVerdict verdict, UnknownCause cause) =>
        verdict.ShouldBeOfType<MoneyVerdict.Unknown>().Cause.ShouldBe(cause);
}
