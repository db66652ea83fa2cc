using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Activities.Payments;
using PaymentWorkflows.Contracts.Payments;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Domain.Payments;
using Shouldly;
using Temporalio.Testing;
using Xunit;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>The person behind a payment is read just before the call, for the methods that ask who pays, and kept nowhere.</summary>
public class PayerTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryAttemptStore store = new();
    private readonly Directory directory = new();
    private readonly ScriptedProvider provider;

    public PayerTests() => provider = new ScriptedProvider(clock);

    public static TheoryData<string, AuthorizeRequest, bool> Requests => new()
    {
        { "a token", Request(PaymentFlow.Card, "pm_1"), false },
        { "a request from before there were methods", Request(PaymentFlow.Card, "pm_1") with { Method = null }, false },
        { "no token", Request(PaymentFlow.QrCode, null), true },
        { "a debit with its mandate", Request(PaymentFlow.BankDebit, "pm_1"), true },
        { "a field of the person", Request(PaymentFlow.Redirect, "pm_1", new ProviderField("payment_method_options[x][y]", "customer.tax_id")), true },
        { "a code alone", Request(PaymentFlow.AppApproval, "pm_1", new ProviderField("payment_method_options[x][code]", "payment_method.code")), false },
        { "nobody named", Request(PaymentFlow.QrCode, null) with { Customer = null }, false },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task The_person_is_read_only_for_a_method_that_asks_who_pays(string what, AuthorizeRequest request, bool isRead)
    {
        (await AuthorizeAsync(request)).ShouldBeOfType<MoneyVerdict.Succeeded>(what);
        directory.Reads.ShouldBe(isRead ? 1 : 0);
        (provider.Payer is not null).ShouldBe(isRead);
    }

    [Fact]
    public async Task What_is_confirmed_reads_nobody_again()
    {
        var request = Request(PaymentFlow.QrCode, null);
        await AuthorizeAsync(request);
        await AuthorizeAsync(request);
        directory.Reads.ShouldBe(1);
    }

    private Task<MoneyVerdict> AuthorizeAsync(AuthorizeRequest request)
    {
        var activities = new PaymentActivities(provider, directory, new AttemptRunner(store, clock), new PaymentUndo(provider, store, clock), NullLogger<PaymentActivities>.Instance);
        return new ActivityEnvironment().RunAsync(() => activities.AuthorizeAsync(request));
    }

    private static AuthorizeRequest Request(PaymentFlow flow, string? token, params ProviderField[] fields) => new()
    {
        Key = AttemptKey.Parse("k"),
        TransactionId = TransactionId.Parse("txn_1"),
        WorkflowId = "checkout/acme/1",
        CheckoutId = CheckoutId.Parse("chk_1"),
        Merchant = MerchantId.Parse("acme"),
        Order = OrderId.Parse("1"),
        Amount = new Money(100, Currency.Parse("eur")),
        PaymentMethodType = "m",
        PaymentMethodToken = token,
        Method = new ProviderMethod { Provider = "scripted", Type = "m", Flow = flow, Fields = fields },
        Customer = CustomerId.Parse("cus_1"),
        CaptureAtOnce = true,
    };

    private sealed class Directory : ICustomerDirectory
    {
        public int Reads { get; private set; }

        public Task<KnownCustomer?> FindAsync(MerchantId merchant, CustomerId customer, CancellationToken cancellationToken)
        {
            Reads++;
            return Task.FromResult<KnownCustomer?>(new KnownCustomer(new CustomerDetails("a@b.example", "A", "DE", null), DateTimeOffset.UnixEpoch));
        }
    }
}
