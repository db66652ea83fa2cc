using System.Globalization;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Domain.Tax;

namespace PaymentWorkflows.Tests.Documents;

/// <summary>The worked postings of <c>docs/money.md</c>, made by the rules that the ledger itself is written by.</summary>
internal static class WorkedPostings
{
    private const string Provider = "stripe";
    private static readonly Currency Euro = Currency.Parse("eur");
    private static readonly MerchantId Merchant = MerchantId.Parse("acme");
    private static readonly TransactionId Transaction = TransactionId.Parse("txn_1");
    private static readonly DateTimeOffset At = new(2026, 11, 29, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Two books of EUR 19.99 with 19 % German tax on top.</summary>
    private static readonly Money Price = Of(4_758);

    private static readonly TaxShare[] Tax = [new("de", Of(760))];

    /// <summary>What the sandbox keeps of a card payment: 1.5 % and EUR 0.25.</summary>
    private static readonly Money Fee = Of(96);

    /// <summary>The cases in the page's order, each with its title and the entries it makes.</summary>
    public static IEnumerable<(string Title, IReadOnlyList<LedgerEntry> Entries)> Cases()
    {
        var half = Of(2_379);
        var part = RefundBooking.Of(Of(1_999), Of(0), Of(0), Price, Tax);
        var rest = RefundBooking.Of(Of(2_759), Of(0), part.OfSale, Price, Tax);
        var whole = RefundBooking.Of(Price, Of(0), Of(0), Price, Tax);
        yield return ("A sale with tax", [Entry(Sale(Price, Fee, Tax))]);
        yield return ("A capture of a part", [Entry(Sale(half, Of(61), TaxShare.Between(Tax, Price, Of(0), half)))]);
        yield return ("A refund in two parts", [.. Refunded(part, "refund/ref_1"), .. Refunded(rest, "refund/ref_2")]);
        yield return ("A refund of the whole", [.. Refunded(whole, "refund/ref_1")]);
        yield return ("A refund fails after it had succeeded, and is made again",
        [
            .. Refunded(whole, "refund/ref_1"), Entry(new LedgerFact.RefundReturned("refund/ref_1:return:1", At, Provider, Price)),
            Entry(new LedgerFact.RefundIssued("refund/ref_1:refund:2", At, Provider, Price) { OfPayable = true }),
        ]);
        yield return ("A refund fails after it had succeeded, and is paid from the bank",
        [
            .. Refunded(whole, "refund/ref_1"), Entry(new LedgerFact.RefundReturned("refund/ref_1:return:1", At, Provider, Price)),
            Entry(new LedgerFact.RefundPaidOutside("refund/ref_1:paid_outside:1", At, Price)),
        ]);
        yield return ("A refund that the provider never made is paid from the bank",
            [.. whole.Facts(new LedgerFact.RefundPaidOutside("refund/ref_1:paid_outside:1", At, Price) { OfPayable = false }).Select(Entry)]);
        yield return ("Money comes after its checkout had ended, and goes back",
        [
            Entry(new LedgerFact.LatePaymentReceived("late-payment/pi_1", At, Provider, Price, Fee)),
            Entry(new LedgerFact.RefundIssued("refund/ref_1:refund:1", At, Provider, Price) { OfPayable = true }),
        ]);
    }

    /// <summary>The section as it stands on the page.</summary>
    public static string Section() => string.Join('\n', Cases().SelectMany((one, index) => (string[])
    [
        $"### {index + 1}. {one.Title}", "", "| Reference | Entry | Account | Debit | Credit |", "|---|---|---|---:|---:|", .. one.Entries.SelectMany(Rows), "",
    ]).Append(""));

    private static IEnumerable<string> Rows(LedgerEntry entry) => entry.Postings.Select((posting, line) =>
        $"| {(line == 0 ? $"`{entry.Reference}`" : "")} | {(line == 0 ? $"`{entry.Kind}`" : "")} | `{posting.Account}` {posting.Account.Name} "
        + (posting.Amount.Minor > 0 ? $"| {Text(posting.Amount.Minor)} | |" : $"| | {Text(-posting.Amount.Minor)} |"));

    private static string Text(long minor) => (minor / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    private static LedgerFact.PaymentCaptured Sale(Money amount, Money fee, IReadOnlyList<TaxShare> taxes) =>
        new("checkout/acme/ord_1:capture:1", At, Provider, amount, fee) { Taxes = taxes };

    private static IEnumerable<LedgerEntry> Refunded(RefundBooking booking, string workflow) =>
        booking.Facts(new LedgerFact.RefundIssued($"{workflow}:refund:1", At, Provider, booking.Amount)).Select(Entry);

    private static LedgerEntry Entry(LedgerFact fact) => PostingRules.Entry(fact, Merchant, Transaction);

    private static Money Of(long minor) => new(minor, Euro);
}
