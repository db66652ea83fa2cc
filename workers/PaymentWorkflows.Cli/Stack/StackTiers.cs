namespace PaymentWorkflows.Cli.Stack;

/// <summary>The order of the stop: whoever uses a server ends before it.</summary>
internal static class StackTiers
{
    public const int Servers = 0;
    public const int Provider = 1;
    public const int Product = 2;
}
