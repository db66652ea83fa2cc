using Microsoft.Extensions.Logging;
using Npgsql;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Postgres.Checkouts;

/// <summary>
/// Hears from the database that a checkout changed, whichever process changed it, and tells whoever waits here. Whoever waits reads the
/// row from time to time anyway.
/// </summary>
internal sealed class OutcomeListener(NpgsqlDataSource database, IOutcomeBoard board, TimeProvider clock, ILogger<OutcomeListener> logger)
    : ChannelListener(database, Channel, clock, logger)
{
    /// <summary>The channel of NOTIFY.</summary>
    public const string Channel = "checkout_outcome";

    protected override void Hear(string payload)
    {
        if (CheckoutId.TryParse(payload, null, out var id))
        {
            board.AnnounceChanged(id);
        }
    }
}
