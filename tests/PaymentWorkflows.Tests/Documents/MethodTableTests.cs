using System.Xml;
using PaymentWorkflows.Domain.Holds;
using PaymentWorkflows.Domain.PaymentMethods;
using PaymentWorkflows.Hosting.PaymentMethods;
using PaymentWorkflows.Tests.Guards;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Documents;

/// <summary>The table of <c>docs/payment-methods.md</c> is what the file says.</summary>
public class MethodTableTests
{
    [Fact]
    public void The_methods_on_the_page_are_those_of_the_file() =>
        string.Join('\n', Pages.Read("docs/payment-methods.md").Split('\n').SkipWhile(line => !line.StartsWith("| Method |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|')))
            .ShouldBe(string.Join('\n', PaymentMethodLoader.Load(Path.Combine(Repository.Root, "payment-methods.yaml")).Methods.Select(Row)));

    private static string Row(PaymentMethod method)
    {
        var traits = method.Traits;
        string[] cells =
        [
            $"`{method.Name}`", $"`{PaymentFlowRules.Name(traits.Flow)}`", Text(method.Countries), Text(method.Currencies), Text(method.CaptureModes.Select(HoldRules.Name)),
            XmlConvert.ToString(traits.Expiry), traits.Late is { } late ? XmlConvert.ToString(late) : "no",
            traits.Refunds is { } refunds ? $"{(refunds.Partial ? "in part" : "whole")}, {XmlConvert.ToString(refunds.Window)}" : "no",
            method.Disputes is { } disputes ? XmlConvert.ToString(disputes.Window) + (disputes.Challengeable ? ", challengeable" : "") : "no", $"{method.SettlementDays}",
        ];
        return $"| {string.Join(" | ", cells)} |";
    }

    private static string Text<T>(IEnumerable<T>? values) => values is null ? "any" : string.Join(", ", values);
}
