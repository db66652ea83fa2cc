using System.Globalization;
using System.Text.Json.Nodes;
using PaymentWorkflows.Sandbox.Charges;
using PaymentWorkflows.Sandbox.PaymentIntents;
using PaymentWorkflows.Sandbox.State;
using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.Methods;

/// <summary>The start of a payment by a method other than a card: what the customer is asked for, and when it ends by itself.</summary>
internal static class LocalPayments
{
    private static readonly string[] OwnJobs = [JobKinds.ExpireAction, JobKinds.PayAction, JobKinds.FailAction];

    /// <summary>Confirms an intent whose payment method is no card.</summary>
    /// <exception cref="StripeException">400 when the method cannot pay it.</exception>
    public static void Start(Transaction transaction, JsonObject intent, JsonObject method, ConfirmOptions options)
    {
        var traits = transaction.Methods.Of(method.Text("type"));
        var given = intent[StoredObject.PrivateMember]?["options"]?[traits.Type] as JsonObject ?? [];
        LocalRules.Check(traits, intent, method, given, options);
        var expires = LocalRules.ExpiryOf(traits, given, transaction.Now);
        var outcome = transaction.Methods.OutcomeOf(
            traits, method[StoredObject.PrivateMember]?.OptionalText("number"), method["billing_details"]?.OptionalText("email"));
        if (outcome?.Then == TestStep.Expire && expires is not null)
        {
            // The answer shows a code that is over by now, as the provider's test mode does.
            expires = outcome.After < TimeSpan.FromMinutes(1) ? transaction.Now : expires;
        }

        CancelJobs(transaction, intent.Id());
        transaction.CancelJobs(JobKinds.PayLate, intent.Id());
        var mandate = traits.Mandate is null ? null : Mandates.Create(transaction, traits, method, options);
        var attempt = new LocalAttempt(
            method.Id(),
            traits.Type,
            traits.Code is null ? null : Template.Text(traits.Code, _ => null),
            options.ReturnUrl,
            expires?.ToUnixTimeSeconds(),
            mandate?.Id(),
            outcome?.Name);
        attempt.KeepIn(intent);
        if (traits.Flow == MethodFlow.BankDebit)
        {
            Debit(transaction, intent, method);
        }
        else
        {
            Ask(transaction, intent, traits, attempt, options);
        }

        Plan(transaction, intent, outcome, outcome?.Then == TestStep.Expire ? null : expires, expires);
    }

    /// <summary>Drops what was to happen to an attempt. Money that comes late comes all the same.</summary>
    public static void CancelJobs(Transaction transaction, string intent)
    {
        foreach (var kind in OwnJobs)
        {
            transaction.CancelJobs(kind, intent);
        }
    }

    /// <summary>Address of the page where a person plays the customer.</summary>
    public static Uri PageOf(Uri baseUrl, string intent) => new(baseUrl, $"/pay/{intent}");

    private static void Ask(Transaction transaction, JsonObject intent, MethodTraits traits, LocalAttempt attempt, ConfirmOptions options)
    {
        var page = PageOf(options.BaseUrl, intent.Id()).ToString();
        var action = traits.NextAction ?? new NextActionTraits("redirect_to_url", new JsonObject { ["return_url"] = "{return_url}", ["url"] = "{page}" });
        JsonNode? Value(string name) => name switch
        {
            "page" => page,
            "png" => page + "/code.png",
            "svg" => page + "/code.svg",
            "pdf" => page + "/voucher.html",
            "return_url" => attempt.ReturnUrl,
            "expires_at" => attempt.ExpiresAt,
            "code" => attempt.Code,
            _ => throw new InvalidOperationException($"the next action of {traits.Type} asks for '{name}'"),
        };
        intent["next_action"] = new JsonObject { [action.Type] = Template.Fill(action.Fields, Value), ["type"] = action.Type };
        intent["status"] = IntentStatus.RequiresAction;
        transaction.Save(intent);
        transaction.Emit("payment_intent.requires_action", intent);
    }

    /// <summary>The bank has the order; it answers in the following days.</summary>
    private static void Debit(Transaction transaction, JsonObject intent, JsonObject method)
    {
        var charge = ChargeFactory.Build(transaction, intent, method, null, captured: true, authenticated: false);
        charge["status"] = "pending";
        charge["paid"] = false;
        charge["receipt_url"] = null;
        intent["latest_charge"] = charge.Id();
        intent["status"] = IntentStatus.Processing;
        intent["next_action"] = null;
        transaction.Save(charge);
        transaction.Save(intent);
        transaction.Emit("charge.pending", charge);
        transaction.Emit("payment_intent.processing", intent);
    }

    private static void Plan(Transaction transaction, JsonObject intent, TestOutcome? outcome, DateTimeOffset? expiry, DateTimeOffset? shown)
    {
        if (expiry is { } end)
        {
            transaction.Schedule(JobKinds.ExpireAction, intent.Id(), end);
        }

        var (kind, at) = outcome?.Then switch
        {
            TestStep.Pay => (JobKinds.PayAction, transaction.Now + outcome.After),
            TestStep.Fail => (JobKinds.FailAction, transaction.Now + outcome.After),
            TestStep.Expire => (JobKinds.ExpireAction, transaction.Now + outcome.After),
            TestStep.PayLate => (JobKinds.PayLate, (shown ?? transaction.Now) + outcome.After),
            TestStep.Wait or null => (null, default(DateTimeOffset)),
            _ => throw new InvalidOperationException($"unknown step {outcome.Then}"),
        };
        if (kind is not null)
        {
            transaction.Schedule(kind, intent.Id(), at);
        }
    }

    /// <summary>Fills the method's member of a charge's <c>payment_method_details</c>.</summary>
    public static JsonNode ChargeDetails(Transaction transaction, MethodTraits traits, JsonObject intent, JsonObject method) => Template.Fill(traits.Charge, name => name switch
    {
        "holder" => method["billing_details"]?.OptionalText("name") ?? "Jenny Rosen",
        "mandate" => LocalAttempt.Of(intent)?.Mandate,
        "date" => (transaction.Now + traits.Settles).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ when name.StartsWith("method.", StringComparison.Ordinal) => method[traits.Type]?[name["method.".Length..]],
        _ => throw new InvalidOperationException($"the charge of {traits.Type} asks for '{name}'"),
    })!;
}
