namespace PaymentWorkflows.Shop;

/// <summary>What is sold, to whom, for how much.</summary>
/// <param name="Country">The buyer's country (ISO 3166-1 alpha-2).</param>
/// <param name="CountryName">For people.</param>
/// <param name="Currency">ISO 4217, lower case.</param>
/// <param name="UnitAmount">The price of the book, in minor units.</param>
/// <param name="Buyer">The buyer that this shop plays.</param>
public sealed record Offer(string Country, string CountryName, string Currency, long UnitAmount, Buyer Buyer);

/// <summary>A made-up customer.</summary>
public sealed record Buyer(string Id, string Name, string Email, string PostalCode, string? TaxId);

/// <summary>The shop's one article in its markets.</summary>
public static class Catalogue
{
    public const string Sku = "book";
    public const string Title = "The Book of Sagas";

    public static IReadOnlyList<Offer> Offers { get; } =
    [
        new("DE", "Germany", "eur", 1_999, new Buyer("cus_de", "Anna Berg", "anna@shop.example", "10115", null)),
        new("NL", "Netherlands", "eur", 1_999, new Buyer("cus_nl", "Jan de Vries", "jan@shop.example", "1012", null)),
        new("BR", "Brazil", "brl", 10_990, new Buyer("cus_br", "Maria Souza", "maria@shop.example", "01310-100", "000.000.000-00")),
        new("SG", "Singapore", "sgd", 2_990, new Buyer("cus_sg", "Wei Tan", "wei@shop.example", "018956", null)),
        new("PL", "Poland", "pln", 8_990, new Buyer("cus_pl", "Ola Nowak", "ola@shop.example", "00-001", null)),
    ];

    public static Offer For(string? country) => Offers.FirstOrDefault(offer => offer.Country == country) ?? Offers[0];

    /// <summary>The tokens that the provider's card form would give; the sandbox knows what each does.</summary>
    public static IReadOnlyList<(string Token, string Label)> Cards { get; } =
    [
        ("pm_card_visa", "A card that pays"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "A card without funds"),
        ("pm_card_authenticationRequired", "A card that asks for 3-D Secure"),
    ];
}
