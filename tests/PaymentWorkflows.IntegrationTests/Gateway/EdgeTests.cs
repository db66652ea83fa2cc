using System.Data.Common;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.IntegrationTests.Gateway.Fakes;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

public sealed class EdgeTests : IAsyncLifetime
{
    private RunningGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await RunningGateway.StartAsync();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer sk_wrong")]
    [InlineData("Bearer sk_test_gateway2")]
    [InlineData("Basic sk_test_gateway")]
    public async Task Without_the_key_nothing_under_v1_answers(string? authorization)
    {
        using var client = new HttpClient { BaseAddress = gateway.Address };
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/v1/checkouts"), (HttpMethod.Get, "/v1/checkouts"), (HttpMethod.Get, "/v1/checkouts/chk_1"), (HttpMethod.Post, "/V1/checkouts/chk_1/cancel"), (HttpMethod.Get, "/v1/unknown") })
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var answer = await Answer.ReadAsync(response);
            (answer.Status, answer.Error.GetProperty("type").GetString()).ShouldBe((401, "authentication"));
            answer.Headers["WWW-Authenticate"].ShouldBe("Bearer");
            answer.Headers.ShouldContainKey("Transaction-Id");
        }
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/v1/nowhere")]
    [InlineData("/v1/checkouts/chk_1/refund")]
    public async Task An_unknown_address_is_404(string path)
    {
        var answer = await gateway.GetAsync(path);
        (answer.Status, answer.Code).ShouldBe((404, "route_unknown"));
        answer.Headers["Request-Id"].ShouldStartWith("req_");
    }

    [Fact]
    public async Task A_wrong_method_is_405_with_allow_and_options_is_answered()
    {
        var wrong = await gateway.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "/v1/checkouts"));
        (wrong.Status, wrong.Code).ShouldBe((405, "method_not_allowed"));
        wrong.Headers["Allow"].Split(", ").ShouldBe(["GET", "POST"], ignoreOrder: true);
        var options = await gateway.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/v1/checkouts/chk_1"));
        (options.Status, options.Headers["Allow"]).ShouldBe((204, "GET"));
    }

    [Fact]
    public async Task Head_is_answered_like_get_without_the_body()
    {
        var head = await gateway.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/v1/checkouts"));
        (head.Status, head.Body).ShouldBe((200, ""));
        int.Parse(head.Headers["Content-Length"], CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413_with_and_without_a_declared_length()
    {
        var huge = new string(' ', 262_145);
        (await gateway.PostAsync("/v1/checkouts", huge)).Status.ShouldBe(413);
        var chunked = new HttpRequestMessage(HttpMethod.Post, "/v1/checkouts") { Content = new StringContent(huge, Encoding.UTF8, "application/json") };
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Headers.Add("Idempotency-Key", "k");
        var answer = await gateway.SendAsync(chunked);
        (answer.Status, answer.Code).ShouldBe((413, "body_too_large"));
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/x-www-form-urlencoded", null)]
    [InlineData("application/json; charset=utf-16", null)]
    [InlineData("application/json", "gzip")]
    public async Task Another_content_type_or_a_compressed_body_is_415(string type, string? encoding)
    {
        using var content = new StringContent(Bodies.Create());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/checkouts") { Content = content };
        request.Headers.Add("Idempotency-Key", "k");
        var answer = await gateway.SendAsync(request);
        (answer.Status, answer.Code).ShouldBe((415, "content_type_unsupported"));
    }

    [Fact]
    public async Task Headers_over_8_kilobytes_are_refused()
    {
        using var client = new RawClient(gateway.Address);
        (await client.SendAsync($"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Big: {new string('a', 9_000)}\r\n\r\n")).ShouldStartWith("HTTP/1.1 431");
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task A_body_that_does_not_arrive_ends_the_request()
    {
        using var client = new RawClient(gateway.Address);
        var answer = await client.SendAsync($"POST /v1/checkouts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {RunningGateway.ApiKey}\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{");
        answer.ShouldStartWith("HTTP/1.1 408");
    }

    [Fact]
    public async Task An_unreachable_database_is_503_with_retry_after()
    {
        foreach (var fault in new Exception[] { new Unreachable("host=secret"), new TimeoutException("secret") })
        {
            gateway.Checkouts.Fault = fault;
            foreach (var answer in new[] { await gateway.PostAsync("/v1/checkouts", Bodies.Create()), await gateway.GetAsync("/v1/checkouts"), await gateway.GetAsync("/v1/checkouts/chk_1") })
            {
                (answer.Status, answer.Code, answer.Headers["Retry-After"]).ShouldBe((503, "database_unavailable", "1"));
                answer.Body.ShouldNotContain("secret");
            }
        }

        gateway.Keys.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_fault_is_500_without_its_text()
    {
        gateway.Checkouts.Fault = new InvalidOperationException("secret");
        var answer = await gateway.GetAsync("/v1/checkouts");
        (answer.Status, answer.Code, answer.Error.GetProperty("type").GetString()).ShouldBe((500, "internal", "internal"));
        answer.Body.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Personal_data_bodies_and_queries_are_not_logged()
    {
        await gateway.PostAsync("/v1/checkouts", Bodies.Create());
        await gateway.PostAsync("/v1/checkouts", Bodies.Create(body => body["customer"]!["email"] = "nobody-at-all"));
        await gateway.GetAsync("/v1/checkouts?order=visible-order-name");
        var logs = gateway.Logs.Text;
        logs.ShouldContain("txn_");
        foreach (var secret in new[] { "a@b.example", "nobody-at-all", "10115", "visible-order-name", "pm_card_visa", RunningGateway.ApiKey })
        {
            logs.ShouldNotContain(secret);
        }
    }

    [Fact]
    public async Task Log_lines_of_a_request_carry_its_ids()
    {
        var created = await gateway.PostAsync("/v1/checkouts", Bodies.Create(), transaction: "txn_logged");
        await gateway.LogsHoldingAsync($"[RequestId, {created.Headers["Request-Id"]}],[TransactionId, txn_logged],[WorkflowId, checkout/acme/ord_1]");
    }

    [Fact]
    public async Task A_huge_field_name_is_cut_in_the_answer()
    {
        var answer = await gateway.PostAsync("/v1/checkouts", $"{{\"{new string('n', 100_000)}\":[{string.Join(',', Enumerable.Repeat(1, 50_000))}]}}");
        (answer.Status, answer.Code, answer.Param!.Length).ShouldBe((400, "parameter_unknown", 63));
    }

    [Fact]
    public async Task A_list_is_a_page_newest_first_with_its_filters()
    {
        for (var n = 1; n <= 3; n++)
        {
            await gateway.PostAsync("/v1/checkouts", Bodies.Create(order: $"ord_{n}"));
        }

        gateway.Checkouts.HasMore = true;
        var first = (await gateway.GetAsync("/v1/checkouts?limit=1")).Json.GetProperty("data")[0].GetProperty("id").GetString();
        var answer = await gateway.GetAsync($"/v1/checkouts?merchant=acme&order=ord_1&status=requires_capture&held=true&limit=2&starting_after={first}");
        answer.Text("object").ShouldBe("list");
        answer.Text("url").ShouldBe("/v1/checkouts");
        answer.Json.GetProperty("has_more").GetBoolean().ShouldBeTrue();
        answer.Json.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("order").GetString()).ShouldBe(["ord_3", "ord_2"]);
        var query = gateway.Checkouts.LastQuery.ShouldNotBeNull();
        (query.Limit, query.Held, query.Status, query.Merchant.ToString(), query.StartingAfter.ToString()).ShouldBe((2, true, CheckoutStatus.RequiresCapture, "acme", first));
    }

    [Theory]
    [InlineData("limit=0", "parameter_invalid", "limit")]
    [InlineData("limit=101", "parameter_invalid", "limit")]
    [InlineData("limit=ten", "parameter_invalid", "limit")]
    [InlineData("status=paid", "parameter_invalid", "status")]
    [InlineData("held=maybe", "parameter_invalid", "held")]
    [InlineData("starting_after=x", "parameter_invalid", "starting_after")]
    [InlineData("starting_after=chk_nobody", "parameter_invalid", "starting_after")]
    [InlineData("ending_before=chk_nobody", "parameter_invalid", "ending_before")]
    [InlineData("starting_after=chk_a&ending_before=chk_b", "parameter_invalid", "ending_before")]
    [InlineData("order=a&order=b", "parameter_duplicate", "order")]
    [InlineData("page=2", "parameter_unknown", "page")]
    public async Task A_wrong_query_is_refused(string query, string code, string param)
    {
        var answer = await gateway.GetAsync($"/v1/checkouts?{query}");
        (answer.Status, answer.Code, answer.Param).ShouldBe((400, code, param));
    }

    [Fact]
    public async Task Readiness_says_what_is_missing_and_liveness_does_not_care()
    {
        (await gateway.GetAsync("/health/ready")).Status.ShouldBe(200);
        gateway.Probe.IsDown = true;
        var answer = await gateway.GetAsync("/health/ready");
        answer.Status.ShouldBe(503);
        answer.Json.GetProperty("checks").GetProperty("database").GetString().ShouldBe("unreachable");
        answer.Headers.ShouldContainKey("Retry-After");
        (await gateway.GetAsync("/health/live")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_openapi_document_has_every_route_with_schemas_and_descriptions()
    {
        var answer = await gateway.GetAsync("/openapi/v1.json");
        answer.Status.ShouldBe(200);
        var paths = answer.Json.GetProperty("paths");
        paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name} {path.Name}")).ShouldBe(
            ["post /v1/checkouts", "get /v1/checkouts", "get /v1/checkouts/{id}", "post /v1/checkouts/{id}/capture", "post /v1/checkouts/{id}/cancel", "post /v1/refunds", "get /v1/refunds", "get /v1/refunds/{id}",
             "get /v1/payment-methods", "get /v1/transactions/{txn}", "post /webhooks/stripe/{account}", "get /health/live", "get /health/ready", "get /docs/errors"],
            ignoreOrder: true);
        foreach (var operation in paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject()))
        {
            operation.Value.GetProperty("description").GetString().ShouldNotBeNullOrWhiteSpace();
        }

        var schemas = answer.Json.GetProperty("components").GetProperty("schemas");
        var checkout = schemas.GetProperty("CheckoutResource").GetProperty("properties");
        checkout.GetProperty("amount_captured").GetProperty("description").GetString().ShouldBe("What has been taken.");
        checkout.GetProperty("created_at").GetProperty("format").GetString().ShouldBe("date-time");
        schemas.GetProperty("CreateCheckoutRequest").GetProperty("properties").TryGetProperty("payment_method", out _).ShouldBeTrue();
        var parameters = paths.GetProperty("/v1/checkouts").GetProperty("get").GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString());
        parameters.ShouldBe(["merchant", "order", "status", "held", "limit", "starting_after", "ending_before"]);
    }

    [Fact]
    public async Task Each_error_code_is_explained_where_its_doc_url_points()
    {
        var page = (await gateway.GetAsync("/docs/errors")).Body;
        foreach (var answer in new[] { await gateway.GetAsync("/v1/nowhere"), await gateway.GetAsync("/v1/checkouts?x=1"), await gateway.PostAsync("/v1/checkouts", "{}") })
        {
            page.ShouldContain($"\n## {answer.Code}\n");
        }
    }

    private sealed class Unreachable(string message) : DbException(message);
}
