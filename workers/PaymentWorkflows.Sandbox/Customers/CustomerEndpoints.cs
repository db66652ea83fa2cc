using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Http;
using PaymentWorkflows.Sandbox.Lists;
using PaymentWorkflows.Sandbox.Parameters;
using PaymentWorkflows.Sandbox.PaymentMethods;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Customers;

/// <summary><c>/v1/customers</c>.</summary>
internal static class CustomerEndpoints
{
    public const string Kind = "customer";

    private static readonly string[] Texts = ["description", "email", "name", "phone", "tax_exempt", "business_name", "individual_name"];

    public static JsonObject Create(ApiCall call)
    {
        var customer = new JsonObject
        {
            ["id"] = Identifiers.New("cus"),
            ["object"] = Kind,
            ["address"] = null,
            ["balance"] = 0L,
            ["created"] = call.Transaction.NowSeconds,
            ["currency"] = null,
            ["customer_account"] = null,
            ["default_source"] = null,
            ["delinquent"] = false,
            ["description"] = null,
            ["discount"] = null,
            ["email"] = null,
            ["invoice_prefix"] = Identifiers.RandomText(8).ToUpperInvariant(),
            ["invoice_settings"] = new JsonObject
            {
                ["custom_fields"] = null,
                ["default_payment_method"] = null,
                ["footer"] = null,
                ["rendering_options"] = null,
            },
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["name"] = null,
            ["next_invoice_sequence"] = 1L,
            ["phone"] = null,
            ["preferred_locales"] = new JsonArray(),
            ["shipping"] = null,
            ["tax_exempt"] = "none",
            ["test_clock"] = null,
        };
        Apply(call, customer);
        call.Transaction.Save(customer);
        if (call.Arguments.Text("payment_method") is { } method)
        {
            PaymentMethodEndpoints.AttachTo(call.Transaction, PaymentMethodFactory.Resolve(call.Transaction, method, "payment_method"), customer.Id());
        }

        call.Transaction.Emit("customer.created", customer);
        return customer;
    }

    /// <summary>A deleted customer answers with three members.</summary>
    public static JsonObject Retrieve(ApiCall call)
    {
        var customer = call.Transaction.Get(Kind, call.Id, "id");
        return customer.Is("deleted") ? Deleted(customer.Id()) : customer;
    }

    public static JsonObject Update(ApiCall call)
    {
        var customer = Living(call);
        Apply(call, customer);
        call.Transaction.Save(customer);
        call.Transaction.Emit("customer.updated", customer);
        return customer;
    }

    public static JsonObject Delete(ApiCall call)
    {
        var customer = Living(call);
        foreach (var stored in call.Transaction.Objects.WithTerm("payment_method", "customer", customer.Id()).ToList())
        {
            var method = call.Transaction.Get("payment_method", stored.Id);
            PaymentMethodEndpoints.DetachFrom(call.Transaction, method);
        }

        call.Transaction.Emit("customer.deleted", customer);
        customer["deleted"] = true;
        call.Transaction.Save(customer);
        return Deleted(customer.Id());
    }

    public static JsonObject List(ApiCall call)
    {
        var email = call.Arguments.Text("email");
        return ObjectList.Answer(call, Kind, [], email is null ? null : customer => customer.OptionalText("email") == email);
    }

    public static JsonObject Search(ApiCall call) => ObjectSearch.Answer(call, Kind, SearchFields.Customers);

    public static JsonObject ListPaymentMethods(ApiCall call)
    {
        var id = Living(call).Id();
        var form = new FormNode();
        foreach (var name in (string[])["limit", "starting_after", "ending_before", "type"])
        {
            if (call.Arguments.Text(name) is { } text)
            {
                form.Add([name], text);
            }
        }

        form.Add(["customer"], id);
        return ObjectList.Answer(call with { Arguments = new Arguments(form) }, "payment_method", ["customer", "type"]);
    }

    private static JsonObject Living(ApiCall call)
    {
        var customer = call.Transaction.Get(Kind, call.Id, "id");
        return customer.Is("deleted") ? throw StripeErrors.Missing(Kind, call.Id, "id", inPath: true) : customer;
    }

    private static JsonObject Deleted(string id) => new() { ["id"] = id, ["object"] = Kind, ["deleted"] = true };

    private static void Apply(ApiCall call, JsonObject customer)
    {
        foreach (var name in Texts.Where(name => call.Arguments.Has(name)))
        {
            customer[name] = call.Arguments.Text(name);
        }

        foreach (var name in (string[])["address", "shipping"])
        {
            if (call.Arguments.Has(name))
            {
                customer[name] = call.Arguments.Hash(name);
            }
        }

        foreach (var field in (string[])["city", "country", "line1", "line2", "postal_code", "state"])
        {
            if (customer["address"] is JsonObject address && !address.ContainsKey(field))
            {
                address[field] = null;
            }
        }

        if (call.Arguments.Text("invoice_settings", "default_payment_method") is { } method)
        {
            customer["invoice_settings"]!["default_payment_method"] = method;
        }

        customer["balance"] = call.Arguments.Integer("balance") ?? customer.Long("balance");
        customer["metadata"] = call.Arguments.MergeMetadata(customer["metadata"]);
    }
}
