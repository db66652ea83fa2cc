using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Lists;

namespace PaymentWorkflows.Sandbox.Charges;

/// <summary><c>/v1/charges</c>: reading only, because payment intents make charges.</summary>
internal static class ChargeEndpoints
{
    public const string Kind = "charge";

    public static JsonObject Retrieve(ApiCall call) => call.Transaction.Get(Kind, call.Id, "charge");

    public static JsonObject List(ApiCall call) => ObjectList.Answer(call, Kind, ["customer", "payment_intent", "transfer_group"]);

    public static JsonObject Search(ApiCall call) => ObjectSearch.Answer(call, Kind, SearchFields.Charges);
}
