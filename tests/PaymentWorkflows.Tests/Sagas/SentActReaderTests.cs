using System.Text;
using System.Text.Json;
using CsCheck;
using PaymentWorkflows.Contracts;
using PaymentWorkflows.Contracts.Holds;
using PaymentWorkflows.Sagas.Holds;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Sagas;

/// <summary>The signal <c>intervene</c> as people type it.</summary>
public class SentActReaderTests
{
    [Fact]
    public void What_a_caller_of_the_contract_sends_is_read_as_it_was_written() =>
        Gen.Select(Texts, Texts, Texts, Texts, Texts, Texts, (action, actor, reason, hold, evidence, id) =>
                new Intervention { Action = action, Actor = actor, Reason = reason, Hold = hold, Evidence = evidence, Id = id, Change = action is null ? null : new Dictionary<string, string> { ["a.b"] = action } })
            .Sample(act =>
            {
                var read = SentActReader.Read(JsonSerializer.SerializeToUtf8Bytes(act, PaymentWorkflowsJson.Options));
                read.Problem.ShouldBeNull();
                (read.Act with { Change = null }).ShouldBe(act with { Change = null });
                read.Act.Change.ShouldBe(act.Change);
            });

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"action":null}""")]
    public void Nothing_is_an_act_that_names_no_action(string json) => Read(json).ShouldBe(new SentAct(new Intervention()));

    [Theory]
    [InlineData("""["retry"]""", "a list")]
    [InlineData("""[{"action":"retry"}]""", "a list")]
    [InlineData("\"retry\"", "a text")]
    [InlineData("7", "a number")]
    [InlineData("true", "true or false")]
    [InlineData("{retry}", "no JSON")]
    [InlineData("""{"action":"retry"} {"action":"skip"}""", "no JSON")]
    [InlineData("""{"action":7,"actor":"ann"}""", "'action' must be a text; this is a number.")]
    [InlineData("""{"action":"retry","actor":["ann"]}""", "'actor' must be a text; this is a list.")]
    [InlineData("""{"action":"retry","reason":{"text":"why"}}""", "'reason' must be a text; this is an object.")]
    [InlineData("""{"action":"retry","action":"skip"}""", "'action' is given twice.")]
    [InlineData("""{"action":"retry","Action":"skip"}""", "'action' is given twice.")]
    [InlineData("""{"act":"retry"}""", "There is no field 'act'. The fields are: action, actor, reason, hold, evidence, id, change.")]
    [InlineData("""{"change":"pm_card_visa"}""", "'change' must be an object of fields and their new texts; this is a text.")]
    [InlineData("""{"change":{"amount":7}}""", "'amount' is a number.")]
    [InlineData("""{"change":{"a":"1","a":"2"}}""", "'a' is given twice.")]
    public void What_has_another_shape_is_refused_with_the_reason(string json, string problem) => Read(json).Problem.ShouldNotBeNull().ShouldContain(problem);

    [Fact]
    public void What_can_be_read_of_a_wrong_act_is_kept_so_that_its_sender_finds_it() =>
        Read("""{"id":"pay-1","actor":"ann","action":["retry"]}""").Act.ShouldBe(new Intervention { Id = "pay-1", Actor = "ann" });

    [Fact]
    public void Whatever_bytes_come_are_read_as_an_act_or_refused() =>
        Gen.Byte.Array[0, 40].Sample(bytes => SentActReader.Read(bytes).ShouldNotBeNull());

    [Fact]
    public void Half_a_character_behind_an_escape_is_no_text() =>
        Read("""{"actor":"\ud800"}""").Act.Actor.ShouldBe("\uFFFD");

    [Theory]
    [InlineData("""{"\ud800":"x"}""")]
    [InlineData("""{"change":{"\udc00":1}}""")]
    public void Half_a_character_in_a_name_is_refused_like_any_unknown_field(string json) =>
        Read(json).Problem.ShouldNotBeNull();

    [Fact]
    public void Half_a_character_in_the_name_of_a_change_is_no_field() =>
        Read("""{"change":{"\ud800":"1"}}""").Act.Change.ShouldNotBeNull().Keys.ShouldBe(["\uFFFD"]);

    private static Gen<string?> Texts { get; } = Gen.Select(Gen.Bool, Gen.String[Gen.Char['\u0001', '\uD7FF'], 0, 20], (given, text) => given ? text : null);

    private static SentAct Read(string json) => SentActReader.Read(Encoding.UTF8.GetBytes(json));
}
