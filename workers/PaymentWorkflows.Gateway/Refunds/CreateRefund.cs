using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Refunds;
using PaymentWorkflows.Contracts.Refunds;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.Refunds;
using PaymentWorkflows.Gateway.Checkout;
using PaymentWorkflows.Gateway.Http;
using PaymentWorkflows.Gateway.Idempotency;
using PaymentWorkflows.Gateway.Validation;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Gateway.Refunds;

/// <summary><c>POST /v1/refunds</c>: reserves the amount, starts the refund, and answers as soon as something can be told.</summary>
public sealed class CreateRefund(
    StackOptions stack, IRefundStore store, ICheckoutStore checkouts, IRefundBoard board, RefundDefaults defaults, RefundLauncher launcher, RefundGate gate, IdempotencyKeys keys, KeptAnswers answers, BodyReader bodies, WaitEnd waitEnd, TimeProvider clock)
{
    private const int MaxWaitMs = 30_000;
    private const int DefaultWaitMs = 10_000;

    public async Task<ApiAnswer> AnswerAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var key = IdempotencyKeys.Read(http);
        BodyReader.RequireJson(http.Request);
        using var body = JsonBody.Parse(await bodies.ReadAsync(http, stack.Gateway.MaxBodyBytes));
        var (input, wait) = Parse(body.Fields);
        var claim = keys.Claim(http, key, body.Hash(http.Request.Method, "/v1/refunds"));
        Task<CreateRefundOutcome> CreateAsync() => store.CreateAsync(new NewRefund(input, defaults, clock.GetUtcNow()), claim, http.RequestAborted);
        var outcome = await checkouts.FindAsync(input.CheckoutId, http.RequestAborted) is { Input.Merchant: var merchant }
            ? await gate.TakeInAsync(merchant, CreateAsync, http.RequestAborted) ?? throw ApiErrors.TooManyRefunds()
            : await CreateAsync();
        return outcome switch
        {
            CreateRefundOutcome.Created created => await answers.KeepAsync(http, claim, () => FollowAsync(http, created.Refund, wait, StatusCodes.Status201Created)),
            CreateRefundOutcome.Existing existing => await answers.KeepAsync(http, claim, () => FollowAsync(http, existing.Refund, wait, StatusCodes.Status200OK)),
            CreateRefundOutcome.Refused refused => await answers.KeepAsync(http, claim, () => throw ApiErrors.Of(refused.Problem)),
            CreateRefundOutcome.NoCheckout => await answers.KeepAsync(http, claim, () => throw ApiErrors.NoSuchCheckout("checkout")),
            CreateRefundOutcome.KeyRefused refused => KeptAnswers.Replayed(http, IdempotencyKeys.Refuse(refused.Outcome)),
            _ => throw new InvalidOperationException($"An outcome nobody has decided about: {outcome.GetType().Name}."),
        };
    }

    private (RefundInput Input, TimeSpan Wait) Parse(JsonFields body)
    {
        body.Only("checkout", "amount", "reason", "metadata", "wait_ms");
        var reasons = Enum.GetValues<RefundReason>();
        string[] names = [.. reasons.Select(HoldRules.Name)];
        var input = new RefundInput
        {
            RefundId = ApiIds.Refund(clock),
            CheckoutId = body.Parsed<CheckoutId>("checkout", CheckoutId.MaxLength, "a checkout id (chk_...)"),
            Amount = body.OptionalWhole("amount", 1, long.MaxValue),
            Reason = reasons[Array.IndexOf(names, body.OneOf("reason", names[0], names))],
            Origin = RefundOrigin.Merchant,
            Metadata = CheckoutMetadata.Read(body),
        };
        return (input, TimeSpan.FromMilliseconds(body.OptionalWhole("wait_ms", 0, MaxWaitMs) ?? DefaultWaitMs));
    }

    private async Task<ApiAnswer> FollowAsync(HttpContext http, StoredRefund refund, TimeSpan wait, int status)
    {
        CallContext.Of(http).IsAbout(refund.TransactionId, refund.WorkflowId);
        return ApiAnswer.Of(status, RefundResource.Of(refund.View.TellsTheCaller ? refund : await WaitAsync(http, refund, wait)));
    }

    private async Task<StoredRefund> WaitAsync(HttpContext http, StoredRefund refund, TimeSpan longest)
    {
        using var wait = waitEnd.Begin(http);
        // The waiter is in place before the workflow starts, so the fastest outcome cannot be missed.
        var news = board.WaitAsync(refund.Id, view => view.TellsTheCaller, longest, wait.Token);
        if (refund.StartedAt is not null)
        {
            // The outcome may have been announced before the waiter was there.
            board.AnnounceChanged(refund.Id);
        }
        else if (!await gate.PassAsync(() => launcher.TryAsync(refund, CancellationToken.None), CancellationToken.None))
        {
            // Once written, the refund is started whether or not its caller still waits; now there is nothing to wait for.
            await wait.CancelAsync();
        }

        await news;
        http.RequestAborted.ThrowIfCancellationRequested();
        return await store.FindAsync(refund.Id, http.RequestAborted) ?? refund;
    }
}
