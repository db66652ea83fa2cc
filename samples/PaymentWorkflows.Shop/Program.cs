using System.Text.Json.Nodes;
using PaymentWorkflows.Contracts.Notices;
using PaymentWorkflows.Shop;

var builder = WebApplication.CreateSlimBuilder([.. args, "--hostBuilder:reloadConfigOnChange=false"]);
ShopOptions options;
try
{
    options = ShopOptions.From(builder.Configuration);
}
catch (FormatException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 2;
}

builder.WebHost.UseUrls($"http://{options.Address}");
builder.Services.AddSingleton(options).AddSingleton<Orders>().AddSingleton<OverHttp>().AddSingleton<OverTemporal>().AddSingleton<Till>();
var app = builder.Build();

app.MapGet("/", async (string? country, string? order, string? problem, Orders orders, OverHttp platform, Till till, CancellationToken cancelled) =>
{
    var shown = order is null ? null : orders.Find(order);
    try
    {
        var offer = shown?.Offer ?? Catalogue.For(country);
        shown = shown is null ? null : await till.LookAsync(shown, cancelled);
        var methods = (await platform.MethodsAsync(offer, cancelled)).Where(CanPay).ToArray();
        return Html(Page.Render(offer, methods, shown, orders.Newest(10), problem));
    }
    catch (Exception failure) when (failure is ShopException or HttpRequestException)
    {
        return Html(Page.Render(Catalogue.For(country), [], shown, orders.Newest(10), $"The payment platform cannot be reached: {failure.Message}"));
    }
});

app.MapPost("/orders", async (HttpRequest request, OverHttp platform, Till till, CancellationToken cancelled) =>
{
    var form = await request.ReadFormAsync(cancelled);
    var offer = Catalogue.For(form["country"]);
    var id = $"shop_{Guid.NewGuid():N}"[..17];
    try
    {
        var method = (await platform.MethodsAsync(offer, cancelled)).FirstOrDefault(one => one.Type == form["method"]) ?? throw new ShopException("Choose how to pay.");
        var order = new Order
        {
            Id = id,
            Offer = offer,
            Method = method.Type,
            Token = method.RequiredFields.Contains("payment_method.token") ? form["token"].ToString() : null,
            Code = method.RequiredFields.Contains("payment_method.code") ? form["code"].ToString() : null,
            Way = form["way"] == Till.Workflow ? Till.Workflow : "http",
        };
        await till.PayAsync(order, $"http://{request.Host}/?order={order.Id}", cancelled);
        return Results.Redirect($"/?order={id}");
    }
    catch (Exception failure) when (failure is ShopException or HttpRequestException or Temporalio.Exceptions.TemporalException)
    {
        return Results.Redirect($"/?order={id}&problem={Uri.EscapeDataString(failure.Message)}");
    }
});

app.MapPost("/orders/{id}/refund", async (string id, Orders orders, Till till, CancellationToken cancelled) =>
{
    try
    {
        if (orders.Find(id) is { } order)
        {
            await till.RefundAsync(order, cancelled);
        }

        return Results.Redirect($"/?order={id}");
    }
    catch (Exception failure) when (failure is ShopException or HttpRequestException)
    {
        return Results.Redirect($"/?order={id}&problem={Uri.EscapeDataString(failure.Message)}");
    }
});

// The platform's signed notices: how the shop learns of a payment that nobody waits for any more.
app.MapPost("/notices", async (HttpRequest request, Orders orders, Till till, CancellationToken cancelled) =>
{
    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body, cancelled);
    if (!NoticeSignature.Verify(body.ToArray(), name => request.Headers[name], [options.NoticeSecret], TimeProvider.System.GetUtcNow()))
    {
        return Results.Unauthorized();
    }

    if (JsonNode.Parse(body.ToArray())?["data"]?["object"] is { } told && (string?)told["object"] == "checkout" && orders.ByCheckout((string)told["id"]!) is { } order)
    {
        till.Told(order.Id, told);
    }

    return Results.Ok();
});

app.MapGet("/health/ready", () => Results.Ok());
await app.RunAsync();
return 0;

static IResult Html(string page) => Results.Content(page, "text/html; charset=utf-8");

// The shop's page asks for a card token or a code; what wants more is left out.
static bool CanPay(Method method) => method.Flow is not "bank_debit";
