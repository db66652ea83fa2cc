using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Stripe.Errors;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Stripe;

/// <summary>Every documented error, answered over a socket, and the verdict it becomes.</summary>
public sealed class ErrorTests
{
    public static TheoryData<int, string, string> Codes => Data(ErrorCodes.Codes);

    public static TheoryData<int, string, string> DeclineCodes => Data(ErrorCodes.DeclineCodes);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task An_error_becomes_its_verdict(int status, string code, string expected) =>
        (await AnsweredAsync(Reply.Error(status, code))).ShouldBe(expected);

    [Theory]
    [MemberData(nameof(DeclineCodes))]
    public async Task A_decline_code_becomes_its_category(int status, string code, string expected) =>
        (await AnsweredAsync(Reply.Error(status, "card_declined", "card_error", $",\"decline_code\":\"{code}\""))).ShouldBe(expected);

    [Fact]
    public void The_tables_visit_every_code_that_the_mapper_and_the_catalogue_know_and_every_documented_one()
    {
        Missing(StripeErrors.StateCodes).ShouldBeEmpty();
        Missing(StripeErrors.DeclineCodes).ShouldBeEmpty();
        Missing(StripeErrors.BusyCodes).ShouldBeEmpty();
        Missing(DeclineCatalogue.Codes).ShouldBeEmpty();
        Missing(ErrorCodes.Documented).ShouldBeEmpty();
        Missing(["card_declined", "a_planted_code"]).ShouldBe(["a_planted_code"]);
    }

    [Fact]
    public void No_code_stands_in_two_sets_of_the_mapper()
    {
        string[] all = [.. StripeErrors.StateCodes, .. StripeErrors.DeclineCodes, .. StripeErrors.BusyCodes];
        all.Distinct().Count().ShouldBe(all.Length);
    }

    [Theory]
    [InlineData("insufficient_funds", "do_not_try_again", DeclineCategory.Hard)]
    [InlineData("lost_card", "try_again_later", DeclineCategory.Soft)]
    [InlineData("do_not_honor", "confirm_card_data", DeclineCategory.FixData)]
    [InlineData("insufficient_funds", "an_advice_of_tomorrow", DeclineCategory.Soft)]
    public async Task The_issuers_advice_beats_the_table(string code, string advice, DeclineCategory category) =>
        (await AnsweredAsync(Reply.Error(402, "card_declined", "card_error", $",\"decline_code\":\"{code}\",\"advice_code\":\"{advice}\"")))
            .ShouldBe($"declined {category}");

    [Theory]
    [InlineData(400)]
    [InlineData(409)]
    public async Task A_key_that_stands_for_other_parameters_is_no_proof_that_nothing_happened(int status) =>
        (await AnsweredAsync(Reply.Error(status, null, "idempotency_error"))).ShouldBe(status == 400 ? "unknown ServerError" : "busy");

    [Theory]
    [InlineData(400, "refused Request")]
    [InlineData(401, "refused Credentials")]
    [InlineData(402, "declined Soft")]
    [InlineData(403, "refused Credentials")]
    [InlineData(404, "refused Request")]
    [InlineData(409, "busy")]
    [InlineData(424, "unknown ServerError")]
    [InlineData(429, "busy")]
    [InlineData(500, "unknown ServerError")]
    [InlineData(502, "unknown Unavailable")]
    [InlineData(503, "unknown Unavailable")]
    [InlineData(504, "unknown Unavailable")]
    [InlineData(507, "unknown ServerError")]
    [InlineData(418, "unknown UnreadableAnswer")]
    public async Task An_error_without_a_code_is_read_by_its_status(int status, string expected) =>
        (await AnsweredAsync(Reply.Error(status, null, "api_error"))).ShouldBe(expected);

    [Theory]
    [InlineData(400, "resource_missing", "refused Absent")]
    [InlineData(404, "resource_missing", "refused Absent")]
    [InlineData(404, "a_code_of_tomorrow", "refused Request")]
    [InlineData(500, "resource_missing", "unknown ServerError")]
    [InlineData(503, null, "unknown Unavailable")]
    [InlineData(429, "rate_limit", "busy")]
    public async Task Only_a_look_up_that_is_told_so_proves_absence(int status, string? code, string expected)
    {
        await using var responder = new Responder(Reply.Error(status, code));
        using var adapter = StripeAdapter.For(responder.Address);
        (await ToldAsync(() => adapter.Payments.ReadAsync("pi_1", Cancel))).ShouldBe(expected);
        (await ToldAsync(() => adapter.Payments.FindAsync(Orders.NewKey(), Cancel))).ShouldBe(expected);
        (await ToldAsync(() => adapter.Payments.FindRefundAsync("pi_1", Orders.NewKey(), Cancel))).ShouldBe(expected);
    }

    [Theory]
    [InlineData("Retry-After", "7", 7_000)]
    [InlineData("Stripe-Rate-Limited-Reason", "global-rate", 1_000)]
    [InlineData("Retry-After", "nonsense", 1_000)]
    public async Task The_providers_own_hint_says_when_to_try_again(string header, string value, int milliseconds)
    {
        await using var responder = new Responder(Reply.Error(429, "rate_limit", headers: (header, value)));
        using var adapter = StripeAdapter.For(responder.Address);
        var busy = await Should.ThrowAsync<ProviderBusyException>(() => adapter.Payments.SendAsync(Orders.Pay(), Cancel));
        busy.RetryAfter.ShouldBe(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Theory]
    [InlineData("\"status\":\"requires_luck\",\"currency\":\"eur\"")]
    [InlineData("\"status\":\"requires_payment_method\",\"currency\":\"zzz\"")]
    [InlineData("\"status\":\"requires_payment_method\"")]
    public async Task A_decline_stands_even_when_the_payment_beside_it_cannot_be_read(string members)
    {
        var intent = ",\"payment_intent\":{\"id\":\"pi_1\",\"object\":\"payment_intent\",\"amount\":1," + members + "}";
        await using var responder = new Responder(Reply.Error(402, "card_declined", "card_error", intent));
        using var adapter = StripeAdapter.For(responder.Address);
        (await adapter.Payments.SendAsync(Orders.Pay(), Cancel)).ShouldBeOfType<MoneyVerdict.Declined>().Payment.ShouldBeNull();
    }

    private static string[] Missing(IEnumerable<string> codes)
    {
        var visited = ErrorCodes.Codes.Concat(ErrorCodes.DeclineCodes).Select(row => row.Code).ToHashSet();
        return [.. codes.Where(code => !visited.Contains(code))];
    }

    private static async Task<string> AnsweredAsync(Reply reply)
    {
        await using var responder = new Responder(reply);
        using var adapter = StripeAdapter.For(responder.Address);
        var told = await ToldAsync(() => adapter.Payments.SendAsync(Orders.Pay(), Cancel));
        responder.Requests.Count.ShouldBe(1);
        return told;
    }

    private static async Task<string> ToldAsync(Func<Task<MoneyVerdict>> call)
    {
        try
        {
            return (await call()).Match(
                _ => "succeeded",
                declined => $"declined {declined.Decline.Category}",
                _ => "pending",
                refused => $"refused {refused.Cause}",
                unknown => $"unknown {unknown.Cause}");
        }
        catch (ProviderBusyException)
        {
            return "busy";
        }
    }

    private static TheoryData<int, string, string> Data(IEnumerable<ErrorCodes.Row> rows)
    {
        var data = new TheoryData<int, string, string>();
        foreach (var row in rows)
        {
            data.Add(row.Status, row.Code, row.Expected);
        }

        return data;
    }
}
