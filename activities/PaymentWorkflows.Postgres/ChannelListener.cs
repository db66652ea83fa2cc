using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PaymentWorkflows.Postgres;

/// <summary>
/// Hears what is announced on one channel of NOTIFY, on a connection of its own that is made anew when it is lost. What is announced
/// meanwhile is lost, so whoever listens also looks from time to time. It leaves the connection only when that is lost or the process
/// ends: one that goes back to the pool would go on listening.
/// </summary>
/// <param name="database">The pool the connection comes from.</param>
/// <param name="channel">A name that needs no quotes.</param>
/// <param name="clock">Measures the pause after a loss.</param>
/// <param name="logger">Is told of a loss.</param>
internal abstract partial class ChannelListener(NpgsqlDataSource database, string channel, TimeProvider clock, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Something was announced. Called one by one; must not block.</summary>
    protected abstract void Hear(string payload);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException or System.IO.IOException)
            {
                LogLost(logger, channel, failure.Message);
                await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, notice) => Hear(notice.Payload);
        await using (var listen = connection.CreateCommand())
        {
            listen.CommandText = $"LISTEN {channel}";
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }

        while (true)
        {
            await connection.WaitAsync(cancellationToken);
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "Lost the connection that hears of {Channel}: {Cause}; trying again.")]
    private static partial void LogLost(ILogger logger, string channel, string cause);
}
