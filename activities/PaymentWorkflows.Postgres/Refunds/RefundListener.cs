using Microsoft.Extensions.Logging;
using Npgsql;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Postgres.Refunds;

/// <summary>Hears from the database that a refund changed, whichever process changed it, and tells whoever waits here.</summary>
internal sealed class RefundListener(NpgsqlDataSource database, IRefundBoard board, TimeProvider clock, ILogger<RefundListener> logger)
    : ChannelListener(database, Channel, clock, logger)
{
    /// <summary>The channel of NOTIFY.</summary>
    public const string Channel = "refund_outcome";

    protected override void Hear(string payload)
    {
        if (RefundId.TryParse(payload, null, out var id))
        {
            board.AnnounceChanged(id);
        }
    }
}
