using System.Net;
using System.Text.Json.Nodes;
using PaymentWorkflows.Activities.Erp;
using PaymentWorkflows.Contracts.Erp;
using PaymentWorkflows.Domain;
using PaymentWorkflows.IntegrationTests.Sandbox;
using PaymentWorkflows.TestKit.Sandbox;
using PaymentWorkflows.Vendors.SimpleErp;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Erp;

/// <summary>The adapter of a simple HTTP ERP over real sockets: what each answer, and each missing answer, is read as.</summary>
public sealed class SimpleErpTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>, IAsyncLifetime
{
    private readonly HttpClient http = SimpleErpRegistration.Client(Connection(sandbox.Process));

    private readonly HttpClient hurried = SimpleErpRegistration.Client(Connection(sandbox.Process) with { Timeout = TimeSpan.FromSeconds(2) });

    private SimpleErpClient Erp => new(http, TimeProvider.System);

    /// <summary>One that does not wait for long, but until the ERP has read what it is sent.</summary>
    private SimpleErpClient Hurried => new(hurried, TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await sandbox.Control.SendAsync(HttpMethod.Delete, "/erp/faults", null, Cancel);

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        hurried.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_document_arrives_as_it_was_sent_and_is_found_by_its_number()
    {
        var document = ErpDocuments.Invoice();
        (await Erp.FindAsync(document.Number, Cancel)).ShouldBeNull();
        var posted = (await Erp.PostAsync(document, Cancel)).ShouldBeOfType<ErpAnswer.Posted>().Record;
        posted.ShouldBe(new ErpRecord(posted.Id, document.Number, ErpDocumentKind.Invoice, document.Amount));
        (await Erp.FindAsync(document.Number, Cancel)).ShouldBe(posted);

        var kept = await KeptAsync(document.Number);
        kept.ToJsonString().ShouldContain("\"lines\":[{\"sku\":\"book\",\"description\":\"A book\",\"quantity\":2,\"unit_amount\":1999}]");
        ((string?)kept["kind"], (string?)kept["transaction_id"], (string?)kept["customer"], (long)kept["amount"]!, (string?)kept["currency"])
            .ShouldBe(("invoice", "txn_42", "cus_42", 4758, "eur"));
        kept["taxes"]!.ToJsonString().ShouldBe("""[{"jurisdiction":"DE","amount":760}]""");
    }

    [Fact]
    public async Task An_invoice_whose_lines_do_not_add_up_is_refused()
    {
        var document = ErpDocuments.Invoice() with { Amount = new Money(2500, Currency.Parse("eur")) };
        (await Erp.PostAsync(document, Cancel)).ShouldBeOfType<ErpAnswer.Refused>().Message.ShouldContain("add up to 3998, with taxes to 4758; 'amount' says 2500");
    }

    [Theory]
    [InlineData(ErpDocumentKind.Payment)]
    [InlineData(ErpDocumentKind.CreditNote)]
    public async Task Every_kind_is_taken(ErpDocumentKind kind)
    {
        var document = ErpDocuments.Invoice() with { Kind = kind, RefersTo = "chk_1:invoice", ProviderReference = "pi_1" };
        (await Erp.PostAsync(document, Cancel)).ShouldBeOfType<ErpAnswer.Posted>().Record.Kind.ShouldBe(kind);
        ((string?)(await KeptAsync(document.Number))["refers_to"]).ShouldBe("chk_1:invoice");
    }

    [Fact]
    public async Task A_number_that_is_taken_is_a_duplicate_and_not_a_second_document()
    {
        var document = ErpDocuments.Invoice();
        await Erp.PostAsync(document, Cancel);
        (await Erp.PostAsync(document, Cancel)).ShouldBeOfType<ErpAnswer.Duplicate>();
    }

    [Fact]
    public async Task A_refusal_has_the_ERPs_code_and_words()
    {
        await FaultAsync(new { kind = "refuse", code = "unknown_customer", message = "Customer 'cus_42' is blocked.", times = 1 });
        (await Erp.PostAsync(ErpDocuments.Invoice(), Cancel)).ShouldBe(new ErpAnswer.Refused("unknown_customer", "Customer 'cus_42' is blocked."));
    }

    [Theory]
    [InlineData("down", "was not reached")]
    [InlineData("unavailable", "answered 503 (unavailable)")]
    [InlineData("unauthorized", "answered 401 (unauthorized)")]
    public async Task What_is_no_word_about_the_document_is_tried_again(string kind, string words)
    {
        var document = ErpDocuments.Invoice();
        await FaultAsync(new { kind, times = 2 });
        (await Should.ThrowAsync<ErpUnavailableException>(() => Erp.PostAsync(document, Cancel))).Message.ShouldContain(words);
        (await Should.ThrowAsync<ErpUnavailableException>(() => Erp.FindAsync(document.Number, Cancel))).Message.ShouldContain(words);
        (await Erp.FindAsync(document.Number, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task An_answer_that_never_came_may_hide_a_document()
    {
        var document = ErpDocuments.Invoice();
        await FaultAsync(new { kind = "commit_then_hang", times = 1 });
        (await Should.ThrowAsync<ErpUnavailableException>(() => Hurried.PostAsync(document, Cancel))).Message.ShouldBe("The ERP did not answer within 2 s.");
        (await Erp.FindAsync(document.Number, Cancel)).ShouldNotBeNull().Amount.ShouldBe(document.Amount);
    }

    [Fact]
    public async Task A_slow_ERP_is_not_waited_for_and_posts_nonetheless()
    {
        var document = ErpDocuments.Invoice();
        await FaultAsync(new { kind = "slow", delay_ms = 6_000, times = 1 });
        await Should.ThrowAsync<ErpUnavailableException>(() => Hurried.PostAsync(document, Cancel));
        await EndToEnd.RunningStack.EventuallyAsync(() => Erp.FindAsync(document.Number, Cancel), found => found is not null);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_not_told_that_the_ERP_is_down()
    {
        await FaultAsync(new { kind = "slow", delay_ms = 300, times = 1 });
        using var gone = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Should.ThrowAsync<OperationCanceledException>(() => Erp.PostAsync(ErpDocuments.Invoice(), gone.Token));
    }

    [Fact]
    public async Task A_wrong_key_is_tried_again_until_it_is_repaired()
    {
        using var wrong = SimpleErpRegistration.Client(Connection(sandbox.Process) with { ApiKey = "wrong" });
        await Should.ThrowAsync<ErpUnavailableException>(() => new SimpleErpClient(wrong, TimeProvider.System).PostAsync(ErpDocuments.Invoice(), Cancel));
    }

    [Theory]
    [InlineData(404, "<html>no such page</html>", null)]
    [InlineData(404, """{"error":{"code":"unknown_url","message":"no"}}""", null)]
    [InlineData(200, "{}", null)]
    [InlineData(200, "null", null)]
    [InlineData(200, """{"id":"erp_1","number":"n","kind":"invoice","currency":"eur"}""", null)]
    [InlineData(201, """{"id":"erp_1","number":"n","kind":"receipt","currency":"eur","amount":1}""", null)]
    [InlineData(302, "", null)]
    [InlineData(400, "<html>bad</html>", null)]
    [InlineData(429, "", 7)]
    [InlineData(503, "", 120)]
    public async Task What_cannot_be_read_tells_nothing(int status, string body, int? retryAfter)
    {
        using var listener = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort.Next()}/";
        listener.Prefixes.Add(address);
        listener.Start();
        using var client = SimpleErpRegistration.Client(new SimpleErpConnection { BaseUrl = new Uri(address), ApiKey = "k", Timeout = TimeSpan.FromSeconds(10) });
        var erp = new SimpleErpClient(client, TimeProvider.System);
        foreach (var call in new Func<Task>[] { () => erp.PostAsync(ErpDocuments.Invoice(), Cancel), () => erp.FindAsync("n", Cancel) })
        {
            var answering = AnswerAsync(listener, status, body, retryAfter);
            (await Should.ThrowAsync<ErpUnavailableException>(call)).RetryAfter.ShouldBe(retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
            await answering;
        }
    }

    [Fact]
    public async Task Documents_and_faults_survive_the_ERPs_own_restart()
    {
        await using var restarted = await SandboxProcess.StartAsync(cancellationToken: Cancel);
        using var client = SimpleErpRegistration.Client(Connection(restarted));
        var erp = new SimpleErpClient(client, TimeProvider.System);
        var document = ErpDocuments.Invoice();
        await erp.PostAsync(document, Cancel);
        await restarted.Control.SendAsync(HttpMethod.Post, "/erp/faults", new { kind = "unavailable", match = "chk_other" }, Cancel);
        await restarted.KillAsync();
        await restarted.RestartAsync(Cancel);
        (await erp.FindAsync(document.Number, Cancel)).ShouldNotBeNull();
        await Should.ThrowAsync<ErpUnavailableException>(() => erp.FindAsync("chk_other:invoice", Cancel));
        (await restarted.Control.TruthAsync(Cancel))["erp_documents"]!.AsArray().Count.ShouldBe(1);
        await restarted.Control.ResetAsync(Cancel);
        (await erp.FindAsync("chk_other:invoice", Cancel)).ShouldBeNull();
    }

    private static async Task AnswerAsync(HttpListener listener, int status, string body, int? retryAfter)
    {
        var context = await listener.GetContextAsync();
        context.Response.StatusCode = status;
        if (retryAfter is { } seconds)
        {
            context.Response.Headers["Retry-After"] = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        await context.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body), Cancel);
        context.Response.Close();
    }

    private async Task<JsonObject> KeptAsync(string number) =>
        (await sandbox.Control.SendAsync(HttpMethod.Get, "/erp", null, Cancel))["documents"]!.AsArray().Select(document => document!.AsObject()).Single(document => (string?)document["number"] == number);

    private Task FaultAsync(object fault) => sandbox.Control.SendAsync(HttpMethod.Post, "/erp/faults", fault, Cancel);

    private static SimpleErpConnection Connection(SandboxProcess process) =>
        new() { BaseUrl = process.Erp, ApiKey = process.ErpKey, Timeout = TimeSpan.FromSeconds(20) };
}
