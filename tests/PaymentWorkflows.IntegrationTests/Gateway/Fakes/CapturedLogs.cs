using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PaymentWorkflows.IntegrationTests.Gateway.Fakes;

/// <summary>Keeps every log line with its exception and its scopes as text.</summary>
internal sealed class CapturedLogs : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> lines = new();
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    internal string Text => string.Join('\n', lines);

    public ILogger CreateLogger(string categoryName) => new Log(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Log(CapturedLogs owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => owner.scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scope = new List<string>();
            owner.scopes.ForEachScope((value, list) => list.Add(value is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(',', pairs) : $"{value}"), scope);
            owner.lines.Enqueue($"{logLevel} {category} {formatter(state, exception)} {exception} [{string.Join("; ", scope)}]");
        }
    }
}
