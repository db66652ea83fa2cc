using Microsoft.Extensions.Logging;
using Npgsql;
using PaymentWorkflows.Activities.Notices;

namespace PaymentWorkflows.Postgres.Notices;

/// <summary>Hears that a notice was committed, by whichever process, and wakes the dispatcher here.</summary>
internal sealed class NoticeListener(NpgsqlDataSource database, NoticeBell bell, TimeProvider clock, ILogger<NoticeListener> logger)
    : ChannelListener(database, Channel, clock, logger)
{
    /// <summary>The channel of NOTIFY; the outbox's trigger names it too.</summary>
    public const string Channel = "notice_due";

    protected override void Hear(string payload) => bell.Ring();
}
