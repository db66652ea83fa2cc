using CsCheck;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Tax;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Domain;

public class PostingRulesTests
{
    private static readonly MerchantId Merchant = MerchantId.Parse("acme");
    private static readonly TransactionId Transaction = TransactionId.Parse("txn_1");
    private static readonly DateTimeOffset At = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
    private static readonly Currency Eur = Currency.Parse("eur");

    private static readonly TaxShare[] German = [new("de", new Money(1_900, Eur))];

    private static readonly Gen<LedgerFact> Facts = Gen.Select(
        Gen.Long[1, 99_999_999], Gen.Long[0, 5_000], Gen.Long[0, 5_000], Gen.Bool, Gen.Bool, Gen.Int[0, 5], (gross, fee, tax, feeKnown, taxed, kind) =>
        {
            var amount = new Money(gross, Eur);
            Money? kept = feeKnown ? new Money(Math.Min(fee, gross), Eur) : null;
            TaxShare[] shares = taxed ? [new TaxShare("de", new Money(Math.Min(tax, gross) / 2, Eur)), new TaxShare("us_ca", new Money(Math.Min(tax, gross) / 3, Eur))] : [];
            return kind switch
            {
                0 => (LedgerFact)new LedgerFact.RefundIssued("r", At, "stripe", amount) { Taxes = shares },
                1 => new LedgerFact.RefundIssued("r", At, "stripe", amount) { OfPayable = true },
                2 => new LedgerFact.RefundReturned("r", At, "stripe", amount),
                3 => new LedgerFact.RefundPaidOutside("r", At, amount),
                4 => new LedgerFact.LatePaymentReceived("r", At, "stripe", amount, kept),
                _ => new LedgerFact.PaymentCaptured("r", At, "stripe", amount, kept) { Taxes = shares },
            };
        });

    [Fact]
    public void Every_fact_becomes_an_entry_that_balances() =>
        Facts.Sample(fact => PostingRules.Entry(fact, Merchant, Transaction).Postings.Sum(posting => posting.Amount.Minor).ShouldBe(0));

    [Fact]
    public void A_capture_debits_clearing_with_what_the_provider_will_pay_out()
    {
        var entry = PostingRules.Entry(new LedgerFact.PaymentCaptured("r", At, "stripe", new Money(10_000, Eur), new Money(320, Eur)), Merchant, Transaction);
        entry.Postings.Select(posting => (posting.Account.Code, posting.Amount.Minor)).ShouldBe([("1010.stripe", 9_680), ("6000", 320), ("4000", -10_000)]);
    }

    [Fact]
    public void Tax_is_owed_to_the_authorities_and_given_back_with_the_money()
    {
        var entries = new LedgerFact[]
        {
            new LedgerFact.PaymentCaptured("r", At, "stripe", new Money(11_900, Eur), new Money(320, Eur)) { Taxes = German },
            new LedgerFact.RefundIssued("r:undo", At, "stripe", new Money(11_900, Eur)) { Taxes = German },
        }.Select(fact => PostingRules.Entry(fact, Merchant, Transaction)).ToArray();
        entries[0].Postings.Select(posting => (posting.Account.Code, posting.Amount.Minor)).ShouldBe([("1010.stripe", 11_580), ("6000", 320), ("4000", -10_000), ("2000.de", -1_900)]);
        entries.SelectMany(entry => entry.Postings).Where(posting => posting.Account == LedgerAccount.TaxPayable("de")).Sum(posting => posting.Amount.Minor).ShouldBe(0);
    }

    [Fact]
    public void A_reversal_gives_back_all_and_leaves_the_fee_as_our_cost()
    {
        var entries = new LedgerFact[]
        {
            new LedgerFact.PaymentCaptured("r", At, "stripe", new Money(10_000, Eur), new Money(320, Eur)),
            new LedgerFact.RefundIssued("r:undo", At, "stripe", new Money(10_000, Eur)),
        }.SelectMany(fact => PostingRules.Entry(fact, Merchant, Transaction).Postings);
        var balances = entries.GroupBy(posting => posting.Account.Code).ToDictionary(group => group.Key, group => group.Sum(posting => posting.Amount.Minor));
        balances.OrderBy(one => one.Key).Select(one => (one.Key, one.Value)).ShouldBe([("1010.stripe", -320), ("4000", -10_000), ("4900", 10_000), ("6000", 320)]);
    }

    [Fact]
    public void A_late_payment_is_owed_until_it_is_given_back_and_never_was_a_sale()
    {
        var entries = new LedgerFact[]
        {
            new LedgerFact.LatePaymentReceived("r", At, "stripe", new Money(10_000, Eur), null),
            new LedgerFact.RefundIssued("r:refund", At, "stripe", new Money(10_000, Eur)) { OfPayable = true },
        }.SelectMany(fact => PostingRules.Entry(fact, Merchant, Transaction).Postings).ToArray();
        entries.GroupBy(posting => posting.Account.Code).Select(group => (group.Key, group.Sum(posting => posting.Amount.Minor))).ShouldBe([("1010.stripe", 0), ("2300", 0)], ignoreOrder: true);
    }

    [Fact]
    public void A_refund_that_failed_after_it_had_succeeded_is_owed_again_and_its_tax_stays_given_back()
    {
        var entries = new LedgerFact[]
        {
            new LedgerFact.PaymentCaptured("r", At, "stripe", new Money(11_900, Eur), null) { Taxes = German },
            new LedgerFact.RefundIssued("r:1", At, "stripe", new Money(11_900, Eur)) { Taxes = German },
            new LedgerFact.RefundReturned("r:1:returned", At, "stripe", new Money(11_900, Eur)),
            new LedgerFact.RefundPaidOutside("r:1:outside", At, new Money(11_900, Eur)),
        }.SelectMany(fact => PostingRules.Entry(fact, Merchant, Transaction).Postings).ToArray();
        entries.GroupBy(posting => posting.Account.Code).Select(group => (group.Key, group.Sum(posting => posting.Amount.Minor)))
            .ShouldBe([("1010.stripe", 11_900), ("4000", -10_000), ("2000.de", 0), ("4900", 10_000), ("2300", 0), ("1000", -11_900)], ignoreOrder: true);
    }

    [Fact]
    public void An_entry_that_does_not_balance_cannot_be_made() => Should.Throw<UnbalancedEntryException>(() => LedgerEntry.Of(
        "r", "capture", Merchant, Transaction, At, Posting.Debit(LedgerAccount.Revenue, new Money(1, Eur)), Posting.Credit(LedgerAccount.Refunds, new Money(2, Eur))));

    [Fact]
    public void Currencies_balance_each_for_itself() => Should.Throw<UnbalancedEntryException>(() => LedgerEntry.Of(
        "r", "fx", Merchant, Transaction, At, Posting.Debit(LedgerAccount.Revenue, new Money(1, Eur)), Posting.Credit(LedgerAccount.Refunds, new Money(1, Currency.Parse("usd")))));

    [Theory]
    [InlineData("1010.stripe", true)]
    [InlineData("4000", true)]
    [InlineData("9999", false)]
    [InlineData("1010.", false)]
    [InlineData("1010stripe", false)]
    [InlineData("1010.Str ipe", false)]
    public void Only_accounts_of_the_chart_exist(string code, bool known) => LedgerAccount.TryParse(code, null, out _).ShouldBe(known);
}
