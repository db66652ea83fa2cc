namespace PaymentWorkflows.Gateway;

/// <summary>Which Gateway process this is.</summary>
/// <param name="Name">Its name in the stack, such as <c>gateway-1</c>.</param>
/// <param name="Address"><c>host:port</c> it listens on; port 0 takes a free one.</param>
public sealed record GatewayIdentity(string Name, string Address)
{
    /// <summary>Names this run of the process: a restarted Gateway is another owner of idempotency keys.</summary>
    public string Owner { get; } = $"{Name}/{Guid.NewGuid():N}";
}
