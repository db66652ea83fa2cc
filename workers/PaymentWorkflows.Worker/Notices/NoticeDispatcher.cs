using System.Collections.Concurrent;
using PaymentWorkflows.Activities.Notices;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Hosting.Configuration;
using PaymentWorkflows.Hosting.Logging;
using PaymentWorkflows.Worker.Merchants;

namespace PaymentWorkflows.Worker.Notices;

/// <summary>
/// Delivers the notices of the outbox, beside any number of its like in other processes. Each merchant has slots of its own, so that one
/// whose backend hangs fills only these. When it is stopped it takes nothing new and brings to its end what is on its way.
/// </summary>
public sealed partial class NoticeDispatcher : BackgroundService
{
    /// <summary>Beyond the longest delivery: what its settling may take.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly INoticeOutbox outbox;
    private readonly NoticeSender sender;
    private readonly NoticeSchedule schedule;
    private readonly NoticeBell bell;
    private readonly TimeProvider clock;
    private readonly ILogger<NoticeDispatcher> logger;
    private readonly NoticeOptions options;
    private readonly IReadOnlyDictionary<MerchantId, MerchantEndpoint> endpoints;
    private readonly ConcurrentDictionary<MerchantId, int> busy = [];
    private readonly ConcurrentDictionary<Guid, Task> underWay = [];
    private readonly TimeSpan lease;
    private long lookedAt;

    public NoticeDispatcher(
        INoticeOutbox outbox, NoticeSender sender, NoticeSchedule schedule, NoticeBell bell, TimeProvider clock, ILogger<NoticeDispatcher> logger,
        NoticeOptions options, IReadOnlyList<MerchantEndpoint> endpoints)
    {
        ArgumentNullException.ThrowIfNull(clock);
        (this.outbox, this.sender, this.schedule, this.bell, this.clock, this.logger, this.options) = (outbox, sender, schedule, bell, clock, logger, options);
        this.endpoints = endpoints.ToDictionary(endpoint => endpoint.Merchant);
        lease = endpoints.Select(endpoint => endpoint.Timeout).DefaultIfEmpty(TimeSpan.Zero).Max() + Margin;
        lookedAt = clock.GetTimestamp();
    }

    /// <summary>How long ago the outbox was last looked at without a failure.</summary>
    public TimeSpan SinceLook => clock.GetElapsedTime(Interlocked.Read(ref lookedAt));

    /// <summary>One round, to the end of its deliveries; returns how many there were.</summary>
    public async Task<int> DispatchAsync()
    {
        var started = await StartAsync();
        await Task.WhenAll(started);
        return started.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if ((await StartAsync()).Count > 0)
                {
                    continue;
                }
            }
            catch (Exception fault)
            {
                // The outbox could not be asked; what was claimed comes back when its lease runs out.
                LogFailed(fault);
            }

            try
            {
                await bell.WaitAsync(options.Poll, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await Task.WhenAll(underWay.Values);
    }

    /// <summary>Takes as many due notices as there are slots, and begins to deliver them.</summary>
    private async Task<IReadOnlyList<Task>> StartAsync()
    {
        var free = endpoints.Keys.ToDictionary(merchant => merchant, merchant => options.PerMerchantConcurrency - busy.GetValueOrDefault(merchant));
        // A claim is short and is not broken off: what it took would rest until its lease ends.
        var notices = free.Values.Any(slots => slots > 0) ? await outbox.TakeAsync(free, clock.GetUtcNow(), lease, CancellationToken.None) : [];
        Interlocked.Exchange(ref lookedAt, clock.GetTimestamp());
        return [.. notices.Select(Begin)];
    }

    private Task Begin(TakenNotice notice)
    {
        busy.AddOrUpdate(notice.Merchant, 1, (_, count) => count + 1);
        var id = Guid.NewGuid();
        var delivery = DeliverAsync(notice);
        underWay[id] = delivery;
        return EndAsync();

        async Task EndAsync()
        {
            await delivery;
            underWay.TryRemove(id, out _);
            busy.AddOrUpdate(notice.Merchant, 0, (_, count) => count - 1);
            bell.Ring();
        }
    }

    /// <summary>Sends and settles; never throws.</summary>
    private async Task DeliverAsync(TakenNotice notice)
    {
        using var scope = logger.BeginScope(new SagaScope(notice.TransactionId, notice.WorkflowId));
        try
        {
            var (status, error) = await SendAsync(notice);
            if (error is null)
            {
                await outbox.DeliveredAsync(notice, status!.Value, clock.GetUtcNow(), CancellationToken.None);
                LogDelivered(notice.EventId, notice.Type, notice.Merchant, status.Value);
            }
            else
            {
                await FailAsync(notice, new NoticeFailure(status, error));
            }
        }
        catch (Exception fault)
        {
            // It may have been delivered, and is delivered again when the lease ends: the backend knows it by its id.
            LogUnsettled(fault, notice.EventId, notice.Type, notice.Merchant);
        }
    }

    private async Task<(int? Status, string? Error)> SendAsync(TakenNotice notice)
    {
        try
        {
            return await sender.SendAsync(endpoints[notice.Merchant], notice, CancellationToken.None);
        }
        catch (Exception fault)
        {
            LogBroken(fault, notice.EventId, notice.Type, notice.Merchant);
            return (null, $"not sent: {fault.GetType().Name}");
        }
    }

    private async Task FailAsync(TakenNotice notice, NoticeFailure failure)
    {
        var now = clock.GetUtcNow();
        var next = schedule.Next(notice.Attempts + 1, notice.DueSince, now);
        await outbox.FailedAsync(notice, failure, next, now, CancellationToken.None);
        if (next is { } again)
        {
            LogRetry(notice.EventId, notice.Type, notice.Merchant, failure.Error, again);
        }
        else
        {
            LogGivenUp(notice.EventId, notice.Type, notice.Merchant, failure.Error, notice.Attempts + 1);
        }
    }

    [LoggerMessage(4001, LogLevel.Information, "Notice {NoticeId} ({NoticeType}) of {Merchant} is delivered: {Status}")]
    private partial void LogDelivered(string noticeId, string noticeType, MerchantId merchant, int status);

    [LoggerMessage(4002, LogLevel.Warning, "Notice {NoticeId} ({NoticeType}) of {Merchant} was not taken ({Cause}); next try at {NextTry}")]
    private partial void LogRetry(string noticeId, string noticeType, MerchantId merchant, string cause, DateTimeOffset nextTry);

    [LoggerMessage(4003, LogLevel.Error, "Notice {NoticeId} ({NoticeType}) of {Merchant} is given up after {Tries} tries ({Cause}); pay notices replay sends it again")]
    private partial void LogGivenUp(string noticeId, string noticeType, MerchantId merchant, string cause, int tries);

    [LoggerMessage(4004, LogLevel.Error, "Notice {NoticeId} ({NoticeType}) of {Merchant} could not be sent")]
    private partial void LogBroken(Exception fault, string noticeId, string noticeType, MerchantId merchant);

    [LoggerMessage(4005, LogLevel.Warning, "What became of notice {NoticeId} ({NoticeType}) of {Merchant} could not be written; it is sent again when its lease ends")]
    private partial void LogUnsettled(Exception fault, string noticeId, string noticeType, MerchantId merchant);

    [LoggerMessage(4006, LogLevel.Warning, "The outbox could not be worked on")]
    private partial void LogFailed(Exception fault);
}
