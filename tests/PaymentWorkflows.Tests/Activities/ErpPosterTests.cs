using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Steps;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Activities;

/// <summary>A document is posted once, whatever becomes of the calls.</summary>
public class ErpPosterTests
{
    private static readonly ErpDocument Invoice = new()
    {
        Number = "chk_1:invoice",
        Kind = ErpDocumentKind.Invoice,
        Merchant = MerchantId.Parse("acme"),
        Order = OrderId.Parse("ord_1"),
        Customer = CustomerId.Parse("cus_1"),
        CheckoutId = CheckoutId.Parse("chk_1"),
        TransactionId = TransactionId.Parse("txn_1"),
        Amount = new Money(1999, Currency.Parse("eur")),
        Date = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero),
    };

    private readonly ScriptedErp erp = new();
    private readonly ErpPoster poster;

    public ErpPosterTests() => poster = new ErpPoster(erp, erp, new ErpBreaker(TimeProvider.System, new Random(1)), TimeProvider.System);

    [Fact]
    public async Task A_new_document_is_posted_without_a_look_and_then_never_again()
    {
        (await PostAsync(Invoice)).ShouldBe(new StepVerdict.Done("erp_1"));
        (await PostAsync(Invoice with { Date = Invoice.Date.AddDays(1) })).ShouldBe(new StepVerdict.Done("erp_1"));
        erp.Calls.ShouldBe(["post"]);
    }

    [Fact]
    public async Task A_post_whose_answer_was_lost_is_looked_up_and_taken()
    {
        erp.OnPost = document =>
        {
            erp.Post(document);
            throw new ErpUnavailableException("no answer");
        };
        await Should.ThrowAsync<ErpUnavailableException>(() => PostAsync(Invoice));
        (await PostAsync(Invoice)).ShouldBe(new StepVerdict.Done("erp_1"));
        erp.Calls.ShouldBe(["post", "find"]);
    }

    [Fact]
    public async Task A_post_that_never_arrived_is_looked_up_and_sent_again()
    {
        erp.OnPost = _ => throw new ErpUnavailableException("down");
        await Should.ThrowAsync<ErpUnavailableException>(() => PostAsync(Invoice));
        (await PostAsync(Invoice)).ShouldBe(new StepVerdict.Done("erp_1"));
        erp.Calls.ShouldBe(["post", "find", "resend", "post"]);
    }

    [Fact]
    public async Task A_post_that_arrives_after_the_look_is_not_a_second_document()
    {
        erp.OnPost = _ => throw new ErpUnavailableException("still on its way");
        await Should.ThrowAsync<ErpUnavailableException>(() => PostAsync(Invoice));

        // The first post arrives between the look and the second.
        erp.OnPost = document =>
        {
            erp.Post(document);
            return erp.Post(document);
        };
        (await PostAsync(Invoice)).ShouldBe(new StepVerdict.Done("erp_1"));
        erp.Documents.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_is_told_and_the_next_try_looks_first()
    {
        erp.OnPost = _ => new ErpAnswer.Refused("closed_period", "November is\u0007 closed.");
        var refused = (await PostAsync(Invoice)).ShouldBeOfType<StepVerdict.Refused>();
        refused.Code.ShouldBe("closed_period");
        refused.Message.ShouldBe("The ERP does not take invoice chk_1:invoice (closed_period): November is? closed.");
        erp.RefusalOf(Invoice.Number).ShouldBe("closed_period: November is? closed.");
        (await PostAsync(Invoice)).ShouldBe(new StepVerdict.Done("erp_1"));
        erp.Calls.ShouldBe(["post", "find", "resend", "post"]);
    }

    [Fact]
    public async Task Another_document_under_our_number_is_not_taken_for_ours()
    {
        erp.OnPost = _ => throw new ErpUnavailableException("down");
        await Should.ThrowAsync<ErpUnavailableException>(() => PostAsync(Invoice));
        erp.Documents[Invoice.Number] = new ErpRecord("erp_9", Invoice.Number, ErpDocumentKind.Invoice, new Money(5, Invoice.Amount.Currency));
        (await PostAsync(Invoice)).ShouldBeOfType<StepVerdict.Refused>().Code.ShouldBe("other_document");
    }

    public static TheoryData<ErpDocument> OtherContents =>
    [
        Invoice with { Amount = new Money(2000, Invoice.Amount.Currency) },
        Invoice with { Amount = new Money(1999, Currency.Parse("usd")) },
        Invoice with { Kind = ErpDocumentKind.CreditNote },
        Invoice with { Customer = CustomerId.Parse("cus_2") },
        Invoice with { RefersTo = "chk_0:invoice" },
    ];

    [Theory]
    [MemberData(nameof(OtherContents))]
    public async Task One_number_for_two_contents_is_a_broken_rule(ErpDocument other)
    {
        await PostAsync(Invoice);
        await Should.ThrowAsync<DocumentConflictException>(() => PostAsync(other));
        erp.Calls.ShouldBe(["post"]);
    }

    private Task<StepVerdict> PostAsync(ErpDocument document) => poster.PostAsync(document, patience: null, CancellationToken.None);
}
