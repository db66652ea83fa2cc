using System.Text.Json.Nodes;
using PaymentWorkflows.TestKit.Sandbox;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Sandbox;

/// <summary>Payments by methods other than cards: requests that have all that a method needs, and what people do at its page.</summary>
public static class LocalMethods
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Every method of the sandbox's own catalogue.</summary>
    public static async Task<IReadOnlyList<JsonObject>> AllAsync(SandboxProcess sandbox)
    {
        var catalogue = await sandbox.Control.SendAsync(HttpMethod.Get, "/catalogue", null, Cancel);
        return [.. catalogue["methods"]!.AsArray().Select(method => (JsonObject)method!)];
    }

    /// <summary>A form that creates and confirms a payment with all that the method's catalogue entry asks for.</summary>
    public static string Form(JsonObject method, string email = "fill_never@shop.example", long amount = 2000)
    {
        var type = (string)method["type"]!;
        var number = method["values"]!.AsArray().FirstOrDefault(value => ((string)value!["where"]!).StartsWith(type + "[", StringComparison.Ordinal))?["value"];
        var fields = new List<string>
        {
            $"amount={amount}", $"currency={method["currencies"]![0]}", "confirm=true", "capture_method=automatic", $"payment_method_data[type]={type}",
            "payment_method_data[billing_details][name]=J. Test", $"payment_method_data[billing_details][email]={email}",
            "payment_method_data[billing_details][address][line1]=High Street 1", "payment_method_data[billing_details][address][postal_code]=AB1 2CD",
            "payment_method_data[billing_details][address][country]=GB",
        };
        foreach (var need in method["needs"]!.AsArray().Select(need => (string)need!))
        {
            if (need == "mandate_data")
            {
                fields.Add("mandate_data[customer_acceptance][type]=online&mandate_data[customer_acceptance][online][ip_address]=127.0.0.1&mandate_data[customer_acceptance][online][user_agent]=test");
            }
            else if (need == "return_url")
            {
                fields.Add("return_url=https://shop.example/back?cart=7");
            }
            else if (need.StartsWith("payment_method_options", StringComparison.Ordinal))
            {
                fields.Add($"{need}=123456");
            }
            else if (need.StartsWith(type + "[", StringComparison.Ordinal))
            {
                fields.Add($"payment_method_data[{type}]{need[type.Length..]}={number ?? "000.000.000-00"}");
            }
        }

        return string.Join('&', fields).Replace("+", "%2B", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal);
    }

    /// <summary>What a person does at the page, for example <c>approve</c> or <c>approve?amount=5</c>.</summary>
    public static async Task<HttpResponseMessage> ActAsync(RawClient raw, string intent, string action) =>
        await raw.Http.PostAsync($"/pay/{intent}/{action}", null, Cancel);

    public static async Task<string> StatusAsync(RawClient raw, string intent) => (await raw.GetAsync($"/v1/payment_intents/{intent}")).Text("status")!;

    /// <summary>The types of the events about an intent and its charges, oldest first.</summary>
    public static async Task<IReadOnlyList<string>> EventsAsync(RawClient raw, string intent)
    {
        var events = await raw.GetAsync("/v1/events?limit=100");
        return [.. events.Body["data"]!.AsArray()
            .Where(item => (string?)item!["data"]!["object"]!["id"] == intent || (string?)item["data"]!["object"]!["payment_intent"] == intent)
            .Select(item => (string)item!["type"]!)
            .Reverse()];
    }
}
