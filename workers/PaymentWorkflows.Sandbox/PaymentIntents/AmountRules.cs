using PaymentWorkflows.Sandbox.Wire;

namespace PaymentWorkflows.Sandbox.PaymentIntents;

/// <summary>What amounts the provider takes, in its own minor units. Source: docs.stripe.com/currencies.</summary>
internal static class AmountRules
{
    /// <summary>At most eight digits.</summary>
    public const long Maximum = 99_999_999;

    /// <summary>About half a US dollar; the sandbox holds every currency to the same number of minor units.</summary>
    public const long Minimum = 50;

    private static readonly HashSet<string> Currencies =
    [
        "usd", "aed", "afn", "all", "amd", "ang", "aoa", "ars", "aud", "awg", "azn", "bam", "bbd", "bdt", "bgn", "bhd", "bif", "bmd", "bnd", "bob",
        "brl", "bsd", "bwp", "byn", "bzd", "cad", "cdf", "chf", "clp", "cny", "cop", "crc", "cve", "czk", "djf", "dkk", "dop", "dzd", "egp", "etb",
        "eur", "fjd", "fkp", "gbp", "gel", "gip", "gmd", "gnf", "gtq", "gyd", "hkd", "hnl", "htg", "huf", "idr", "ils", "inr", "isk", "jmd", "jod",
        "jpy", "kes", "kgs", "khr", "kmf", "krw", "kwd", "kyd", "kzt", "lak", "lbp", "lkr", "lrd", "lsl", "mad", "mdl", "mga", "mkd", "mmk", "mnt",
        "mop", "mur", "mvr", "mwk", "mxn", "myr", "mzn", "nad", "ngn", "nio", "nok", "npr", "nzd", "omr", "pab", "pen", "pgk", "php", "pkr", "pln",
        "pyg", "qar", "ron", "rsd", "rub", "rwf", "sar", "sbd", "scr", "sek", "sgd", "shp", "sle", "sos", "srd", "std", "szl", "thb", "tjs", "tnd",
        "top", "try", "ttd", "twd", "tzs", "uah", "ugx", "uyu", "uzs", "vnd", "vuv", "wst", "xaf", "xcd", "xcg", "xof", "xpf", "yer", "zar", "zmw",
    ];

    // Two decimals on the wire although the currency has none: the last two digits are always 00.
    private static readonly HashSet<string> WholeHundreds = ["isk", "ugx"];

    // Three decimals on the wire, of which card networks carry two: the last digit is always 0.
    private static readonly HashSet<string> WholeTens = ["bhd", "jod", "kwd", "omr", "tnd"];

    /// <summary>The currency in lower case.</summary>
    public static string CheckCurrency(string currency)
    {
        // ToLowerInvariant because the wire's currencies are lower case.
        var lower = currency.ToLowerInvariant();
        return Currencies.Contains(lower)
            ? lower
            : throw StripeErrors.Parameter(
                $"Invalid currency: {lower}. Stripe currently supports these currencies: {string.Join(", ", Currencies)}", "currency");
    }

    /// <summary>Checks an amount to be charged.</summary>
    public static void CheckCharge(long amount, string currency, string param = "amount")
    {
        CheckPositive(amount, param);
        if (amount > Maximum)
        {
            throw StripeErrors.Parameter($"Amount must be no more than 99999999 minor units of {currency}.", param, "amount_too_large");
        }

        if (amount < Minimum)
        {
            throw StripeErrors.Parameter($"Amount must be at least {Minimum} minor units of {currency}.", param, "amount_too_small");
        }

        CheckDigits(amount, currency, param);
    }

    public static void CheckPositive(long amount, string param)
    {
        if (amount < 1)
        {
            throw StripeErrors.Parameter("This value must be greater than or equal to 1.", param, "parameter_invalid_integer");
        }
    }

    /// <summary>Checks the digits that a currency must leave at zero; holds for refunds too.</summary>
    public static void CheckDigits(long amount, string currency, string param)
    {
        var step = WholeHundreds.Contains(currency) ? 100 : WholeTens.Contains(currency) ? 10 : 1;
        if (amount % step != 0)
        {
            throw StripeErrors.Parameter(
                $"Invalid amount: amounts in {currency.ToUpperInvariant()} must be evenly divisible by {step}.", param, "parameter_invalid_integer");
        }
    }
}
