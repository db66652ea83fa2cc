using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Hosting;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.State;

namespace PaymentWorkflows.Sandbox.Merchant;

/// <summary>A merchant's backend: sets goods aside while there are any, lets them go, and keeps what it is told. It takes signed requests only.</summary>
internal sealed class MerchantPort(SandboxState state, SandboxOptions options, PlayedService service)
{
    public Task HandleAsync(HttpContext http) => service.HandleAsync(
        http,
        state.MerchantFaults,
        state.MerchantFaultsChanged,
        fault => new PlayedAnswer(200, Reservations.No("refused", fault.Code ?? "refused_for_test", fault.Message ?? "The backend was told to refuse.")),
        Execute);

    private PlayedAnswer Execute(HttpRequest request, byte[] body)
    {
        if (!MerchantSignature.IsGenuine(request.Headers, body, options.MerchantSecrets, state.Clock.Machine.GetUtcNow()))
        {
            return new PlayedAnswer(401, PlayedService.Error("unsigned", "The signature is missing, wrong or too old."));
        }

        JsonObject? message;
        try
        {
            message = JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            message = null;
        }

        if (message is null)
        {
            return new PlayedAnswer(400, PlayedService.Error("invalid_body", "The body is no JSON object."));
        }

        return (request.Method, request.Path.Value) switch
        {
            ("POST", "/reservations") => Reservations.Handle(state, message),
            ("POST", "/notices") => Notices.Keep(state, message),
            _ => new PlayedAnswer(404, PlayedService.Error("unknown_url", $"There is no {request.Method} {request.Path} here.")),
        };
    }
}
