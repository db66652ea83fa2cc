using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Erp;
using PaymentWorkflows.Sandbox.Faults;
using PaymentWorkflows.Sandbox.Merchant;
using PaymentWorkflows.Sandbox.State;

namespace PaymentWorkflows.Sandbox.Control;

/// <summary>The part of the control port that is about the played ERP and the played merchant.</summary>
internal static class PlayedControl
{
    public const string Endpoints = "GET /erp, GET|POST|DELETE /erp/faults, GET /merchant, POST /merchant/stock, GET|POST|DELETE /merchant/faults";

    /// <summary>The answer, or null when the request is about something else. The caller holds the state's gate.</summary>
    public static JsonNode? Handle(SandboxState state, string method, string? path, string body) => (method, path) switch
    {
        ("GET", "/erp") => new JsonObject { ["documents"] = ErpPort.Documents(state) },
        ("GET", "/erp/faults") => Shown(state.ErpFaults),
        ("POST", "/erp/faults") => Add(state, state.ErpFaults, state.ErpFaultsChanged, body),
        ("DELETE", "/erp/faults") => Clear(state, state.ErpFaults, state.ErpFaultsChanged),
        ("GET", "/merchant") => new JsonObject
        {
            ["stock"] = ControlBody.Write(state.Stock),
            ["reservations"] = Reservations.All(state),
            ["notices"] = Notices.All(state),
        },
        ("POST", "/merchant/stock") => SetStock(state, ControlBody.Read<StockRequest>(body)),
        ("GET", "/merchant/faults") => Shown(state.MerchantFaults),
        ("POST", "/merchant/faults") => Add(state, state.MerchantFaults, state.MerchantFaultsChanged, body),
        ("DELETE", "/merchant/faults") => Clear(state, state.MerchantFaults, state.MerchantFaultsChanged),
        _ => null,
    };

    private static JsonObject Shown(ServiceFaults faults) => new() { ["faults"] = ControlBody.Write(faults.All) };

    private static JsonObject Add(SandboxState state, ServiceFaults faults, Action changed, string body)
    {
        var fault = ControlBody.Read<ServiceFault>(body) with { Applied = 0 };
        if (fault.Times < 0 || fault.DelayMs < 0)
        {
            throw new ControlException("times and delay_ms must be 0 or more.", fault.Times < 0 ? "times" : "delay_ms");
        }

        faults.Add(fault);
        changed();
        state.Commit();
        return Shown(faults);
    }

    private static JsonObject Clear(SandboxState state, ServiceFaults faults, Action changed)
    {
        faults.Clear();
        changed();
        state.Commit();
        return Shown(faults);
    }

    private static JsonNode SetStock(SandboxState state, StockRequest request)
    {
        if (string.IsNullOrEmpty(request.Sku) || request.Quantity < 0)
        {
            throw new ControlException("sku must name an article; quantity must be 0 or more, or null for as many as anybody wants.", request.Quantity < 0 ? "quantity" : "sku");
        }

        state.SetStock(request.Sku, request.Quantity);
        state.Commit();
        return ControlBody.Write(request);
    }
}
