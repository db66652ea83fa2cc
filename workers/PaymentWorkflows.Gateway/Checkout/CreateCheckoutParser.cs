using System.Text.RegularExpressions;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Contracts.Checkout;
using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Gateway.Http;
using PaymentWorkflows.Gateway.Validation;

namespace PaymentWorkflows.Gateway.Checkout;

/// <summary>Turns the body of <c>POST /v1/checkouts</c> into a command, or refuses it with the field's path.</summary>
public static partial class CreateCheckoutParser
{
    private const int MaxWaitMs = 30_000;
    private const int DefaultWaitMs = 10_000;
    private const int MaxLines = 100;
    private const int MaxUrlLength = 2_048;
    private const string IdRule = "letters, digits, '_', '-' and '.' only";

    /// <exception cref="ApiException">400 with code and path.</exception>
    public static CreateCheckoutCommand Parse(JsonFields body)
    {
        body.Only("merchant", "order", "customer", "currency", "lines", "tax", "tax_behavior", "capture", "payment_method", "return_url", "metadata", "wait_ms");
        var merchant = body.Parsed<MerchantId>("merchant", MerchantId.MaxLength, $"1 to {MerchantId.MaxLength} characters: {IdRule}");
        var order = body.Parsed<OrderId>("order", OrderId.MaxLength, $"1 to {OrderId.MaxLength} characters: {IdRule}");
        var (customer, details) = Customer(body.Nested("customer"));
        var currency = CurrencyOf(body);
        var lines = Lines(body);
        var input = new CheckoutInput
        {
            Merchant = merchant,
            Order = order,
            Customer = customer,
            Region = details.Country,
            Currency = currency,
            Lines = lines,
            Tax = body.OneOf("tax", "none", "none", "automatic") == "automatic" ? TaxMode.Automatic : TaxMode.None,
            TaxBehavior = body.OneOf("tax_behavior", "exclusive", "exclusive", "inclusive") == "inclusive" ? TaxBehavior.Inclusive : TaxBehavior.Exclusive,
            Capture = body.OneOf("capture", "automatic", "automatic", "manual") == "manual" ? CaptureMode.Manual : CaptureMode.Automatic,
            PaymentMethod = PaymentMethod(body.Nested("payment_method")),
            ReturnUrl = ReturnUrl(body),
            Metadata = CheckoutMetadata.Read(body),
        };
        var wait = TimeSpan.FromMilliseconds(body.OptionalWhole("wait_ms", 0, MaxWaitMs) ?? DefaultWaitMs);
        return new CreateCheckoutCommand(input, Price(lines, currency), details, wait);
    }

    private static (CustomerId Id, CustomerDetails Details) Customer(JsonFields customer)
    {
        customer.Only("id", "email", "name", "country", "postal_code", "tax_id");
        var id = customer.Parsed<CustomerId>("id", CustomerId.MaxLength, $"1 to {CustomerId.MaxLength} characters: {IdRule}");
        var email = Matching(customer, "email", 254, Email(), "an e-mail address");
        var country = Matching(customer, "country", 2, Country(), "an ISO 3166-1 alpha-2 country code in upper case, such as DE");
        var postalCode = Matching(customer, "postal_code", 20, PostalCode(), "1 to 20 letters, digits, spaces and dashes");
        var name = Matching(customer, "name", 200, PersonName(), "a name of 1 to 200 characters without control characters");
        var taxId = Matching(customer, "tax_id", 40, TaxId(), "a tax number of 1 to 40 letters, digits, '.', '/', '-' and spaces");
        return (id, new CustomerDetails(email, name, country, postalCode) { TaxId = taxId });
    }

    private static Currency CurrencyOf(JsonFields body)
    {
        var code = body.Text("currency", 100);
        return Currency.TryParse(code, null, out var currency)
            ? currency
            : throw ApiErrors.Invalid("currency_unknown", "'currency' must be an active ISO 4217 code, such as eur or usd.", "currency");
    }

    private static List<CheckoutLine> Lines(JsonFields body)
    {
        var lines = new List<CheckoutLine>();
        foreach (var line in body.Objects("lines", MaxLines))
        {
            line.Only("sku", "description", "quantity", "unit_amount", "tax_code");
            lines.Add(new CheckoutLine(
                line.Text("sku", 100),
                line.Text("description", 500),
                checked((int)line.Whole("quantity", 1, int.MaxValue)),
                line.Whole("unit_amount", 0, long.MaxValue),
                Matching(line, "tax_code", 40, TaxCode(), "a tax code such as txcd_10000000")));
        }

        return lines;
    }

    /// <summary>The form alone: what the method itself asks for is decided by <see cref="MethodCheck"/>.</summary>
    private static PaymentMethodInput PaymentMethod(JsonFields method)
    {
        method.Only("type", "token", "code");
        return new PaymentMethodInput(
            method.Text("type", 50),
            Matching(method, "token", 255, Token(), "the provider's token of the payment method, such as pm_card_visa"),
            Matching(method, "code", 12, Code(), "the code that the customer typed: 1 to 12 letters and digits"));
    }

    private static string? ReturnUrl(JsonFields body)
    {
        if (body.OptionalText("return_url", MaxUrlLength) is not { } text)
        {
            return null;
        }

        var isWeb = Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) && uri.UserInfo.Length == 0;
        return isWeb && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) ? text : throw ApiErrors.Wrong("return_url", "an absolute http or https address");
    }

    private static Money Price(List<CheckoutLine> lines, Currency currency)
    {
        try
        {
            return Pricing.Price(lines, currency);
        }
        catch (PricingException wrong)
        {
            throw ApiErrors.Invalid("parameter_invalid", wrong.Message, wrong.Field);
        }
    }

    private static string? Matching(JsonFields fields, string name, int maxLength, Regex rule, string expected) =>
        fields.OptionalText(name, maxLength) is not { } text || rule.IsMatch(text) ? fields.OptionalText(name, maxLength) : throw ApiErrors.Wrong(fields.At(name), expected);

    [GeneratedRegex(@"\A[^\s@\p{C}]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Email();

    [GeneratedRegex(@"\A[A-Z]{2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Country();

    [GeneratedRegex(@"\A[\p{L}\p{Nd} -]{1,20}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PostalCode();

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TaxCode();

    [GeneratedRegex(@"\A[^\p{C}]{1,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PersonName();

    [GeneratedRegex(@"\A[A-Za-z0-9./ -]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TaxId();

    [GeneratedRegex(@"\A[A-Za-z0-9]{1,12}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex(@"\A(pm|tok)_[A-Za-z0-9_]{1,250}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
