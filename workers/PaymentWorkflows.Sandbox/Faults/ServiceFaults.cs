namespace PaymentWorkflows.Sandbox.Faults;

/// <summary>The faults of one played service, in the order they were set. Not thread-safe: the state's gate guards it.</summary>
internal sealed class ServiceFaults
{
    private readonly List<ServiceFault> faults = [];

    public IReadOnlyList<ServiceFault> All => faults;

    public void Add(ServiceFault fault) => faults.Add(fault);

    public void Clear() => faults.Clear();

    public void Load(IEnumerable<ServiceFault> loaded)
    {
        faults.Clear();
        faults.AddRange(loaded);
    }

    /// <summary>Takes the first fault that fits a request, or null.</summary>
    public ServiceFault? Take(string method, string path, string body)
    {
        // Nobody refuses to be read.
        var index = faults.FindIndex(fault => (fault.Kind != ServiceFaultKind.Refuse || method != "GET") && (
            fault.Match is not { } text || path.Contains(text, StringComparison.Ordinal) || body.Contains(text, StringComparison.Ordinal)));
        if (index < 0)
        {
            return null;
        }

        var taken = faults[index] = faults[index] with { Applied = faults[index].Applied + 1 };
        if (taken.Times > 0 && taken.Applied >= taken.Times)
        {
            faults.RemoveAt(index);
        }

        return taken;
    }
}
