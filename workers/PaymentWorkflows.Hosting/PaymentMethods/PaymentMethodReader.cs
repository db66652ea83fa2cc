using PaymentWorkflows.Domain;
using PaymentWorkflows.Domain.Checkout;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Hosting.PaymentMethods;

/// <summary>Names every key of <c>payment-methods.yaml</c> once, with its type and range. <c>payment-methods.schema.json</c> says the same to editors.</summary>
internal static class PaymentMethodReader
{
    private const int MostSettlementDays = 60;
    private static readonly TimeSpan LeastExpiry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostExpiry = TimeSpan.FromDays(60);
    private static readonly TimeSpan LeastWindow = TimeSpan.FromDays(1);
    private static readonly TimeSpan MostWindow = TimeSpan.FromDays(1_000);

    public static IReadOnlyCollection<PaymentMethod> Read(SettingsSection root)
    {
        var methods = root.Map("methods", (map, name) => PaymentMethodWords.IsName(name)
            ? map.Section(name, section => ReadMethod(name, section))
            : throw map.Wrong(name, $"methods.{name} is no name for a payment method; {PaymentMethodWords.NameRule}"));
        return methods.Count > 0 ? [.. methods.Values] : throw root.Missing("methods", "a section of payment methods, each under its name");
    }

    private static PaymentMethod ReadMethod(string name, SettingsSection section)
    {
        if (!section.Has("provider"))
        {
            throw section.Missing("provider", $"a section with the provider ({string.Join(", ", PaymentMethodWords.Providers)}) and the provider's type of the method");
        }

        var flow = PaymentMethodWords.Flow(section.OneOf("flow", PaymentMethodWords.Flows, null));
        var currencies = ReadCurrencies(section);
        var captureModes = ReadCapture(section, flow);
        return new PaymentMethod
        {
            Name = name,
            Names = ReadNames(section),
            Traits = new PaymentMethodTraits
            {
                Flow = flow,
                Outcome = section.OneOf("outcome", PaymentMethodWords.Outcomes, null) == PaymentMethodWords.Outcomes[0] ? OutcomeSource.Answer : OutcomeSource.Webhook,
                Expiry = section.RequiredDuration("expiry", LeastExpiry, MostExpiry),
                Late = section.Has("late") ? section.RequiredDuration("late", LeastExpiry, MostExpiry) : null,
                CanAuthorize = captureModes.Contains(CaptureMode.Manual),
                Refunds = section.Has("refunds") ? section.Section("refunds", ReadRefunds) : null,
                Providers = section.Section("provider", providers => ReadProviders(providers, flow)),
            },
            Countries = ReadCountries(section),
            Currencies = currencies,
            Limits = [.. section.Map("limits", (map, code) => ReadLimit(map, code, currencies)).Values],
            CaptureModes = captureModes,
            Disputes = section.Has("disputes") ? section.Section("disputes", ReadDisputes) : null,
            SettlementDays = (int)section.RequiredWhole("settles", 0, MostSettlementDays),
            RequiredFields = section.Words<string>("required_fields", (string text, out string value) => RequestFields.All.Contains(value = text), PaymentMethodWords.OneOf(RequestFields.All)) ?? [],
        };
    }

    private static IReadOnlyDictionary<string, string> ReadNames(SettingsSection section)
    {
        var names = section.Map("names", (map, tag) => PaymentMethodWords.IsLanguageTag(tag)
            ? map.Words(tag)
            : throw map.Wrong(tag, $"{map.PathOf(tag)} is no language tag such as en or pt-BR"));
        var anyCase = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (tag, name) in names)
        {
            anyCase.Add(tag, name);
        }

        return anyCase.ContainsKey("en")
            ? anyCase
            : throw section.Wrong("names", $"{section.PathOf("names")}.en is missing; it must be the method's English name, which stands in for every other language");
    }

    private static IReadOnlyList<string>? ReadCountries(SettingsSection section) => AnyOr(
        section,
        "countries",
        () => section.Words<string>(
            "countries",
            (string text, out string value) => Iso3166.IsCountry(value = text),
            "an ISO 3166-1 alpha-2 country code in upper case, such as DE"));

    private static IReadOnlyList<Currency>? ReadCurrencies(SettingsSection section) => AnyOr(
        section,
        "currencies",
        () => section.Words<Currency>("currencies", PaymentMethodWords.ParseCurrency, PaymentMethodWords.CurrencyRule));

    private static IReadOnlyList<T>? AnyOr<T>(SettingsSection section, string key, Func<IReadOnlyList<T>?> read)
    {
        if (!section.Has(key))
        {
            throw section.Missing(key, "any, or a list of codes");
        }

        if (section.IsWord(key))
        {
            section.OneOf(key, ["any"], null);
            return null;
        }

        return read();
    }

    private static AmountLimit ReadLimit(SettingsSection map, string code, IReadOnlyList<Currency>? currencies)
    {
        if (!PaymentMethodWords.ParseCurrency(code, out var currency))
        {
            throw map.Wrong(code, $"{map.PathOf(code)} must be {PaymentMethodWords.CurrencyRule}");
        }

        if (currencies?.Contains(currency) == false)
        {
            throw map.Wrong(code, $"{map.PathOf(code)} limits a currency that is not among currencies; allowed here: {string.Join(", ", currencies)}");
        }

        return map.Section(code, section =>
        {
            var (min, max) = (section.OptionalWhole("min", 1, Pricing.MaxMinor), section.OptionalWhole("max", 1, Pricing.MaxMinor));
            return (min, max) switch
            {
                (null, null) => throw section.Missing("min", $"a whole number from 1 to {Pricing.MaxMinor} in minor units; min, max or both must be there"),
                _ when min > max => throw section.Wrong("min", $"{section.PathOf("min")} is {min} but must be at most max, which is {max}"),
                _ => new AmountLimit(currency, min, max),
            };
        });
    }

    private static IReadOnlyList<CaptureMode> ReadCapture(SettingsSection section, PaymentFlow flow)
    {
        const string Key = "capture";
        var modes = section.Words<CaptureMode>(Key, PaymentMethodWords.ParseCapture, PaymentMethodWords.OneOf(PaymentMethodWords.CaptureModes))
            ?? throw section.Missing(Key, $"a list of {string.Join(", ", PaymentMethodWords.CaptureModes)}");
        return flow.CanReserve() || !modes.Contains(CaptureMode.Manual)
            ? modes
            : throw section.Wrong(Key, $"{section.PathOf(Key)} must be [automatic]: with the flow {flow.Name()} money cannot be reserved first, so manual is not possible");
    }

    private static RefundTraits ReadRefunds(SettingsSection section) =>
        new(section.RequiredFlag("partial"), section.RequiredDuration("window", LeastWindow, MostWindow));

    private static DisputeRules ReadDisputes(SettingsSection section) =>
        new(section.RequiredDuration("window", LeastWindow, MostWindow), section.RequiredFlag("challengeable"));

    private static IReadOnlyList<ProviderMethod> ReadProviders(SettingsSection section, PaymentFlow flow)
    {
        var providers = PaymentMethodWords.Providers.Where(section.Has)
            .Select(name => section.Section(name, provider => ReadProvider(name, flow, provider))).ToArray();
        section.Close();
        return providers.Length > 0 ? providers : throw section.Missing(PaymentMethodWords.Providers[0], "a section with the provider's type of the method");
    }

    private static ProviderMethod ReadProvider(string name, PaymentFlow flow, SettingsSection section) => new()
    {
        Provider = name,
        Flow = flow,
        Type = section.Matching("type", PaymentMethodWords.ProviderWord(), PaymentMethodWords.ProviderWordRule, null),
        NextAction = section.Has("next_action") ? section.Matching("next_action", PaymentMethodWords.ProviderWord(), PaymentMethodWords.ProviderWordRule, null) : null,
        ExpiryParameter = section.Has("expiry_parameter") ? section.Matching("expiry_parameter", PaymentMethodWords.Parameter(), PaymentMethodWords.ParameterRule, null) : null,
        Fields = [.. section.Map("fields", ReadField).Values],
    };

    private static ProviderField ReadField(SettingsSection map, string parameter)
    {
        if (!PaymentMethodWords.Parameter().IsMatch(parameter))
        {
            throw map.Wrong(parameter, $"{map.PathOf(parameter)} must be {PaymentMethodWords.ParameterRule}");
        }

        return new ProviderField(parameter, map.OneOf(parameter, RequestFields.Sources, null));
    }
}
