using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>How one request goes wrong.</summary>
public enum Fault
{
    None,
    CommitThenHang,
    HangThenDrop,
    Stored500,
    Unauthorized,
    Busy,
    Declined,
    Refused,
}

/// <summary>A provider of one payment that keeps idempotency keys for 24 hours and fails as it is told.</summary>
internal sealed class ScriptedProvider(TimeProvider clock) : IPaymentProvider
{
    private readonly Queue<Fault> faults = new();
    private readonly Dictionary<string, (MoneyVerdict Answer, DateTimeOffset At)> keys = [];
    private DateTimeOffset hiddenUntil;
    private bool declined;

    public string Name => "scripted";

    public TimeSpan SearchLag => TimeSpan.FromMinutes(2);

    public List<string> Sends { get; } = [];

    public int Charges { get; private set; }

    public Action? OnSend { get; set; }

    /// <summary>Refuses to be asked, as an account without search does.</summary>
    public bool RefusesLooks { get; set; }

    /// <summary>Refuses the key with which it is asked.</summary>
    public bool RefusesKey { get; set; }

    /// <summary>The person that the last authorization named.</summary>
    public KnownCustomer? Payer { get; private set; }

    public void Next(Fault fault) => faults.Enqueue(fault);

    public void HideFromSearchUntil(DateTimeOffset moment) => hiddenUntil = moment;

    public void ForgetKeys() => keys.Clear();

    public Task<MoneyVerdict> SendAsync(string key)
    {
        OnSend?.Invoke();
        Sends.Add(key);
        var fault = faults.TryDequeue(out var next) ? next : Fault.None;
        switch (fault)
        {
            case Fault.Busy:
                throw new ProviderBusyException(Name, "rate_limited", null);
            case Fault.Unauthorized:
                return Answer(new MoneyVerdict.NotAttempted(RefusalCause.Credentials, "unauthorized", "The key is revoked."));
            case Fault.HangThenDrop:
                return Answer(new MoneyVerdict.Unknown(UnknownCause.Timeout, "No answer."));
        }

        if (keys.TryGetValue(key, out var kept) && clock.GetUtcNow() - kept.At < TimeSpan.FromHours(24))
        {
            return Answer(kept.Answer);
        }

        MoneyVerdict answer;
        if (fault == Fault.Refused)
        {
            answer = new MoneyVerdict.NotAttempted(RefusalCause.Request, "parameter_invalid", "The request is wrong.");
        }
        else if (fault == Fault.Stored500)
        {
            answer = new MoneyVerdict.Unknown(UnknownCause.ServerError, "500");
        }
        else if (fault == Fault.Declined)
        {
            declined = true;
            answer = Refusal;
        }
        else
        {
            Charges++;
            answer = Paid;
        }

        keys[key] = (answer, clock.GetUtcNow());
        return Answer(fault == Fault.CommitThenHang ? new MoneyVerdict.Unknown(UnknownCause.Timeout, "No answer.") : answer);
    }

    public Task<MoneyVerdict> LookAsync() => LookAsync(isBehind: clock.GetUtcNow() < hiddenUntil);

    private Task<MoneyVerdict> LookAsync(bool isBehind) => Answer((Charges > 0, declined) switch
    {
        _ when RefusesKey => new MoneyVerdict.NotAttempted(RefusalCause.Credentials, "unauthorized", "The key is revoked."),
        _ when RefusesLooks => new MoneyVerdict.NotAttempted(RefusalCause.Request, "search_unavailable", "There is no search here."),
        _ when isBehind => new MoneyVerdict.NotAttempted(RefusalCause.Absent, "absent", "Not found."),
        (true, _) => Paid,
        (_, true) => Refusal,
        _ => new MoneyVerdict.NotAttempted(RefusalCause.Absent, "absent", "Not found."),
    });

    public Task<MoneyVerdict> AuthorizeAsync(AuthorizeRequest request, KnownCustomer? payer, string idempotencyKey, CancellationToken cancellationToken)
    {
        Payer = payer;
        return SendAsync(idempotencyKey);
    }

    public Task<MoneyVerdict> CaptureAsync(CaptureRequest request, string idempotencyKey, CancellationToken cancellationToken) => SendAsync(idempotencyKey);

    public Task<MoneyVerdict> CancelAsync(string paymentId, string idempotencyKey, CancellationToken cancellationToken) => SendAsync(idempotencyKey);

    public Task<MoneyVerdict> RefundAsync(RefundOrder order, string idempotencyKey, CancellationToken cancellationToken) => SendAsync(idempotencyKey);

    /// <summary>A read by id is never behind.</summary>
    public Task<MoneyVerdict> ReadAsync(string paymentId, CancellationToken cancellationToken) => LookAsync(isBehind: false);

    public Task<MoneyVerdict> FindAsync(AttemptKey key, CancellationToken cancellationToken) => LookAsync();

    public Task<MoneyVerdict> ReadRefundAsync(string refundId, CancellationToken cancellationToken) => LookAsync();

    public Task<MoneyVerdict> FindRefundAsync(string paymentId, AttemptKey key, CancellationToken cancellationToken) => LookAsync();

    private static Task<MoneyVerdict> Answer(MoneyVerdict verdict) => Task.FromResult(verdict);

    private static MoneyVerdict Paid { get; } = new MoneyVerdict.Succeeded(new ProviderPayment
    {
        Provider = "scripted",
        Id = "pi_1",
        AttemptKey = "k",
        State = PaymentState.Captured,
        Amount = new Money(100, Currency.Parse("eur")),
        Capturable = new Money(0, Currency.Parse("eur")),
        Captured = new Money(100, Currency.Parse("eur")),
    });

    private static MoneyVerdict Refusal { get; } = new MoneyVerdict.Declined(DeclineCatalogue.Read("do_not_honor", null, "Declined."), null);
}
