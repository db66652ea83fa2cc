using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Postgres.Checkouts;

/// <summary>Hears from the database that a checkout changed, whichever process changed it, and tells whoever waits here.</summary>
internal sealed partial class OutcomeListener(NpgsqlDataSource database, IOutcomeBoard board, TimeProvider clock, ILogger<OutcomeListener> logger) : BackgroundService
{
    /// <summary>The channel of NOTIFY.</summary>
    public const string Channel = "checkout_outcome";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

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
                LogLost(logger, failure.Message);
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
        connection.Notification += (_, notice) =>
        {
            if (CheckoutId.TryParse(notice.Payload, null, out var id))
            {
                board.AnnounceChanged(id);
            }
        };
        await using (var listen = connection.CreateCommand())
        {
            listen.CommandText = $"LISTEN {Channel}";
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }

        // What was announced while nobody listened is lost; whoever waits reads the row from time to time anyway.
        while (true)
        {
            await connection.WaitAsync(cancellationToken);
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "Lost the connection that hears of checkouts: {Cause}; trying again.")]
    private static partial void LogLost(ILogger logger, string cause);
}
