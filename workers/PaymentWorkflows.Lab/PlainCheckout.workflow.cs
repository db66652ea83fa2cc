using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Contracts.Tax;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.Ledger;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.Domain.Steps;
using PaymentWorkflows.Domain.Tax;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PaymentWorkflows.Lab;

/// <summary>
/// The baseline of <c>pay bench checkout</c>: a checkout as Temporal's own samples write one, with a remote activity per step, default
/// options and a caller who waits for the result. The activities are this product's; the story has no holds, no waits and no undo.
/// </summary>
[Workflow(Name)]
public sealed class PlainCheckoutWorkflow
{
    public const string Name = "PlainCheckout";

    /// <summary>Workflow and activities of the baseline, on one worker.</summary>
    public const string Queue = "plain";

    private static readonly ActivityOptions Options = new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) };

    [WorkflowRun]
    public async Task<string> RunAsync(CheckoutInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var begin = new BeginCheckout
        {
            Input = input,
            NewCheckoutId = CheckoutId.Parse($"chk_{Workflow.NewGuid():N}"),
            NewTransactionId = TransactionId.Parse($"txn_{Workflow.NewGuid():N}"),
        };
        var start = await Workflow.ExecuteActivityAsync((ICheckoutActivities activities) => activities.BeginAsync(begin), Options);
        var tax = await TaxAsync(input, start);
        var view = start.View with
        {
            Amount = tax.Total.Minor,
            AmountTax = tax.Tax.Minor,
            Tax = new CheckoutTax(tax.Reference, tax.ExpiresAt, TaxShare.Of(tax.Components), null),
        };
        var authorized = await AuthorizeAsync(input, start, tax.Total);
        var captured = await CaptureAsync(start, authorized.Id, tax.Total);
        view = view with
        {
            Status = CheckoutStatus.Completed,
            AmountCaptured = captured.Captured.Minor,
            Payment = new PaymentReference(captured.Provider, captured.Id, input.PaymentMethod.Type),
            CompletedAt = Workflow.UtcNow,
            Revision = view.Revision + 1,
        };
        var sale = new LedgerFact.PaymentCaptured($"{start.CheckoutId}:capture", Workflow.UtcNow, captured.Provider, captured.Captured, captured.Fee)
        {
            Taxes = TaxShare.Of(tax.Components),
        };
        await RecordAsync(input, start, view, null, sale);
        await CommitTaxAsync(start, tax.Reference);
        await PostDocumentsAsync(input, start, view, tax);
        await RecordAsync(input, start, view with { Revision = view.Revision + 1 }, "checkout.completed");
        return start.CheckoutId.Value;
    }

    private static Task<TaxResult> TaxAsync(CheckoutInput input, CheckoutStart start)
    {
        var request = new TaxRequest
        {
            CheckoutId = start.CheckoutId,
            TransactionId = start.TransactionId,
            Merchant = input.Merchant,
            Customer = input.Customer,
            Currency = input.Currency,
            Lines = input.Lines,
            Behavior = input.TaxBehavior,
        };
        return Workflow.ExecuteActivityAsync((ITaxActivities activities) => activities.CalculateAsync(request), Options);
    }

    private static async Task<ProviderPayment> AuthorizeAsync(CheckoutInput input, CheckoutStart start, Money amount)
    {
        var request = new AuthorizeRequest
        {
            Key = AttemptKey.Of(Workflow.Info.WorkflowId, "authorize", start.Attempt),
            TransactionId = start.TransactionId,
            WorkflowId = Workflow.Info.WorkflowId,
            CheckoutId = start.CheckoutId,
            Merchant = input.Merchant,
            Order = input.Order,
            Amount = amount,
            PaymentMethodType = input.PaymentMethod.Type,
            PaymentMethodToken = input.PaymentMethod.Token,
            Method = start.Method?.Providers is [var provider, ..] ? provider : null,
            Customer = input.Customer,
            CaptureAtOnce = false,
            ReturnUrl = input.ReturnUrl,
        };
        return Done(await Workflow.ExecuteActivityAsync((IPaymentActivities activities) => activities.AuthorizeAsync(request), Options));
    }

    private static async Task<ProviderPayment> CaptureAsync(CheckoutStart start, string payment, Money amount)
    {
        var request = new CaptureRequest
        {
            Key = AttemptKey.Of(Workflow.Info.WorkflowId, "capture", start.Attempt),
            TransactionId = start.TransactionId,
            WorkflowId = Workflow.Info.WorkflowId,
            PaymentId = payment,
            Amount = amount,
        };
        return Done(await Workflow.ExecuteActivityAsync((IPaymentActivities activities) => activities.CaptureAsync(request), Options));
    }

    private static ProviderPayment Done(MoneyVerdict verdict) => verdict is MoneyVerdict.Succeeded succeeded
        ? succeeded.Payment
        : throw new ApplicationFailureException($"The payment ended as {verdict.GetType().Name}.", nonRetryable: true);

    private static Task RecordAsync(CheckoutInput input, CheckoutStart start, CheckoutView view, string? notice, params IReadOnlyList<LedgerFact> facts)
    {
        var record = new CheckoutRecord
        {
            CheckoutId = start.CheckoutId,
            TransactionId = start.TransactionId,
            Merchant = input.Merchant,
            View = view,
            Facts = facts,
            Notice = notice,
        };
        return Workflow.ExecuteActivityAsync((ICheckoutActivities activities) => activities.RecordAsync(record), Options);
    }

    private static async Task CommitTaxAsync(CheckoutStart start, string calculation)
    {
        var request = new CommitTaxRequest
        {
            Key = AttemptKey.Of(Workflow.Info.WorkflowId, "tax", start.Attempt),
            TransactionId = start.TransactionId,
            Calculation = calculation,
            PostedAt = Workflow.UtcNow,
        };
        Done(await Workflow.ExecuteActivityAsync((ITaxActivities activities) => activities.CommitAsync(request), Options));
    }

    private static async Task PostDocumentsAsync(CheckoutInput input, CheckoutStart start, CheckoutView view, TaxResult tax)
    {
        var invoice = new ErpDocument
        {
            Number = $"{start.CheckoutId}:invoice",
            Kind = ErpDocumentKind.Invoice,
            Merchant = input.Merchant,
            Order = input.Order,
            Customer = input.Customer,
            CheckoutId = start.CheckoutId,
            TransactionId = start.TransactionId,
            Amount = tax.Total,
            Taxes = TaxShare.Of(tax.Components),
            Lines = input.Lines,
            ProviderReference = view.Payment?.Id,
            Date = Workflow.UtcNow,
        };
        var payment = invoice with { Number = $"{start.CheckoutId}:payment", Kind = ErpDocumentKind.Payment, Lines = [], RefersTo = invoice.Number };
        var set = new ErpDocumentSet([invoice, payment]);
        Done(await Workflow.ExecuteActivityAsync((IErpActivities activities) => activities.PostAsync(set), Options));
    }

    private static void Done(StepVerdict verdict)
    {
        if (verdict is not StepVerdict.Done)
        {
            throw new ApplicationFailureException($"The step ended as {verdict.GetType().Name}.", nonRetryable: true);
        }
    }
}
