using System.Security.Cryptography;
using CsCheck;
using PaymentWorkflows.Domain.Payments;
using PaymentWorkflows.IntegrationTests.Gateway.Fakes;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.IntegrationTests.Gateway;

public sealed class CardNumberTests : IAsyncLifetime
{
    /// <summary>13 to 19 digits, the last of which makes them pass Luhn.</summary>
    private static readonly Gen<string> CardNumber =
        Gen.Select(Gen.Char['1', '9'], Gen.Char['0', '9'].Array[11, 17], (first, rest) => Complete(first + new string(rest)));

    private static readonly string[] Gaps = ["", " ", "-", "\u00A0", "\u2013"];
    private RunningGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await RunningGateway.StartAsync();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public void Every_card_number_is_found_inside_other_text_and_with_gaps() =>
        Gen.Select(CardNumber, OneOf(Gaps), Gen.Int[1, 6], OneOf("", "x", "note: ", "7 "), OneOf("", "x", ".", " 12"))
            .Sample((number, gap, size, before, after) => CardNumbers.IsIn($"{before}{Grouped(number, gap, size)}{after}"));

    [Fact]
    public void Digits_that_fail_luhn_are_let_through() =>
        CardNumber.Sample(number => !CardNumbers.IsIn($"a {number[..^1]}{(number[^1] - '0' + 1) % 10} b"));

    [Theory]
    [InlineData("4242424242424241")]
    [InlineData("2026-11-24T02:25:56.123Z")]
    [InlineData("424242424242")]
    [InlineData("42424242424242424242")]
    [InlineData("txn_3kd2a7b5c9")]
    [InlineData("")]
    public void Other_text_is_let_through(string text) => CardNumbers.IsIn(text).ShouldBeFalse();

    [Theory]
    [InlineData("4242.4242.4242.4242")]
    [InlineData("4242_4242_4242_4242")]
    [InlineData("4242/4242/4242/4242")]
    [InlineData("4242,4242,4242,4242")]
    [InlineData("4242\n4242\n4242\n4242")]
    [InlineData("x4242    4242    4242    4242x")]
    [InlineData("3782.822463.10005")]
    public void A_card_number_is_found_as_it_stands_on_the_card_whatever_is_between_its_groups(string text) => CardNumbers.IsIn(text).ShouldBeTrue();

    /// <summary>The same keys in every run: one of many millions does look like a card number.</summary>
    [Fact]
    public void Random_keys_are_no_card_numbers() => Keys(100_000).Where(key =>
        CardNumbers.IsWordIn(key.ToString("N")) || CardNumbers.IsWordIn(key.ToString("D")) || CardNumbers.IsWordIn($"cart-{key:N}") || CardNumbers.IsIn($"cart {key:D}")).ShouldBeEmpty();

    [Theory]
    [InlineData("txn_4242424242424242", true)]
    [InlineData("txn_card4242424242424242x", true)]
    [InlineData("txn_4242-4242-4242-4242", true)]
    [InlineData("txn_3782-8224-6310-005", true)]
    [InlineData("evt_1Nxyz4242424242424241", false)]
    [InlineData("txn_a0024242-4242-4242-4242-a00000000000", false)]
    [InlineData("checkout/acme/ord_1001", false)]
    public void An_id_may_be_random_letters_and_digits_and_must_not_be_a_card_number(string id, bool refused) => CardNumbers.IsInId(id).ShouldBe(refused);

    [Fact]
    public void Random_ids_hardly_ever_look_like_the_number_of_a_brand() =>
        Keys(100_000).Count(key => CardNumbers.IsInId($"txn_{key:N}")).ShouldBeLessThan(30);

    private static IEnumerable<Guid> Keys(int count) => Enumerable.Range(0, count).Select(number => new Guid(SHA256.HashData(BitConverter.GetBytes(number)).AsSpan(0, 16)));

    [Fact]
    public void Digits_written_as_a_uuid_are_still_digits() => CardNumbers.IsIn("42424242-4242-4242-0000-000000000000").ShouldBeTrue();

    [Theory]
    [InlineData("a0024242-4242-4242-4242-a00000000000", false)]
    [InlineData("cart a0024242-4242-4242-4242-a00000000000.", false)]
    [InlineData("x00a4242-4242-4242-4242-a00000000000", true)]
    [InlineData("a0024242-4242-4242-4242-a00000000000 4242424242424242", true)]
    public void A_uuid_is_no_card_number_whatever_digits_it_holds(string text, bool refused)
    {
        CardNumbers.IsIn(text).ShouldBe(refused);
        CardNumbers.IsWordIn(text).ShouldBe(refused);
    }

    [Fact]
    public async Task A_card_number_is_refused_wherever_it_stands_and_appears_in_no_answer_and_no_log_line()
    {
        var places = OneOf<Func<string, Task<Answer>>>(
            number => Post($"\"return_url\":\"https://x.example/?n={number}\""),
            number => Post($"\"metadata\":{{\"note\":\"card {Grouped(number, " ", 4)} thanks\"}}"),
            number => Post($"\"metadata\":{{\"{number}\":\"x\"}}"),
            number => Post($"\"metadata\":{{\"note\":{number}}}"),
            number => Post($"\"metadata\":{{\"note\":\"{Escaped(number)}\"}}"),
            number => Post($"\"metadata\":{{\"note\":\"{string.Concat(number.Select(c => $"%3{c}"))}\"}}"),
            number => Post($"\"{number}\":1"),
            number => gateway.PostAsync("/v1/checkouts", $"{{\"broken\":\"{number}"),
            number => gateway.PostAsync("/v1/checkouts", Bodies.Create(order: number)),
            number => gateway.PostAsync("/v1/checkouts", Bodies.Create(), key: $"pay {number}!"),
            number => gateway.PostAsync("/v1/checkouts", Bodies.Create(), transaction: $"txn_{number}"),
            number => gateway.PostAsync("/v1/checkouts/chk_1/cancel", $$"""{"reason":"{{number}}"}"""),
            number => gateway.GetAsync($"/v1/checkouts?order={number}"),
            number => gateway.GetAsync($"/v1/checkouts?{number}=1"),
            number => gateway.GetAsync($"/v1/checkouts?order=a+{Grouped(number, "+", 4)}"),
            number => gateway.GetAsync($"/v1/checkouts?order={string.Concat(number.Select(c => $"%3{c}"))}"));
        await Gen.Select(CardNumber, places).SampleAsync(async (number, send) =>
        {
            var answer = await send(number);
            (answer.Status, answer.Code).ShouldBe((400, "card_number_not_allowed"));
            AppearsNowhere(number, answer.Body + string.Join('\n', answer.Headers.Values));
            AppearsNowhere(number, gateway.Logs.Text);
        }, iter: 150, threads: 1);
        gateway.Checkouts.Rows.ShouldBeEmpty();
        gateway.Keys.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_card_number_in_the_path_is_no_checkout_and_is_not_logged()
    {
        (await gateway.GetAsync("/v1/checkouts/4242424242424242")).Status.ShouldBe(404);
        (await gateway.LogsHoldingAsync("/v1/checkouts/{id}")).ShouldNotContain("4242424242424242");
    }

    [Fact]
    public async Task The_field_that_held_it_is_named()
    {
        var answer = await Post("\"metadata\":{\"note\":\"4242 4242 4242 4242\"}");
        answer.Param.ShouldBe("metadata.note");
    }

    private static Gen<T> OneOf<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(index => choices[index]);

    private Task<Answer> Post(string field)
    {
        var name = field[1..field.IndexOf('"', 1)];
        return gateway.PostAsync("/v1/checkouts", Bodies.Create(body => body.Remove(name)).Insert(1, field + ","));
    }

    private static void AppearsNowhere(string number, string text)
    {
        var plain = text.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        plain.Contains(number, StringComparison.Ordinal).ShouldBeFalse("the number appears");
    }

    private static string Grouped(string number, string gap, int size) => string.Join(gap, number.Chunk(size).Select(part => new string(part)));

    private static string Escaped(string number) => string.Concat(number.Select(c => $"\\u00{(int)c:x2}"));

    private static string Complete(string digits) => Enumerable.Range(0, 10).Select(last => digits + last).First(text => CardNumbers.PassesLuhn(text));
}
