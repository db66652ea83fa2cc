using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Payments;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>Taking back a payment that moves while it is taken back.</summary>
public sealed class PaymentUndoTests
{
    private static readonly PaymentState[] States = Enum.GetValues<PaymentState>();

    [Fact]
    public async Task Whatever_a_payment_becomes_between_the_look_and_the_cancel_it_is_taken_back_or_waits_for_its_bank()
    {
        // As it was seen, as the cancel met it, as the next look found it, and as it stays.
        var paths = from seen in States from met in States from found in States from stays in States select new[] { seen, met, found, stays };
        foreach (var path in paths.Where(IsPossible))
        {
            var provider = new MovingProvider(path);

            var verdict = await UndoAsync(provider);

            verdict.ShouldSatisfyAllConditions(
                string.Join(" > ", path),
                () => (verdict is MoneyVerdict.Succeeded or MoneyVerdict.Pending).ShouldBeTrue(verdict.ToString()),
                () => verdict.Facts!.State.ShouldBe(provider.State),
                () => (verdict is MoneyVerdict.Pending).ShouldBe(provider.State == PaymentState.Processing));
        }
    }

    [Fact]
    public async Task A_cancel_that_is_refused_each_time_is_refused_and_never_repeated_under_its_key()
    {
        var provider = new MovingProvider(PaymentState.Authorized) { Refuses = true };

        (await UndoAsync(provider)).ShouldBeOfType<MoneyVerdict.NotAttempted>().Cause.ShouldBe(RefusalCause.State);

        provider.Keys.ShouldBe(["k.undo:cancel_authorized:1", "k.undo:cancel_authorized:2", "k.undo:cancel_authorized:3"]);
    }

    /// <summary>What has ended stays as it ended.</summary>
    private static bool IsPossible(PaymentState[] path) =>
        path.Zip(path.Skip(1)).All(step => step.First is not (PaymentState.Captured or PaymentState.Canceled) || step.First == step.Second);

    private static Task<MoneyVerdict> UndoAsync(MovingProvider provider)
    {
        var request = new UndoRequest
        {
            Key = AttemptKey.Parse("k.undo"),
            OriginalKey = AttemptKey.Parse("k"),
            PaymentId = "pi_1",
            TransactionId = TransactionId.Parse("txn_1"),
            WorkflowId = "checkout/acme/1",
            Reason = "no longer wanted",
        };
        return new PaymentUndo(provider, new MemoryAttemptStore(), new FakeTimeProvider()).UndoAsync(request, "k.undo", CancellationToken.None);
    }

    /// <summary>A provider of one payment that goes on to its next state at each call, until it is canceled. It repeats its answer to a key.</summary>
    private sealed class MovingProvider(params PaymentState[] path) : IPaymentProvider
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

        public Task<MoneyVerdict> CaptureAsync(CaptureRequest request, string idempotencyKey, CancellationToken cancellationToken) => throw NotHere();

        public Task<MoneyVerdict> RefundAsync(RefundOrder order, string idempotencyKey, CancellationToken cancellationToken) => throw NotHere();

        public Task<MoneyVerdict> FindAsync(AttemptKey key, CancellationToken cancellationToken) => throw NotHere();

        public Task<MoneyVerdict> ReadRefundAsync(string refundId, CancellationToken cancellationToken) => throw NotHere();

        public Task<MoneyVerdict> FindRefundAsync(string paymentId, AttemptKey key, CancellationToken cancellationToken) => throw NotHere();

        private MoneyVerdict Cancel()
        {
            if (Refuses || State is PaymentState.Processing or PaymentState.Captured or PaymentState.Canceled)
            {
                return new MoneyVerdict.NotAttempted(RefusalCause.State, "payment_intent_unexpected_state", $"It is {State}.");
            }

            path.Clear();
            State = PaymentState.Canceled;
            return new MoneyVerdict.Succeeded(Facts());
        }

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

        private static InvalidOperationException NotHere() => new("An undo has no business here.");
    }
}
