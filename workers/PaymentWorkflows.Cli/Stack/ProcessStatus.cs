namespace PaymentWorkflows.Cli.Stack;

/// <summary>A process of the stack as <c>pay status</c> shows it.</summary>
/// <param name="Name">Unique name.</param>
/// <param name="Role">What it does.</param>
/// <param name="Pid">Its process id; null while it is not running.</param>
/// <param name="State"><c>starting</c>, <c>running</c>, <c>restarting</c> or <c>stopped</c>.</param>
/// <param name="Restarts">How often it died and was started again.</param>
public sealed record ProcessStatus(string Name, string Role, int? Pid, string State, int Restarts)
{
    public const string Starting = "starting";
    public const string Running = "running";
    public const string Restarting = "restarting";
    public const string Stopped = "stopped";
}
