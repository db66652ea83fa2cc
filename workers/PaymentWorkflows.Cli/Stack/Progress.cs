namespace PaymentWorkflows.Cli.Stack;

/// <summary>What happens while the stack starts and runs, as lines on stderr; stdout is for results.</summary>
public interface IProgress
{
    void Say(string line);
}

/// <summary>Lines on stderr. A closed stderr ends nothing.</summary>
public sealed class ConsoleProgress : IProgress
{
    private readonly Lock _lock = new();

    public void Say(string line)
    {
        lock (_lock)
        {
            try
            {
                Console.Error.WriteLine($"pay: {line}");
            }
            catch (IOException)
            {
                // The terminal is gone; the stack must still be stopped in order.
            }
        }
    }
}
