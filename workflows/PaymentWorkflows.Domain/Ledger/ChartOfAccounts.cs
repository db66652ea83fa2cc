namespace PaymentWorkflows.Domain.Ledger;

/// <summary>The accounts that exist. 1xxx assets, 2xxx liabilities, 4xxx revenue, 6xxx expenses, 7xxx currency and rounding.</summary>
public static class ChartOfAccounts
{
    /// <summary>Number to name.</summary>
    public static IReadOnlyDictionary<string, string> Names { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["1000"] = "Bank",
        ["1010"] = "Provider clearing",
        ["1015"] = "In-transit payouts",
        ["1020"] = "Provider reserve",
        ["1100"] = "Receivable",
        ["1200"] = "Disputes receivable",
        ["2000"] = "Tax payable",
        ["2100"] = "Deferred revenue",
        ["2200"] = "Customer credit balance",
        ["2300"] = "Refunds payable",
        ["2900"] = "Suspense",
        ["4000"] = "Revenue",
        ["4100"] = "Application fees",
        ["4900"] = "Refunds (contra revenue)",
        ["6000"] = "Processing fees",
        ["6100"] = "Dispute losses and fees",
        ["7000"] = "Realised currency gains and losses",
        ["7010"] = "Unrealised currency gains and losses",
        ["7900"] = "Rounding",
    };
}
