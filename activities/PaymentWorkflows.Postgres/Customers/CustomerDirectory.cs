using Dapper;
using Npgsql;
using PaymentWorkflows.Activities.Checkout;
using PaymentWorkflows.Activities.Customers;
using PaymentWorkflows.Domain;

namespace PaymentWorkflows.Postgres.Customers;

/// <summary>Reads the table <c>pay.customers</c>.</summary>
internal sealed class CustomerDirectory(NpgsqlDataSource database) : ICustomerDirectory
{
    private const string FindSql = """
        SELECT email AS Email, name AS Name, country AS Country, postal_code AS PostalCode, tax_id AS TaxId, updated_at AS ToldAt
        FROM pay.customers WHERE merchant = @merchant AND id = @customer
        """;

    public async Task<KnownCustomer?> FindAsync(MerchantId merchant, CustomerId customer, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            FindSql, new { merchant = merchant.Value, customer = customer.Value }, cancellationToken: cancellationToken));
        return row is null
            ? null
            : new KnownCustomer(
                new CustomerDetails(row.Email, row.Name, row.Country, row.PostalCode) { TaxId = row.TaxId },
                new DateTimeOffset(DateTime.SpecifyKind(row.ToldAt, DateTimeKind.Utc)));
    }

    private sealed record Row(string? Email, string? Name, string? Country, string? PostalCode, string? TaxId, DateTime ToldAt);
}
