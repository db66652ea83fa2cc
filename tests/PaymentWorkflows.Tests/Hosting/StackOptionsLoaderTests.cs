using PaymentWorkflows.Hosting.Configuration;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Hosting;

public sealed class StackOptionsLoaderTests : IDisposable
{
    private const string Smallest = """
        temporal:
          address: 127.0.0.1:7233
          ui: 127.0.0.1:8233
        postgres:
          address: 127.0.0.1:7432
          owner_password: o"w;n
          app_password: app
        gateway:
          address: 127.0.0.1:7080
          api_key: sk_dev_1
        sandbox:
          stripe: 127.0.0.1:7420
          control: 127.0.0.1:7429
        stripe:
          base_url: http://127.0.0.1:7420
          api_key: sk_test_1
          webhook_secret: whsec_1
        """;

    private static readonly Dictionary<string, string> NoOverrides = [];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pay config ");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_repositorys_own_file_is_valid()
    {
        var options = StackOptionsLoader.Load(null, NoOverrides, AppContext.BaseDirectory);

        options.Temporal.SearchAttributes.ShouldBe(new Dictionary<string, string>
        {
            ["TransactionId"] = "Keyword",
            ["MerchantId"] = "Keyword",
            ["CustomerId"] = "Keyword",
            ["PaymentStage"] = "Keyword",
            ["Currency"] = "Keyword",
            ["AmountMinor"] = "Int",
            ["NeedsAttention"] = "Bool",
            ["DeclineCode"] = "Keyword",
            ["Region"] = "Keyword",
        }, ignoreOrder: true);
        options.Temporal.DynamicConfig["history.transferProcessorMaxPollRPS"].ShouldBe("2000");
        options.Temporal.DynamicConfig["system.enableActivityEagerExecution"].ShouldBe("true");
        options.Stripe.Timeout.ShouldBe(TimeSpan.FromSeconds(5));
        options.Workers.Select(worker => (worker.Role, worker.Count)).ShouldBe([("payments", 1), ("sagas", 1), ("refunds", 1), ("tax", 1), ("erp", 1), ("notices", 1)]);
        options.TaskQueues.Keys.ShouldBe(["sagas", "refunds", "payments", "erp"], ignoreOrder: true);
        options.DataFolder.ShouldBe(Path.Combine(Path.GetDirectoryName(options.ConfigFile)!, ".pay"));
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var options = Parse(Smallest);

        options.Placement.ShouldBe("lean");
        options.Gateway.KeyLease.ShouldBe(TimeSpan.FromSeconds(10));
        options.Gateway.RefundsAtOnce.ShouldBe(4);
        options.Gateway.RefundsPerMerchant.ShouldBe(1);
        options.Gateway.RefundsBesideCheckouts.ShouldBe(2);
        options.Policies.ShouldBe(new PolicyOptions());
        options.Workers.ShouldBeEmpty();
        options.Postgres.Programs.ShouldBeNull();
    }

    [Fact]
    public void Traces_and_metrics_go_where_they_are_told_and_else_nowhere()
    {
        Parse(Smallest).Telemetry.ShouldBeNull();
        Parse(Smallest + "\ntelemetry:\n  otlp: http://127.0.0.1:4318\n").Telemetry
            .ShouldBe(new TelemetryOptions { Otlp = new Uri("http://127.0.0.1:4318"), Traces = true, Sample = 1, MetricsEvery = TimeSpan.FromSeconds(30) });
        Parse(Smallest + "\ntelemetry: {otlp: 'https://collector.example/otlp', traces: false, sample: 0.25, metrics_every: PT5S}\n").Telemetry
            .ShouldBe(new TelemetryOptions { Otlp = new Uri("https://collector.example/otlp"), Traces = false, Sample = 0.25, MetricsEvery = TimeSpan.FromSeconds(5) });
    }

    [Fact]
    public void Connection_strings_quote_a_password_with_any_character()
    {
        var options = Parse(Smallest);

        options.OwnerConnectionString().ShouldStartWith("Host=\"127.0.0.1\";Port=7432;Database=\"payments\";Username=\"pay_owner\";Password=\"o\"\"w;n\";");
        options.AppConnectionString().ShouldContain("Username=\"pay_app\"");
        options.AppConnectionString().ShouldEndWith("Maximum Pool Size=20;No Reset On Close=true;Max Auto Prepare=200;Auto Prepare Min Usages=2");
    }

    [Fact]
    public void Only_what_makes_or_migrates_the_database_needs_the_owners_password()
    {
        var without = Smallest.Replace("  owner_password: o\"w;n\n", "", StringComparison.Ordinal);
        var gateway = Parse(without);

        gateway.AppConnectionString().ShouldContain("Password=\"app\"");
        Should.Throw<ConfigurationException>(gateway.OwnerConnectionString).Message.ShouldContain("postgres.owner_password is missing");
        StackOptionsLoader.Parse(without, "stack.yaml", new Dictionary<string, string> { ["PAY__POSTGRES__OWNER_PASSWORD"] = "given" })
            .OwnerConnectionString().ShouldContain("Password=\"given\"");
        Refused(Smallest.Replace("o\"w;n", "''", StringComparison.Ordinal)).ShouldContain("line 6: postgres.owner_password is '' but must be a text that is not empty, or left out.");
    }

    [Theory]
    [InlineData("placment: lean", "line 18: placment is not a known key; nearest: placement,")]
    [InlineData("placement: fat", "line 18: placement is 'fat' but must be one of isolated, lean.")]
    [InlineData("placement: [lean]", "line 18: placement must be one of isolated, lean, not a list or a section.")]
    [InlineData("policies: 5", "line 18: policies must be a section of keys and values.")]
    [InlineData("policies:\n  hold_deadline: 24h", "line 19: policies.hold_deadline is '24h' but must be an ISO 8601 duration from PT1S to P30D.")]
    [InlineData("policies:\n  hold_deadline: P1M", "line 19: policies.hold_deadline is 'P1M' but must be an ISO 8601 duration")]
    [InlineData("policies:\n  hold_deadline: -PT1S", "policies.hold_deadline is '-PT1S' but must be")]
    [InlineData("workers:\n  - role: teller", "line 19: workers[0].role is 'teller' but must be one of erp, notices, payments, refunds, sagas, tax.")]
    [InlineData("workers:\n  - count: 1", "line 19: workers[0].role is missing; it must be one of erp, notices, payments, refunds, sagas, tax.")]
    [InlineData("workers:\n  - role: sagas\n    count: 99", "line 20: workers[0].count is '99' but must be a whole number from 0 to 32.")]
    [InlineData("workers:\n  - role: sagas\n  - role: sagas", "workers names the role sagas 2 times; name it once and set its count.")]
    [InlineData("workers:\n  role: sagas", "workers must be a list (lines that begin with '- ').")]
    [InlineData("task_queues:\n  payment:\n    max_activities: 1", "line 19: task_queues.payment is not a task queue; allowed: erp, payments, refunds, sagas, tax.")]
    [InlineData("task_queues:\n  notices:\n    max_activities: 1", "line 19: task_queues.notices is not a task queue; allowed: erp, payments, refunds, sagas, tax.")]
    [InlineData("task_queues:\n  payments:\n    activities_per_second: fast", "must be a number above 0 up to 1000000, or left out for no limit.")]
    [InlineData("task_queues:\n  payments:\n    max_activities: 1.5", "line 20: task_queues.payments.max_activities is '1.5' but must be a whole number")]
    [InlineData("logs:\n  level: Chatty", "line 19: logs.level is 'Chatty' but must be one of Verbose, Debug, Information, Warning, Error, Fatal.")]
    [InlineData("placement: lean\nplacement: lean", "the file is not valid YAML")]
    [InlineData("telemetry:\n  traces: true", "line 19: telemetry.otlp is missing; it must be an http or https address")]
    [InlineData("telemetry:\n  otlp: 127.0.0.1:4318", "telemetry.otlp must be an http or https address")]
    [InlineData("telemetry:\n  otlp: http://127.0.0.1:4318\n  sample: 1.5", "line 20: telemetry.sample is '1.5' but must be a number from 0 to 1, such as 0.1.")]
    [InlineData("telemetry:\n  otlp: http://127.0.0.1:4318\n  traces: maybe", "line 20: telemetry.traces is 'maybe' but must be true or false, without quotes.")]
    [InlineData("telemetry:\n  otlp: http://127.0.0.1:4318\n  metrics: true", "line 20: telemetry.metrics is not a known key; nearest: telemetry")]
    [InlineData("data: ''", "data is '' but must be a text that is not empty.")]
    public void A_wrong_entry_is_refused_with_its_line_and_what_is_allowed(string addition, string expected) =>
        Refused(Smallest + "\n" + addition).ShouldContain(expected);

    [Theory]
    [InlineData("127.0.0.1:7233", "127.0.0.1", "temporal.address is '127.0.0.1' but must be an address of the form host:port with a port from 1 to 65535.")]
    [InlineData("127.0.0.1:7233", "127.0.0.1:70000", "line 2: temporal.address is '127.0.0.1:70000'")]
    [InlineData("127.0.0.1:7233", "http://x:7233", "temporal.address is 'http://x:7233'")]
    [InlineData("127.0.0.1:7429", "localhost:7080", "gateway.address uses port 7080, which sandbox.control uses too; give each its own port.")]
    [InlineData("sk_dev_1", "secret-value", "gateway.api_key must be a text that begins with sk_.")]
    [InlineData("whsec_1", "whsec_", "stripe.webhook_secret must be a text that begins with whsec_.")]
    [InlineData("http://127.0.0.1:7420", "127.0.0.1:7420", "stripe.base_url is '127.0.0.1:7420' but must be an http or https address")]
    [InlineData("app_password: app", "app_password: app\n  adress: x:1", "line 8: postgres.adress is not a known key; nearest: postgres.address,")]
    [InlineData("  app_password: app\n", "", "line 5: postgres.app_password is missing; it must be a text that is not empty.")]
    public void A_wrong_value_is_refused(string right, string wrong, string expected) =>
        Refused(Smallest.Replace(right, wrong, StringComparison.Ordinal)).ShouldContain(expected);

    [Fact]
    public void A_secret_never_stands_in_the_error() =>
        Refused(Smallest.Replace("sk_dev_1", "secret-value", StringComparison.Ordinal)).ShouldNotContain("secret-value");

    [Fact]
    public void The_error_is_one_sentence_that_begins_with_the_file() =>
        Refused(Smallest + "\nplacement: fat").ShouldBe($"{ConfigFile}, line 18: placement is 'fat' but must be one of isolated, lean.");

    [Fact]
    public void The_environment_overrides_any_scalar()
    {
        var options = Parse(Smallest + "\nworkers:\n  - role: sagas\n", new()
        {
            ["PAY__POSTGRES__ADDRESS"] = "db.example:5432",
            ["PAY__STRIPE__TIMEOUT"] = "PT7S",
            ["PAY__WORKERS__0__COUNT"] = "3",
            ["PATH"] = "/bin",
        });

        options.Postgres.Address.ShouldBe("db.example:5432");
        options.Stripe.Timeout.ShouldBe(TimeSpan.FromSeconds(7));
        options.Workers[0].Count.ShouldBe(3);
    }

    [Fact]
    public void A_wrong_override_names_its_variable() =>
        Should.Throw<ConfigurationException>(() => Parse(Smallest, new() { ["PAY__PLACEMENT"] = "fat" }))
            .Message.ShouldBe("Environment variable PAY__PLACEMENT: placement is 'fat' but must be one of isolated, lean.");

    [Fact]
    public void An_override_of_no_key_is_refused() =>
        Should.Throw<ConfigurationException>(() => Parse(Smallest, new() { ["PAY__POSTGRES__ADRESS"] = "x:1" }))
            .Message.ShouldStartWith("Environment variable PAY__POSTGRES__ADRESS overrides no key; nearest: PAY__POSTGRES__ADDRESS,");

    [Fact]
    public void The_file_is_chosen_by_argument_then_environment_then_upward()
    {
        var deep = _folder.CreateSubdirectory("a").CreateSubdirectory("b");
        var found = Write(StackOptionsLoader.DefaultFileName, Smallest);
        var named = Write("named.yaml", Smallest);
        var argued = Write("argued.yaml", Smallest);
        var environment = new Dictionary<string, string> { [StackOptionsLoader.FileVariable] = named };

        StackOptionsLoader.Load(null, NoOverrides, deep.FullName).ConfigFile.ShouldBe(found);
        StackOptionsLoader.Load(null, environment, deep.FullName).ConfigFile.ShouldBe(named);
        StackOptionsLoader.Load("../../argued.yaml", environment, deep.FullName).ConfigFile.ShouldBe(argued);
    }

    [Fact]
    public void A_named_file_that_is_not_there_is_refused() =>
        Should.Throw<ConfigurationException>(() => StackOptionsLoader.Load("none.yaml", NoOverrides, _folder.FullName))
            .Message.ShouldBe($"--config names {Path.Combine(_folder.FullName, "none.yaml")}, which is not a file.");

    private string ConfigFile => Path.Combine(_folder.FullName, "stack.yaml");

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private StackOptions Parse(string text, Dictionary<string, string>? environment = null) =>
        StackOptionsLoader.Parse(text, ConfigFile, environment ?? NoOverrides);

    private string Refused(string text) => Should.Throw<ConfigurationException>(() => Parse(text)).Message;
}
