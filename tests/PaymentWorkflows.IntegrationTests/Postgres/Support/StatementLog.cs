using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PaymentWorkflows.IntegrationTests.Postgres.Support;

/// <summary>Notes the statements that a data source sends.</summary>
internal sealed class StatementLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentDictionary<string, bool> _sent = [];

    /// <summary>Whether such a statement, or one with this part, was sent; blanks are as good as line breaks.</summary>
    public bool Contains(string statement) => _sent.Keys.Any(sent => sent.Contains(statement, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose() => _sent.Clear();

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _sent[IndexTests.Plain(formatter(state, exception))] = true;
}
