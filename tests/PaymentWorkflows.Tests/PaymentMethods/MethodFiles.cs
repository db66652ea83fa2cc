using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Hosting.PaymentMethods;
using PaymentWorkflows.Tests.Guards;

namespace PaymentWorkflows.Tests.PaymentMethods;

/// <summary>Texts of payment method files.</summary>
internal static class MethodFiles
{
    public const string FileName = "payment-methods.yaml";

    /// <summary>Two methods, of which the second has every key there is.</summary>
    public const string Full = """
        methods:
          plain:
            names: { en: Plain }
            flow: card
            outcome: answer
            expiry: PT30M
            countries: any
            currencies: any
            capture: [automatic, manual]
            settles: 2
            provider:
              stripe: { type: card }
          full:
            names: { en: Full, pt-BR: Cheio }
            flow: voucher
            outcome: webhook
            expiry: P3D
            late: P2D
            countries: [BR, NO]
            currencies: [brl, nok]
            limits:
              brl: { min: 500, max: 4999999 }
              nok: { max: 100 }
            capture: [automatic]
            refunds: { partial: false, window: P90D }
            disputes: { window: P56D, challengeable: false }
            settles: 0
            required_fields: [customer.name, customer.tax_id, payment_method.code]
            provider:
              stripe:
                type: slip
                next_action: slip_display_details
                expiry_parameter: payment_method_options[slip][expires_after_seconds]
                fields:
                  payment_method_data[slip][tax_id]: customer.tax_id

        """;

    /// <summary>The repository's own file.</summary>
    public static string Own { get; } = Path.Combine(Repository.Root, FileName);

    public static PaymentMethodCatalogue Read(string text) => PaymentMethodLoader.Parse(text, FileName);

    /// <summary>The full text with a piece of it replaced, once.</summary>
    public static string With(string piece, string by)
    {
        var at = Full.IndexOf(piece, StringComparison.Ordinal);
        return at >= 0 ? Full[..at] + by + Full[(at + piece.Length)..] : throw new ArgumentException($"'{piece}' is not in the text.", nameof(piece));
    }
}
