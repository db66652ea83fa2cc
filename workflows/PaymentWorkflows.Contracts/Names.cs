using PaymentWorkflows.Domain;
using Temporalio.Common;

namespace PaymentWorkflows.Contracts;

/// <summary>Task queues; the role of the worker that serves one has the same name.</summary>
public static class TaskQueues
{
    public const string Sagas = "sagas";

    /// <summary>Refunds have a queue and slots of their own, so that however many a merchant orders, checkouts keep theirs.</summary>
    public const string Refunds = "refunds";

    public const string Payments = "payments";
    public const string Tax = "tax";
    public const string Erp = "erp";

    /// <summary>Every queue there is.</summary>
    public static IReadOnlyList<string> All { get; } = [Sagas, Refunds, Payments, Tax, Erp];
}

/// <summary>What a worker can be told to do: each task queue is a role, and some work comes from no queue.</summary>
public static class WorkerRoles
{
    /// <summary>Tells the app backends, from the outbox.</summary>
    public const string Notices = "notices";

    /// <summary>Every role there is.</summary>
    public static IReadOnlyList<string> All { get; } = [.. TaskQueues.All, Notices];
}

/// <summary>Workflow ids are business keys, so that a second start of the same fact meets the first.</summary>
public static class WorkflowIds
{
    private const string RefundPrefix = "refund/";

    /// <summary><c>checkout/{merchant}/{order}</c>.</summary>
    public static string Checkout(MerchantId merchant, OrderId order) => $"checkout/{merchant}/{order}";

    /// <summary><c>refund/{refund}</c>.</summary>
    public static string Refund(RefundId refund) => $"{RefundPrefix}{refund}";

    /// <summary>The refund whose workflow has this id; null when it is another kind's.</summary>
    public static RefundId? RefundOf(string? workflowId) =>
        workflowId is not null && workflowId.StartsWith(RefundPrefix, StringComparison.Ordinal) && RefundId.TryParse(workflowId[RefundPrefix.Length..], null, out var id) ? id : null;

    /// <summary><c>late-payment/{payment}</c>: money that came after its checkout had ended.</summary>
    /// <param name="payment">The provider's id of the payment.</param>
    public static string LatePayment(string payment) => $"late-payment/{payment}";
}

/// <summary>Search attributes that the workflows set. Nothing personal, nothing secret: they are stored in clear.</summary>
public static class SearchAttributes
{
    public static readonly SearchAttributeKey<string> TransactionId = SearchAttributeKey.CreateKeyword("TransactionId");
    public static readonly SearchAttributeKey<string> MerchantId = SearchAttributeKey.CreateKeyword("MerchantId");
    public static readonly SearchAttributeKey<string> CustomerId = SearchAttributeKey.CreateKeyword("CustomerId");
    public static readonly SearchAttributeKey<string> PaymentStage = SearchAttributeKey.CreateKeyword("PaymentStage");
    public static readonly SearchAttributeKey<string> Currency = SearchAttributeKey.CreateKeyword("Currency");
    public static readonly SearchAttributeKey<long> AmountMinor = SearchAttributeKey.CreateLong("AmountMinor");
    public static readonly SearchAttributeKey<bool> NeedsAttention = SearchAttributeKey.CreateBool("NeedsAttention");
    public static readonly SearchAttributeKey<string> DeclineCode = SearchAttributeKey.CreateKeyword("DeclineCode");
    public static readonly SearchAttributeKey<string> Region = SearchAttributeKey.CreateKeyword("Region");
}

/// <summary>Types of the application failures that cross process borders; workflows branch on these, never on messages.</summary>
public static class ErrorTypes
{
    /// <summary>The provider is busy and did nothing; the failure carries when to try again.</summary>
    public const string ProviderBusy = "ProviderBusy";

    /// <summary>The same attempt key came with another request: a mistake in our code. Never retried.</summary>
    public const string AttemptKeyReused = "AttemptKeyReused";

    /// <summary>The same order came with other content. Never retried.</summary>
    public const string OrderAlreadyExists = "OrderAlreadyExists";

    /// <summary>The input cannot be worked with. Never retried.</summary>
    public const string InvalidCheckout = "InvalidCheckout";

    /// <summary>The refund cannot be made: more than is left, too late, or the method knows none. Never retried.</summary>
    public const string InvalidRefund = "InvalidRefund";

    /// <summary>The same business reference came with other postings: a mistake in our code. Never retried.</summary>
    public const string LedgerConflict = "LedgerConflict";

    /// <summary>The same document number came with other content: a mistake in our code. Never retried.</summary>
    public const string DocumentConflict = "DocumentConflict";

    /// <summary>The ERP does not answer, or cannot work; the failure carries when to try again.</summary>
    public const string ErpUnavailable = "ErpUnavailable";

    /// <summary>A merchant's backend did not answer; the same question may be put again.</summary>
    public const string MerchantUnavailable = "MerchantUnavailable";

    /// <summary>The tax engine refuses to compute: our key, our request or its answer is wrong. Carries a <c>TaxFailure</c>. Never retried.</summary>
    public const string TaxRefused = "TaxRefused";

    /// <summary>The tax engine cannot work with what the customer told (address, tax number). Carries a <c>TaxFailure</c>. Never retried.</summary>
    public const string TaxDataInvalid = "TaxDataInvalid";

    /// <summary>The tax engine gave no usable answer. The step is done again: its reference makes it happen once.</summary>
    public const string TaxUnresolved = "TaxUnresolved";
}
