using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Domain;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>What is written about each document for the ERP.</summary>
public sealed class ErpDocumentStoreTests(PostgresFixture server) : PostgresTests(server)
{
    private static readonly ErpDocumentDraft Draft = new("chk_1:invoice", ErpDocumentKind.Invoice, "hash", "erp", CheckoutId.Parse("chk_1"), TransactionId.Parse("txn_1"));

    private IErpDocumentStore Documents => Stores.Documents;

    [Fact]
    public async Task A_document_that_many_claim_at_once_is_new_to_one()
    {
        IErpDocumentStore[] processes = [Documents, Database.Open().Documents];
        var claims = await Task.WhenAll(Enumerable.Range(0, 40).Select(caller => processes[caller % 2].ClaimAsync(Draft with { RequestHash = $"{caller}" }, Noon, Cancelled)));
        var first = claims.Where(claim => claim.IsNew).ShouldHaveSingleItem();
        claims.ShouldAllBe(claim => claim.RequestHash == first.RequestHash && claim.ErpId == null);
    }

    [Fact]
    public async Task The_row_tells_what_became_of_it()
    {
        await Documents.ClaimAsync(Draft, Noon, Cancelled);
        (await RowAsync()).ShouldBe("invoice sending 1 - -");
        await Documents.RefusedAsync(Draft.Number, "closed_period: no", Noon.AddSeconds(1), Cancelled);
        (await RowAsync()).ShouldBe("invoice refused 1 - closed_period: no");
        await Documents.ResendAsync(Draft.Number, Noon.AddSeconds(2), Cancelled);
        (await RowAsync()).ShouldBe("invoice sending 2 - -");
        (await Documents.PostedAsync(Draft.Number, "erp_1", Noon.AddSeconds(3), Cancelled)).ShouldBe("erp_1");
        (await RowAsync()).ShouldBe("invoice posted 2 erp_1 -");
        (await Documents.ClaimAsync(Draft, Noon.AddSeconds(4), Cancelled)).ShouldBe(new ErpDocumentClaim("hash", "erp_1", false));
    }

    [Fact]
    public async Task A_posted_document_never_changes()
    {
        await Documents.ClaimAsync(Draft, Noon, Cancelled);
        await Documents.PostedAsync(Draft.Number, "erp_1", Noon, Cancelled);
        await Documents.ResendAsync(Draft.Number, Noon.AddHours(1), Cancelled);
        await Documents.RefusedAsync(Draft.Number, "too late", Noon.AddHours(1), Cancelled);
        (await Documents.PostedAsync(Draft.Number, "erp_2", Noon.AddHours(1), Cancelled)).ShouldBe("erp_1");
        (await RowAsync()).ShouldBe("invoice posted 1 erp_1 -");
    }

    [Fact]
    public async Task The_processes_can_neither_delete_a_document_nor_change_what_it_says()
    {
        await Documents.ClaimAsync(Draft, Noon, Cancelled);
        (await Sql.RefusedAsync(Database.App, "DELETE FROM pay.erp_documents")).ShouldBe("42501");
        (await Sql.RefusedAsync(Database.App, "UPDATE pay.erp_documents SET request_hash = 'other'")).ShouldBe("42501");
        (await Sql.RefusedAsync(Database.Owner, "UPDATE pay.erp_documents SET state = 'posted'")).ShouldBe("23514");
    }

    [Fact]
    public async Task An_unclaimed_document_cannot_be_posted() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => Documents.PostedAsync("chk_2:invoice", "erp_1", Noon, Cancelled))).Message.ShouldContain("never claimed");

    private async Task<string> RowAsync() => (await Database.QueryAsync<string>(
        $"SELECT concat_ws(' ', kind, state, attempts, coalesce(erp_id, '-'), coalesce(refusal, '-')) FROM pay.erp_documents WHERE number = 'chk_1:invoice'")).Single();
}
