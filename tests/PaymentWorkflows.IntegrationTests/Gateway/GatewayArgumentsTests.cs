using PaymentWorkflows.Gateway;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

public sealed class GatewayArgumentsTests
{
    [Fact]
    public void Configuration_name_and_address_are_read_in_any_order()
    {
        var arguments = GatewayArguments.Parse(["--address", "127.0.0.1:7081", "--config", "a.yaml", "--name", "gateway-2"]);
        (arguments.Config, arguments.Identity.Name, arguments.Identity.Address).ShouldBe(("a.yaml", "gateway-2", "127.0.0.1:7081"));
        arguments.Identity.Owner.ShouldStartWith("gateway-2/");
    }

    [Theory]
    [InlineData("", "--config")]
    [InlineData("--config a --name b", "--address")]
    [InlineData("--config a --name", "--name")]
    [InlineData("--config a --config b", "--config")]
    [InlineData("--port 1", "--port")]
    public void Wrong_arguments_are_explained(string args, string names) =>
        Should.Throw<FormatException>(() => GatewayArguments.Parse(args.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Message.ShouldContain(names);
}
