using Dapper;
using Npgsql;

namespace PaymentWorkflows.Postgres.Bootstrap;

/// <summary>Makes the roles and the database on a server that may have them already.</summary>
public static class DatabaseBootstrap
{
    /// <summary>Creates what is missing and sets both passwords to the given ones. Can be repeated.</summary>
    /// <param name="superuserConnectionString">A superuser's connection to any database of the server.</param>
    /// <param name="roles">What is to be there.</param>
    /// <param name="cancellationToken">Gives up between statements.</param>
    /// <exception cref="NpgsqlException">The server does not answer or refuses.</exception>
    public static async Task EnsureAsync(string superuserConnectionString, DatabaseRoles roles, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(roles);
        var server = new NpgsqlConnectionStringBuilder(superuserConnectionString) { Pooling = false };
        await using (var connection = new NpgsqlConnection(server.ConnectionString))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await EnsureRoleAsync(connection, roles.OwnerRole, roles.OwnerPassword, cancellationToken).ConfigureAwait(false);
            await EnsureRoleAsync(connection, roles.AppRole, roles.AppPassword, cancellationToken).ConfigureAwait(false);
            await EnsureDatabaseAsync(connection, roles, cancellationToken).ConfigureAwait(false);
        }

        server.Database = roles.Database;
        await using var database = new NpgsqlConnection(server.ConnectionString);
        await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteFormattedAsync(database, "ALTER SCHEMA public OWNER TO %1$I", [roles.OwnerRole], cancellationToken).ConfigureAwait(false);
        await ExecuteFormattedAsync(database, "REVOKE CREATE ON SCHEMA public FROM PUBLIC", [], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the server accepts this connection and answers a query; never throws for a server that does not.</summary>
    public static async Task<bool> AnswersAsync(string connectionString, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 2, CommandTimeout = 2 };
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return await connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT 1", cancellationToken: cancellationToken)).ConfigureAwait(false) == 1;
        }
        catch (Exception e) when (e is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
        {
            return false;
        }
    }

    private static async Task EnsureRoleAsync(NpgsqlConnection connection, string role, string password, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(connection, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = @name)", role, cancellationToken).ConfigureAwait(false))
        {
            await ExecuteFormattedAsync(connection, "CREATE ROLE %1$I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE", [role], cancellationToken).ConfigureAwait(false);
        }

        await ExecuteFormattedAsync(connection, "ALTER ROLE %1$I LOGIN PASSWORD %2$L", [role, password], cancellationToken).ConfigureAwait(false);
    }

    private static async Task EnsureDatabaseAsync(NpgsqlConnection connection, DatabaseRoles roles, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(connection, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = @name)", roles.Database, cancellationToken).ConfigureAwait(false))
        {
            await ExecuteFormattedAsync(connection, "CREATE DATABASE %1$I OWNER %2$I", [roles.Database, roles.OwnerRole], cancellationToken).ConfigureAwait(false);
        }

        await ExecuteFormattedAsync(connection, "ALTER DATABASE %1$I OWNER TO %2$I", [roles.Database, roles.OwnerRole], cancellationToken).ConfigureAwait(false);
        await ExecuteFormattedAsync(connection, "REVOKE ALL ON DATABASE %1$I FROM PUBLIC", [roles.Database], cancellationToken).ConfigureAwait(false);
        await ExecuteFormattedAsync(connection, "GRANT CONNECT ON DATABASE %1$I TO %2$I", [roles.Database, roles.AppRole], cancellationToken).ConfigureAwait(false);
    }

    private static Task<bool> ExistsAsync(NpgsqlConnection connection, string sql, string name, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(new CommandDefinition(sql, new { name }, cancellationToken: cancellationToken));

    // Statements about roles and databases take no parameters; the server itself quotes the names and passwords.
    private static async Task ExecuteFormattedAsync(NpgsqlConnection connection, string template, string[] names, CancellationToken cancellationToken)
    {
        var sql = await connection.ExecuteScalarAsync<string>(
            new CommandDefinition("SELECT format(@template, VARIADIC @names)", new { template, names }, cancellationToken: cancellationToken)).ConfigureAwait(false);
        await connection.ExecuteAsync(new CommandDefinition(sql!, cancellationToken: cancellationToken)).ConfigureAwait(false);
    }
}
