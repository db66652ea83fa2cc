using Xunit;

namespace PaymentWorkflows.IntegrationTests.Postgres.Support;

/// <summary>A class of tests whose every test has a database of its own.</summary>
[Trait("Category", "Slow")]
public abstract class PostgresTests(PostgresFixture server) : IAsyncLifetime
{
    /// <summary>The time at which the tests' stories begin.</summary>
    protected static readonly DateTimeOffset Noon = Given.Noon;

    private Stores? _stores;

    protected TestDatabase Database { get; private set; } = null!;

    /// <summary>The stores of this process.</summary>
    protected Stores Stores => _stores ??= Database.Open();

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>A second database of this test, which the test disposes.</summary>
    protected Task<TestDatabase> AnotherDatabaseAsync() => server.CreateDatabaseAsync();

    public async ValueTask InitializeAsync() => Database = await server.CreateDatabaseAsync();

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Database.DisposeAsync();
    }
}
