using Xunit;

namespace PaymentWorkflows.Tests.PaymentMethods;

/// <summary>
/// Changes to <see cref="MethodFiles.Full"/>: a piece of it, what stands there instead, the line that the error names, the field, and what
/// the error says is allowed.
/// </summary>
public static class MethodExamples
{
    /// <summary>Still right.</summary>
    public static TheoryData<string, string> Right => new()
    {
        { "", "" },
        { "expiry: PT30M", "expiry: P1DT2H3M4S" },
        { "expiry: PT30M", "expiry: \"PT30M\"" },
        { "en: Plain", "en: \"42\"" },
        { "en: Plain", "en: \"true\"" },
        { "en: Plain", "en: iDEAL | Wero" },
        { "pt-BR", "zh-Hant-TW" },
        { "pt-BR", "es-419" },
        { "countries: [BR, NO]", "countries: [\"BR\"]" },
        { "countries: [BR, NO]", "countries: any" },
        { "currencies: [brl, nok]", "currencies: any" },
        { "      nok: { max: 100 }\n", "" },
        { "nok: { max: 100 }", "nok: { min: 100 }" },
        { "    late: P2D\n", "" },
        { "    refunds: { partial: false, window: P90D }\n", "" },
        { "    disputes: { window: P56D, challengeable: false }\n", "" },
        { "    required_fields: [customer.name, customer.tax_id, payment_method.code]\n", "" },
        { "partial: false", "partial: true" },
        { "settles: 0", "settles: 60" },
        { "flow: card", "flow: redirect" },
        { "flow: card", "flow: app_approval" },
        { "capture: [automatic, manual]", "capture: [manual]" },
        { "payment_method_data[slip][tax_id]", "payment_method_data[slip][owner][tax_id]" },
    };

    /// <summary>Wrong, and a schema can tell.</summary>
    public static TheoryData<string, string, int, string, string> Wrong => new()
    {
        { "methods:\n", "method:\n", 1, "methods is missing", "payment methods" },
        { "methods:\n", "version: 1\nmethods:\n", 1, "version is not a known key", "nearest: methods" },
        { "  plain:", "  Plain:", 2, "methods.Plain", "lower-case letter" },
        { "  plain:", "  pla-in:", 2, "methods.pla-in", "lower-case letter" },
        { "  plain:", "  9plain:", 2, "methods.9plain", "lower-case letter" },
        { "    flow: card", "    flwo: card", 3, "methods.plain.flow is missing", "one of card, redirect, qr_code, voucher, bank_debit, app_approval" },
        { "    settles: 2", "    settles: 2\n    setles: 2", 11, "methods.plain.setles", "nearest: methods.plain.settles" },
        { "    flow: card", "    flow: cards", 4, "methods.plain.flow is 'cards'", "one of card, redirect" },
        { "flow: card", "flow: [card]", 4, "methods.plain.flow", "one of card, redirect" },
        { "flow: card", "flow:", 4, "methods.plain.flow is empty", "value" },
        { "outcome: answer", "outcome: later", 5, "methods.plain.outcome", "one of answer, webhook" },
        { "    outcome: answer\n", "", 3, "methods.plain.outcome is missing", "one of answer, webhook" },
        { "    expiry: PT30M\n", "", 3, "methods.plain.expiry is missing", "ISO 8601 duration" },
        { "expiry: PT30M", "expiry: 30 minutes", 6, "methods.plain.expiry", "ISO 8601 duration" },
        { "expiry: PT30M", "expiry: P1M", 6, "methods.plain.expiry", "ISO 8601 duration" },
        { "expiry: PT30M", "expiry: PT", 6, "methods.plain.expiry", "ISO 8601 duration" },
        { "late: P2D", "late: 2", 18, "methods.full.late", "ISO 8601 duration" },
        { "late: P2D", "late:", 18, "methods.full.late is empty", "leave it out" },
        { "    names: { en: Plain }\n", "", 3, "methods.plain.names.en is missing", "English name" },
        { "en: Plain", "de: Plain", 3, "methods.plain.names.en is missing", "English name" },
        { "en: Plain", "en: \"  \"", 3, "methods.plain.names.en", "1 to 80 characters" },
        { "en: Plain", "en: 42", 3, "methods.plain.names.en", "in quotes" },
        { "en: Plain", "en: true", 3, "methods.plain.names.en", "in quotes" },
        { "pt-BR", "portuguese", 14, "names.portuguese", "language tag" },
        { "    countries: any\n", "", 3, "methods.plain.countries is missing", "any, or a list" },
        { "countries: any", "countries: all", 7, "methods.plain.countries", "one of any" },
        { "countries: any", "countries: []", 7, "methods.plain.countries", "at least one" },
        { "[BR, NO]", "[BR, XX]", 19, "methods.full.countries[1] is 'XX'", "ISO 3166-1 alpha-2" },
        { "[BR, NO]", "[br, NO]", 19, "methods.full.countries[0] is 'br'", "upper case" },
        { "[BR, NO]", "[BR, BR]", 19, "methods.full.countries[1]", "a second time" },
        { "    currencies: any\n", "", 3, "methods.plain.currencies is missing", "any, or a list" },
        { "[brl, nok]", "[brl, xyz]", 20, "methods.full.currencies[1] is 'xyz'", "ISO 4217" },
        { "[brl, nok]", "[BRL, nok]", 20, "methods.full.currencies[0]", "lower case" },
        { "      brl: {", "      BRL: {", 22, "methods.full.limits.BRL", "lower case" },
        { "min: 500", "min: 0", 22, "methods.full.limits.brl.min is '0'", "a whole number from 1 to 99999999" },
        { "min: 500", "min: 5.5", 22, "methods.full.limits.brl.min", "a whole number" },
        { "min: 500", "min: \"500\"", 22, "methods.full.limits.brl.min", "without quotes" },
        { "max: 4999999", "max: 100000000", 22, "methods.full.limits.brl.max", "to 99999999" },
        { "nok: { max: 100 }", "nok: {}", 23, "methods.full.limits.nok.min is missing", "min, max or both" },
        { "max: 4999999", "top: 4999999", 22, "methods.full.limits.brl.top", "nearest" },
        { "    capture: [automatic]\n", "", 14, "methods.full.capture is missing", "automatic, manual" },
        { "capture: [automatic]", "capture: automatic", 24, "methods.full.capture must be a list", "one of automatic, manual" },
        { "capture: [automatic]", "capture: [later]", 24, "methods.full.capture[0] is 'later'", "one of automatic, manual" },
        { "capture: [automatic]", "capture: [automatic, manual]", 24, "methods.full.capture must be [automatic]", "manual is not possible" },
        { "flow: card", "flow: qr_code", 9, "methods.plain.capture must be [automatic]", "qr_code" },
        { "flow: card", "flow: bank_debit", 9, "methods.plain.capture must be [automatic]", "bank_debit" },
        { "partial: false, ", "", 25, "methods.full.refunds.partial is missing", "true or false" },
        { "partial: false", "partial: \"false\"", 25, "methods.full.refunds.partial", "without quotes" },
        { "partial: false", "partial: no", 25, "methods.full.refunds.partial", "true or false" },
        { ", window: P90D", "", 25, "methods.full.refunds.window is missing", "ISO 8601" },
        { "window: P56D, ", "", 26, "methods.full.disputes.window is missing", "ISO 8601" },
        { "challengeable: false", "challengable: false", 26, "methods.full.disputes.challengeable is missing", "true or false" },
        { "    settles: 0\n", "", 14, "methods.full.settles is missing", "a whole number from 0 to 60" },
        { "settles: 0", "settles: -1", 27, "methods.full.settles", "a whole number from 0 to 60" },
        { "settles: 0", "settles: 61", 27, "methods.full.settles", "a whole number from 0 to 60" },
        { "[customer.name, ", "[customer.phone, ", 28, "methods.full.required_fields[0] is 'customer.phone'", "customer.name, customer.email" },
        { "[customer.name, customer.tax_id, payment_method.code]", "[]", 28, "methods.full.required_fields", "at least one" },
        { "    provider:\n      stripe: { type: card }\n", "", 3, "methods.plain.provider is missing", "provider's type" },
        { "stripe: { type: card }", "adyen: { type: card }", 12, "methods.plain.provider.adyen", "nearest: methods.plain.provider.stripe" },
        { "stripe: { type: card }", "stripe: { kind: card }", 12, "methods.plain.provider.stripe.type is missing", "provider's own word" },
        { "type: slip", "type: Slip", 31, "methods.full.provider.stripe.type", "lower-case letters" },
        { "next_action: slip_display_details", "next_action: show it", 32, "next_action", "lower-case letters" },
        { "payment_method_options[slip][expires_after_seconds]", "expires_after_seconds", 33, "expiry_parameter", "payment_method_options[TYPE][NAME]" },
        { "payment_method_data[slip][tax_id]", "amount", 35, "fields.amount", "payment_method_data[TYPE][NAME]" },
        { "payment_method_data[slip][tax_id]", "payment_method_data[type]", 35, "fields.payment_method_data[type]", "payment_method_data[TYPE][NAME]" },
        { "]: customer.tax_id", "]: customer.phone", 35, "is 'customer.phone'", "customer.tax_id" },
    };

    /// <summary>Wrong, and only the product can tell: a schema compares no two fields and measures no durations.</summary>
    public static TheoryData<string, string, int, string, string> Incomparable => new()
    {
        { "currencies: [brl, nok]", "currencies: [brl]", 23, "methods.full.limits.nok", "allowed here: brl" },
        { "min: 500", "min: 5000000", 22, "methods.full.limits.brl.min is 5000000", "at most max, which is 4999999" },
        { "expiry: PT30M", "expiry: PT0S", 6, "methods.plain.expiry", "from PT1S" },
        { "expiry: PT30M", "expiry: P61D", 6, "methods.plain.expiry", "to P60D" },
        { "window: P90D", "window: PT1H", 25, "methods.full.refunds.window", "from P1D" },
    };
}
