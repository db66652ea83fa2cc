using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Sagas.Payments;
using PaymentWorkflows.Sagas.Running;
using Temporalio.Workflows;

namespace PaymentWorkflows.Sagas.Checkout;

/// <summary>The calls of one checkout to its provider: their requests, their keys and how their answers are read.</summary>
internal sealed class CheckoutPayment(CheckoutInput input, CheckoutStart start, StepRunner steps, CheckoutProgress progress, UnknownResolver resolver, Func<bool> stopRequested)
{
    /// <summary>Where nothing stands between authorization and capture, one call does both; some methods know nothing else.</summary>
    private readonly bool captureAtOnce = (input.Capture == CaptureMode.Automatic && start.Policies is { Reviews: false, Reserves: false })
        || input.Method is { CanAuthorize: false };

    /// <summary>Whether a payment that the provider is still at is waited for instead of looked up: its event comes, perhaps in days.</summary>
    private readonly bool patient = input.Method is { Outcome: OutcomeSource.Webhook };

    private readonly string workflowId = Workflow.Info.WorkflowId;
    private readonly RequestChange change = new(input, progress);

    public UnknownResolver Resolver => resolver;

    /// <summary>How long the customer, or the customer's bank, may take.</summary>
    public TimeSpan CustomerTime => input.Method is { Flow: not PaymentFlow.Card } method ? method.Expiry : start.Policies.CustomerActionExpiry;

    /// <summary>The key of the request as it is now: a changed request is another one, and has another key.</summary>
    public AttemptKey AuthorizeKey => RequestChange.Key(workflowId, start.Attempt, progress.View.Change?.Revision ?? 0);

    /// <summary>Creates and confirms the payment.</summary>
    public MoneyStep Authorize() => Authorize(patient);

    /// <summary>The same for a payment whose time is over: what the provider still has not told is an unknown outcome.</summary>
    public MoneyStep Settle() => Authorize(waitsForProvider: false);

    /// <summary>Asks how the payment stands after the customer acted.</summary>
    public async Task<PaymentDecision> LookAgainAsync() =>
        CheckoutDecider.AfterPayment(progress.Amount, captureAtOnce, await AuthorizeAsync(null, remotely: false));

    /// <summary>Takes what is reserved, or part of it.</summary>
    public MoneyStep Capture(ProviderPayment payment, Money amount)
    {
        var request = new CaptureRequest
        {
            Key = AttemptKey.Of(workflowId, "capture", start.Attempt),
            TransactionId = start.TransactionId,
            WorkflowId = workflowId,
            PaymentId = payment.Id,
            Amount = amount,
        };
        return Step(
            CheckoutStep.Capture,
            (evidence, remotely) =>
            {
                var sent = request with { Evidence = evidence };
                return MoneyAsync(activities => activities.CaptureAsync(sent), $"capture {amount}", remotely);
            },
            verdict => CheckoutDecider.AfterCapture(amount, verdict),
            waitsForProvider: false);
    }

    /// <summary>Takes the payment back, whatever it is by now.</summary>
    public Task<MoneyVerdict> UndoAsync(string reason, bool remotely)
    {
        var request = new UndoRequest
        {
            Key = AuthorizeKey.Undo(),
            TransactionId = start.TransactionId,
            WorkflowId = workflowId,
            PaymentId = progress.View.Payment?.Id,
            SeenPaymentId = resolver.SeenPaymentId,
            OriginalKey = AuthorizeKey,
            Reason = reason,
        };
        return MoneyAsync(activities => activities.UndoAsync(request), "undo the payment", remotely);
    }

    /// <summary>Reads the payment as it is now.</summary>
    public Task<MoneyVerdict> ReadAsync(string paymentId)
    {
        var request = new ReadPaymentRequest(paymentId, start.TransactionId);
        return MoneyAsync(activities => activities.ReadAsync(request), "read the payment", remotely: false);
    }

    private MoneyStep Authorize(bool waitsForProvider) => Step(
        CheckoutStep.Authorize,
        (evidence, remotely) => AuthorizeAsync(evidence, remotely),
        verdict => CheckoutDecider.AfterPayment(progress.Amount, captureAtOnce, verdict),
        waitsForProvider,
        change);

    private Task<MoneyVerdict> AuthorizeAsync(string? evidence, bool remotely)
    {
        var changed = progress.View.Change;
        var request = new AuthorizeRequest
        {
            Key = AuthorizeKey,
            TransactionId = start.TransactionId,
            WorkflowId = workflowId,
            Evidence = evidence,
            SeenPaymentId = resolver.SeenPaymentId,
            CheckoutId = start.CheckoutId,
            Merchant = input.Merchant,
            Order = input.Order,
            Amount = progress.Amount,
            PaymentMethodType = input.PaymentMethod.Type,
            PaymentMethodToken = changed?.Token ?? input.PaymentMethod.Token,
            PaymentMethodCode = input.PaymentMethod.Code,
            Method = input.Method?.Providers is [var provider, ..] ? provider : null,
            Expiry = input.Method is { Flow: not PaymentFlow.Card } method ? method.Expiry : null,
            Customer = input.Customer,
            CaptureAtOnce = captureAtOnce,
            ReturnUrl = changed?.ReturnUrl ?? input.ReturnUrl,
            Replaces = changed is null ? null : RequestChange.Key(workflowId, start.Attempt, changed.Revision - 1),
            Metadata = input.Metadata,
        };
        return MoneyAsync(activities => activities.AuthorizeAsync(request), $"{(captureAtOnce ? "charge" : "authorize")} {progress.Amount}", remotely);
    }

    private MoneyStep Step(
        CheckoutStep step, Func<string?, bool, Task<MoneyVerdict>> call, Func<MoneyVerdict, PaymentDecision> decide, bool waitsForProvider, RequestChange? changeable = null) =>
        new(step, progress, resolver, stopRequested, call, decide, waitsForProvider, changeable);

    private Task<MoneyVerdict> MoneyAsync(System.Linq.Expressions.Expression<Func<IPaymentActivities, Task<MoneyVerdict>>> call, string summary, bool remotely)
    {
        resolver.BeginLook();
        return steps.RunAsync(ActivityProfiles.Money, call, summary, remotely);
    }
}
