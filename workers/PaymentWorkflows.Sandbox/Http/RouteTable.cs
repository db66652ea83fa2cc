using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Balances;
using PaymentWorkflows.Sandbox.Charges;
using PaymentWorkflows.Sandbox.Customers;
using PaymentWorkflows.Sandbox.Disputes;
using PaymentWorkflows.Sandbox.Events;
using PaymentWorkflows.Sandbox.Methods;
using PaymentWorkflows.Sandbox.Parameters;
using PaymentWorkflows.Sandbox.PaymentIntents;
using PaymentWorkflows.Sandbox.PaymentMethods;
using PaymentWorkflows.Sandbox.Refunds;
using PaymentWorkflows.Sandbox.SetupIntents;
using PaymentWorkflows.Sandbox.Taxes;

namespace PaymentWorkflows.Sandbox.Http;

/// <summary>All endpoints; the first match wins, so literal paths stand before templates.</summary>
internal static class RouteTable
{
    private static readonly Route[] Routes =
    [
        Of("POST /v1/payment_intents", PaymentIntentEndpoints.Create),
        Of("GET /v1/payment_intents", PaymentIntentEndpoints.List),
        Of("GET /v1/payment_intents/search", PaymentIntentEndpoints.Search),
        Of("GET /v1/payment_intents/{intent}", PaymentIntentEndpoints.Retrieve),
        Of("POST /v1/payment_intents/{intent}", PaymentIntentEndpoints.Update),
        Of("POST /v1/payment_intents/{intent}/confirm", PaymentIntentEndpoints.Confirm),
        Of("POST /v1/payment_intents/{intent}/capture", CaptureEndpoints.Capture),
        Of("POST /v1/payment_intents/{intent}/cancel", CaptureEndpoints.Cancel),
        Of("GET /v1/charges", ChargeEndpoints.List),
        Of("GET /v1/charges/search", ChargeEndpoints.Search),
        Of("GET /v1/charges/{charge}", ChargeEndpoints.Retrieve),
        Of("POST /v1/refunds", RefundEndpoints.Create),
        Of("GET /v1/refunds", RefundEndpoints.List),
        Of("GET /v1/refunds/{refund}", RefundEndpoints.Retrieve),
        Of("POST /v1/refunds/{refund}", RefundEndpoints.Update),
        Of("POST /v1/refunds/{refund}/cancel", RefundEndpoints.Cancel),
        Of("POST /v1/test_helpers/refunds/{refund}/expire", RefundEndpoints.Expire),
        Of("POST /v1/customers", CustomerEndpoints.Create),
        Of("GET /v1/customers", CustomerEndpoints.List),
        Of("GET /v1/customers/search", CustomerEndpoints.Search),
        Of("GET /v1/customers/{customer}", CustomerEndpoints.Retrieve),
        Of("POST /v1/customers/{customer}", CustomerEndpoints.Update),
        Of("DELETE /v1/customers/{customer}", CustomerEndpoints.Delete),
        Of("GET /v1/customers/{customer}/payment_methods", CustomerEndpoints.ListPaymentMethods),
        Of("POST /v1/setup_intents", SetupIntentEndpoints.Create),
        Of("GET /v1/setup_intents", SetupIntentEndpoints.List),
        Of("GET /v1/setup_intents/{intent}", SetupIntentEndpoints.Retrieve),
        Of("POST /v1/setup_intents/{intent}/confirm", SetupIntentEndpoints.Confirm),
        Of("POST /v1/setup_intents/{intent}/cancel", SetupIntentEndpoints.Cancel),
        Of("POST /v1/payment_methods", PaymentMethodEndpoints.Create),
        Of("GET /v1/payment_methods", PaymentMethodEndpoints.List),
        Of("GET /v1/payment_methods/{payment_method}", PaymentMethodEndpoints.Retrieve),
        Of("POST /v1/payment_methods/{payment_method}/attach", PaymentMethodEndpoints.Attach),
        Of("POST /v1/payment_methods/{payment_method}/detach", PaymentMethodEndpoints.Detach),
        Of("GET /v1/mandates/{mandate}", Mandates.Retrieve),
        Of("GET /v1/balance", BalanceEndpoints.Retrieve),
        Of("GET /v1/balance_transactions", BalanceEndpoints.ListTransactions),
        Of("GET /v1/balance_transactions/{id}", BalanceEndpoints.RetrieveTransaction),
        Of("POST /v1/tax/calculations", TaxCalculations.Create),
        Of("GET /v1/tax/calculations/{calculation}", TaxCalculations.Retrieve),
        Of("GET /v1/tax/calculations/{calculation}/line_items", TaxCalculations.ListLines),
        Of("POST /v1/tax/transactions/create_from_calculation", TaxTransactions.CreateFromCalculation),
        Of("POST /v1/tax/transactions/create_reversal", TaxReversals.Create),
        Of("GET /v1/tax/transactions/{transaction}", TaxTransactions.Retrieve),
        Of("GET /v1/tax/transactions/{transaction}/line_items", TaxTransactions.ListLines),
        Of("GET /v1/events", EventEndpoints.List),
        Of("GET /v1/events/{id}", EventEndpoints.Retrieve),
        Of("GET /v1/disputes", DisputeEndpoints.List),
        Of("GET /v1/disputes/{dispute}", DisputeEndpoints.Retrieve),
        Of("POST /v1/disputes/{dispute}", DisputeEndpoints.Update),
        Of("POST /v1/disputes/{dispute}/close", DisputeEndpoints.Close),
    ];

    /// <summary>Finds the endpoint of a request.</summary>
    public static (Route Route, IReadOnlyList<string> Ids)? Find(string method, string path)
    {
        var segments = path.Split('/');
        foreach (var route in Routes)
        {
            if (route.Match(method, segments) is { } ids)
            {
                return (route, ids);
            }
        }

        return null;
    }

    private static Route Of(string endpoint, Func<ApiCall, JsonObject> handle)
    {
        var space = endpoint.IndexOf(' ', StringComparison.Ordinal);
        return new Route(endpoint[..space], endpoint[(space + 1)..], ParameterTable.Default.Of(endpoint), handle);
    }
}
