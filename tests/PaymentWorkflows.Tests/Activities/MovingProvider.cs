using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>A provider of one payment that goes on to its next state at each call, until it is canceled. It repeats its answer to a key.</summary>
internal sealed class MovingProvider(params PaymentState[] path) : IPaymentProvider
{
    private readonly Queue<PaymentState> path = new(path);
    private readonly Dictionary<string, MoneyVerdict> answers = [];

    public bool Refuses { get; init; }

    public PaymentState State { get; private set; }

    public IEnumerable<string> Keys => answers.Keys;

    public string Name => "scripted";

    public TimeSpan SearchLag => TimeSpan.Zero;

    public Task<MoneyVerdict> ReadAsync(string paymentId, CancellationToken cancellationToken)
    {
        Move();
        return Task.FromResult<MoneyVerdict>(State switch
        {
            PaymentState.Open => new MoneyVerdict.Declined(DeclineCatalogue.Read("do_not_honor", null, "Declined."), Facts()),
            PaymentState.RequiresAction or PaymentState.Processing => new MoneyVerdict.Pending(Facts(), null),
            _ => new MoneyVerdict.Succeeded(Facts()),
        });
    }

    public Task<MoneyVerdict> CancelAsync(string paymentId, string idempotencyKey, CancellationToken cancellationToken)
    {
        if (!answers.TryGetValue(idempotencyKey, out var answer))
        {
            Move();
            answers[idempotencyKey] = answer = Cancel();
        }

        return Task.FromResult(answer);
    }

    public Task<MoneyVerdict> AuthorizeAsync(AuthorizeRequest request, KnownCustomer? payer, string idempotencyKey, CancellationToken cancellationToken) => throw NotHere();

    public Task<MoneyVerdict> RefundAsync(RefundOrder order, string idempotencyKey, CancellationToken cancellationToken) => throw NotHere();

    public Task<MoneyVerdict> FindAsync(AttemptKey key, CancellationToken cancellationToken) => throw NotHere();

    public Task<MoneyVerdict> ReadRefundAsync(string refundId, CancellationToken cancellationToken) => throw NotHere();

    public Task<MoneyVerdict> FindRefundAsync(string paymentId, AttemptKey key, CancellationToken cancellationToken) => throw NotHere();

    public Task<MoneyVerdict> CaptureAsync(CaptureRequest request, string idempotencyKey, CancellationToken cancellationToken)
    {
        Move();
        if (State != PaymentState.Authorized)
        {
            return Task.FromResult(Refusal());
        }

        State = PaymentState.Captured;
        return Task.FromResult<MoneyVerdict>(new MoneyVerdict.Succeeded(Facts()));
    }

    private MoneyVerdict Cancel()
    {
        if (Refuses || State is PaymentState.Processing or PaymentState.Captured or PaymentState.Canceled)
        {
            return Refusal();
        }

        path.Clear();
        State = PaymentState.Canceled;
        return new MoneyVerdict.Succeeded(Facts());
    }

    private MoneyVerdict Refusal() => new MoneyVerdict.NotAttempted(RefusalCause.State, "payment_intent_unexpected_state", $"It is {State}.");

    private void Move() => State = path.TryDequeue(out var next) ? next : State;

    private ProviderPayment Facts() => new()
    {
        Provider = "scripted",
        Id = "pi_1",
        State = State,
        Amount = Euro(100),
        Capturable = Euro(State == PaymentState.Authorized ? 100 : 0),
        Captured = Euro(State == PaymentState.Captured ? 100 : 0),
    };

    private static Money Euro(long minor) => new(minor, Currency.Parse("eur"));

    private static InvalidOperationException NotHere() => new("Neither an undo nor a capture has business here.");
}
