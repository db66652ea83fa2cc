using CsCheck;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Domain.Tax;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Domain;

/// <summary>Which part of a refund takes back the sale, and what its provider's answer means.</summary>
public class RefundBookingTests
{
    private static readonly Currency Euro = Currency.Parse("eur");
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);
    private static readonly MerchantId Merchant = MerchantId.Parse("acme");
    private static readonly TransactionId Transaction = TransactionId.Parse("txn_1");

    [Fact]
    public void Refunds_in_whatever_pieces_take_back_exactly_the_sale_and_its_tax() => Gen.Select(
            Gen.Long[1, 100_000], Gen.Long[0, 50], Gen.Long[0, 50], Gen.Long[1, 9_999].Array[1, 12])
        .Sample((whole, percentOne, percentTwo, weights) =>
        {
            TaxShare[] taxes = [new("de", Of(whole * percentOne / 100)), new("fr", Of(whole * percentTwo / 100))];
            var booked = 0L;
            var balances = new Dictionary<string, long>();
            foreach (var (piece, index) in Of(whole).Allocate(weights).Where(piece => !piece.IsZero).Select((piece, index) => (piece, index)))
            {
                var booking = RefundBooking.Of(piece, Of(0), Of(booked), Of(whole), taxes);
                booked += booking.OfSale.Minor;
                foreach (var posting in booking.Facts(new LedgerFact.RefundIssued($"r{index}", Now, "stripe", piece)).SelectMany(fact => PostingRules.Entry(fact, Merchant, Transaction).Postings))
                {
                    balances[posting.Account.Code] = balances.GetValueOrDefault(posting.Account.Code) + posting.Amount.Minor;
                }
            }

            booked.ShouldBe(whole);
            balances["1010.stripe"].ShouldBe(-whole);
            balances.GetValueOrDefault("2000.de").ShouldBe(taxes[0].Amount.Minor);
            balances.GetValueOrDefault("2000.fr").ShouldBe(taxes[1].Amount.Minor);
        });

    [Fact]
    public void What_is_owed_is_paid_before_the_sale_is_touched_again()
    {
        var booking = RefundBooking.Of(Of(100), Of(30), Of(50), Of(200), [new TaxShare("de", Of(20))]);
        (booking.OfSale, booking.OfPayable).ShouldBe((Of(70), Of(30)));
        var facts = booking.Facts(new LedgerFact.RefundIssued("ref", Now, "stripe", Of(100)));
        facts.Select(fact => fact.Reference).ShouldBe(["ref", "ref:payable"]);
        facts.Select(fact => string.Join(", ", PostingRules.Entry(fact, Merchant, Transaction).Postings.Select(posting => $"{posting.Account} {posting.Amount.Minor}")))
            .ShouldBe(["4900 63, 2000.de 7, 1010.stripe -70", "2300 30, 1010.stripe -30"]);
    }

    [Fact]
    public void All_of_it_may_be_owed()
    {
        var fact = RefundBooking.Of(Of(100), Of(100), Of(50), Of(200), []).Facts(new LedgerFact.RefundIssued("ref", Now, "stripe", Of(100))).ShouldHaveSingleItem();
        fact.ShouldBe(new LedgerFact.RefundIssued("ref", Now, "stripe", Of(100)) { OfPayable = true });
    }

    [Theory]
    [InlineData(true, "2300 100, 1000 -100")]
    [InlineData(false, "4900 100, 1000 -100")]
    public void Money_that_went_another_way_leaves_the_bank(bool ofPayable, string postings)
    {
        var fact = RefundBooking.Of(Of(100), Of(0), Of(0), Of(200), []).Facts(new LedgerFact.RefundPaidOutside("ref", Now, Of(100)) { OfPayable = ofPayable }).ShouldHaveSingleItem();
        string.Join(", ", PostingRules.Entry(fact, Merchant, Transaction).Postings.Select(posting => $"{posting.Account} {posting.Amount.Minor}")).ShouldBe(postings);
    }

    [Theory]
    [InlineData(100, typeof(RefundDecision.Succeeded))]
    [InlineData(99, typeof(RefundDecision.Hold))]
    public void Another_amount_than_asked_for_is_never_success(long refunded, Type decision) =>
        RefundDecider.AfterAnswer(Of(100), new MoneyVerdict.Succeeded(Refund(refunded))).ShouldBeOfType(decision);

    [Fact]
    public void A_providers_no_is_final_and_silence_is_not()
    {
        var refused = RefundDecider.Final(new MoneyVerdict.NotAttempted(RefusalCause.State, "charge_disputed", "It is disputed."));
        refused.ShouldBeOfType<MoneyVerdict.Declined>().Decline.Code.ShouldBe("charge_disputed");
        RefundDecider.AfterAnswer(Of(100), refused).ShouldBe(new RefundDecision.Failed("charge_disputed", "It is disputed."));
        var silence = new MoneyVerdict.Unknown(UnknownCause.Timeout, "No answer.");
        RefundDecider.Final(silence).ShouldBe(silence);
        RefundDecider.AfterAnswer(Of(100), silence).ShouldBeOfType<RefundDecision.Resolve>();
        RefundDecider.AfterAnswer(Of(100), new MoneyVerdict.NotAttempted(RefusalCause.Credentials, "c", "m")).ShouldBeOfType<RefundDecision.Hold>();
        RefundDecider.AfterAnswer(Of(100), new MoneyVerdict.NotAttempted(RefusalCause.Absent, "c", "m")).ShouldBeOfType<RefundDecision.SendAgain>();
        RefundDecider.AfterAnswer(Of(100), new MoneyVerdict.Pending(Refund(100), null)).ShouldBeOfType<RefundDecision.AwaitProvider>();
    }

    private static Money Of(long minor) => new(minor, Euro);

    private static ProviderPayment Refund(long amount) => new()
    {
        Provider = "stripe",
        Id = "pi_1",
        State = PaymentState.Captured,
        Amount = Of(500),
        Capturable = Of(0),
        Captured = Of(500),
        Refunded = Of(amount),
        RefundId = "re_1",
    };
}
