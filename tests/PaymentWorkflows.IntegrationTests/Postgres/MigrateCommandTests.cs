using System.Text.Json;
using Npgsql;
using PaymentWorkflows.Cli.Stack;
using PaymentWorkflows.IntegrationTests.Postgres.Support;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres;

/// <summary>The command <c>pay migrate</c>, as a process, on a database that others run.</summary>
public sealed class MigrateCommandTests(PostgresFixture server) : PostgresTests(server)
{
    [Fact]
    public async Task An_empty_database_is_migrated_once()
    {
        await Sql.ExecuteAsync(Database.Superuser, "DROP SCHEMA pay CASCADE; DROP TABLE schemaversions");

        var first = await MigrateAsync("--json");
        first.ExitCode.ShouldBe(0, first.Error);
        var scripts = JsonDocument.Parse(first.Output).RootElement.GetProperty("scripts").EnumerateArray().Select(script => script.GetString()!).ToArray();
        scripts[0].ShouldBe("0001-checkouts.sql");
        scripts.ShouldBe(scripts.Order(StringComparer.Ordinal));
        await Stores.Checkouts.WrittenAsync();

        var second = await MigrateAsync();
        (second.ExitCode, second.Output.Trim()).ShouldBe((0, "The database has this build's schema."));
        (await Database.CountAsync("checkouts")).ShouldBe(1);
    }

    [Fact]
    public async Task A_database_that_cannot_be_migrated_says_why_and_keeps_what_it_had()
    {
        await Sql.ExecuteAsync(Database.Superuser, "DROP TABLE schemaversions");

        var refused = await MigrateAsync();

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("0001-checkouts.sql failed");
        (await Database.CountAsync("checkouts")).ShouldBe(0);
        (await MigrateAsync("--config", "nowhere.yaml")).ExitCode.ShouldBe(2);
    }

    private Task<Executables.Outcome> MigrateAsync(params string[] words)
    {
        var owner = new NpgsqlConnectionStringBuilder(Database.Owner);
        string[] overrides =
        [
            $"PAY__POSTGRES__ADDRESS={owner.Host}:{owner.Port}",
            $"PAY__POSTGRES__DATABASE={owner.Database}",
            $"PAY__POSTGRES__OWNER_PASSWORD={owner.Password}",
        ];
        return Executables.RunAsync("env", [.. overrides, "dotnet", Path.Combine(AppContext.BaseDirectory, "pay-cli.dll"), "migrate", .. words], Cancelled);
    }
}
