using PaymentWorkflows.Hosting.Configuration;

namespace PaymentWorkflows.Tests.Hosting;

/// <summary>The least that a file of the stack must say.</summary>
internal static class SmallestStack
{
    /// <summary>The 14 lines that a file must have.</summary>
    public const string Text = """
        temporal: {address: "127.0.0.1:7233", ui: "127.0.0.1:8233"}
        postgres:
          address: 127.0.0.1:7432
          owner_password: owner
          app_password: app
        gateway: {address: "127.0.0.1:7080", api_key: sk_dev_1}
        sandbox:
          stripe: 127.0.0.1:7420
          control: 127.0.0.1:7429
        stripe:
          base_url: http://127.0.0.1:7420
          api_key: sk_test_1
          webhook_secret: whsec_1
          timeout: PT5S
        """;

    /// <summary>Reads it with something added at its end.</summary>
    public static StackOptions With(string addition, Dictionary<string, string>? environment = null, string file = "stack.yaml") =>
        StackOptionsLoader.Parse($"{Text}\n{addition}", file, environment ?? []);
}
