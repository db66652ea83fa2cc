using System.Text.Json;
using PaymentWorkflows.Cli.Clients;
using PaymentWorkflows.Cli.Demo;

namespace PaymentWorkflows.Cli.Chaos;

/// <summary>What the ERP and the tax engine really have of one checkout, by the sandbox's <c>/truth</c>.</summary>
/// <param name="Checkout">Its id.</param>
/// <param name="Invoices">The amounts of its invoices, in minor units.</param>
/// <param name="Payments">Those of its payments.</param>
/// <param name="CreditNotes">Those of its credit notes.</param>
/// <param name="Sales">How many sales the tax engine was told of.</param>
/// <param name="Returns">How many returns.</param>
internal sealed record ChaosDocuments(string Checkout, IReadOnlyList<long> Invoices, IReadOnlyList<long> Payments, IReadOnlyList<long> CreditNotes, int Sales, int Returns)
{
    public static ChaosDocuments Of(JsonElement truth, DemoCheckout checkout)
    {
        var documents = truth.GetProperty("erp_documents").EnumerateArray().Where(one => DemoCheckout.Text(one, "checkout") == checkout.Id).ToLookup(
            one => DemoCheckout.Text(one, "kind"), one => one.GetProperty("amount").GetInt64());
        var taxes = truth.GetProperty("tax_transactions").EnumerateArray()
            .Where(one => one.GetProperty("metadata").TryGetProperty("transaction_id", out var id) && id.GetString() == checkout.Transaction)
            .ToLookup(one => DemoCheckout.Text(one, "type"));
        return new ChaosDocuments(
            checkout.Id, [.. documents["invoice"]], [.. documents["payment"]], [.. documents["credit_note"]], taxes["transaction"].Count(), taxes["reversal"].Count());
    }

    /// <summary>
    /// What is wrong with them; null when nothing is. A sale that was taken back before its documents were begun has none; all others say
    /// what the provider says, each once.
    /// </summary>
    public string? Wrong(ProviderMoney money, int refunds)
    {
        if (Invoices.Count > 1 || Payments.Count > 1 || CreditNotes.Count > refunds)
        {
            return $"{Checkout}: the ERP has {Invoices.Count} invoices, {Payments.Count} payments and {CreditNotes.Count} credit notes.";
        }

        if (Sales > 1 || Returns > refunds)
        {
            return $"{Checkout}: the tax engine knows {Sales} sales and {Returns} returns.";
        }

        var (invoiced, paid, credited) = (Invoices.Sum(), Payments.Sum(), CreditNotes.Sum());
        var all = invoiced == money.Captured && paid == money.Captured && credited == money.Refunded;
        var none = money.Captured == money.Refunded && invoiced == 0 && paid == 0 && credited == 0;
        return all || none ? null : $"{Checkout}: the ERP has {invoiced} invoiced, {paid} paid and {credited} credited; the provider took {money.Captured} and gave back {money.Refunded}.";
    }
}
