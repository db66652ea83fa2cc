namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>
/// The configuration cannot be used. The message is one sentence for a person: the file and line (or the environment variable), the
/// key, and what is allowed there. Processes print it and exit with code 2.
/// </summary>
public sealed class ConfigurationException : Exception
{
    public ConfigurationException(string message)
        : base(message)
    {
    }

    public ConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
