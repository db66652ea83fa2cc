namespace PaymentWorkflows.Gateway.Http;

/// <summary>Ends a request with an error answer.</summary>
public sealed class ApiException(ApiError error) : Exception($"{error.Status} {error.Code}")
{
    public ApiError Error { get; } = error;
}
