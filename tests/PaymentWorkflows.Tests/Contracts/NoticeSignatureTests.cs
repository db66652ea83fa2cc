using CsCheck;
using PaymentWorkflows.Contracts.Notices;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Contracts;

/// <summary>The signature of Standard Webhooks, as an app backend checks it.</summary>
public class NoticeSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string OtherSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
    private const string Id = "evt_1";
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Body = """{"id":"evt_1","type":"checkout.completed"}"""u8.ToArray();

    [Fact]
    public void It_is_the_one_that_the_specification_shows() => NoticeSignature
        .Sign("""{"test": 2432232314}"""u8, "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1_614_265_330), [Secret])
        .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Fact]
    public void What_was_signed_is_genuine() => Verify(Headers(Secret), [Secret]).ShouldBeTrue();

    [Fact]
    public void Any_bytes_signed_with_any_secret_are_genuine_and_any_other_bit_is_not() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Byte.Array[24, 64], Gen.Int[0, 7]).Sample((body, key, bit) =>
        {
            var secret = $"whsec_{Convert.ToBase64String(key)}";
            var headers = Headers(secret, body);
            NoticeSignature.Verify(body, headers.GetValueOrDefault, [secret], Now).ShouldBeTrue();
            byte[] tampered = [.. body, (byte)(1 << bit)];
            NoticeSignature.Verify(tampered, headers.GetValueOrDefault, [secret], Now).ShouldBeFalse();
        });

    [Theory]
    [InlineData("webhook-id", "evt_2")]
    [InlineData("webhook-id", "")]
    [InlineData("webhook-id", null)]
    [InlineData("webhook-timestamp", "1795521599")]
    [InlineData("webhook-timestamp", "-1")]
    [InlineData("webhook-timestamp", "99999999999999999999")]
    [InlineData("webhook-timestamp", "now")]
    [InlineData("webhook-timestamp", null)]
    [InlineData("webhook-signature", "")]
    [InlineData("webhook-signature", "v1,")]
    [InlineData("webhook-signature", "v1,AAAA")]
    [InlineData("webhook-signature", "v1,no base64 at all")]
    [InlineData("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("webhook-signature", null)]
    public void A_header_that_was_changed_or_taken_away_is_refused(string header, string? value)
    {
        var headers = Headers(Secret);
        headers[header] = value;
        Verify(headers, [Secret]).ShouldBeFalse();
    }

    [Fact]
    public void Another_version_of_the_scheme_does_not_count()
    {
        var headers = Headers(Secret);
        headers["webhook-signature"] = headers["webhook-signature"]!.Replace("v1,", "v1a,", StringComparison.Ordinal);
        Verify(headers, [Secret]).ShouldBeFalse();
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void A_notice_is_fresh_for_five_minutes(int secondsLater, bool fresh) =>
        NoticeSignature.Verify(Body, Headers(Secret).GetValueOrDefault, [Secret], Now.AddSeconds(secondsLater)).ShouldBe(fresh);

    [Fact]
    public void A_receiver_may_choose_another_tolerance() =>
        NoticeSignature.Verify(Body, Headers(Secret).GetValueOrDefault, [Secret], Now.AddSeconds(301), TimeSpan.FromMinutes(10)).ShouldBeTrue();

    [Fact]
    public void While_the_sender_signs_with_both_either_secret_verifies()
    {
        var headers = Headers(Secret);
        headers["webhook-signature"] = NoticeSignature.Sign(Body, Id, Now, [OtherSecret, Secret]);
        Verify(headers, [Secret]).ShouldBeTrue();
        Verify(headers, [OtherSecret]).ShouldBeTrue();
    }

    [Fact]
    public void While_the_receiver_knows_both_either_signature_verifies_and_a_forgotten_secret_does_not()
    {
        Verify(Headers(Secret), [OtherSecret, Secret]).ShouldBeTrue();
        Verify(Headers(OtherSecret), [OtherSecret, Secret]).ShouldBeTrue();
        Verify(Headers(Secret), [OtherSecret]).ShouldBeFalse();
        Verify(Headers(Secret), []).ShouldBeFalse();
    }

    [Theory]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    [InlineData("whsec_5e8a1d3c7b9f2046", false)]
    [InlineData("whsec_not base64", false)]
    [InlineData("whsec_", false)]
    [InlineData(null, false)]
    public void A_secret_has_its_form(string? text, bool expected) => NoticeSignature.IsSecret(text).ShouldBe(expected);

    [Fact]
    public void A_secret_that_is_none_is_a_mistake_and_is_not_repeated()
    {
        var wrong = Should.Throw<FormatException>(() => Verify(Headers(Secret), ["whsec_hidden"]));
        wrong.Message.ShouldBe("A secret of notices is whsec_ and 24 to 64 bytes in base64.");
    }

    private static Dictionary<string, string?> Headers(string secret, byte[]? body = null) => new(StringComparer.OrdinalIgnoreCase)
    {
        ["Webhook-Id"] = Id,
        ["Webhook-Timestamp"] = NoticeSignature.Timestamp(Now),
        ["Webhook-Signature"] = NoticeSignature.Sign(body ?? Body, Id, Now, [secret]),
    };

    private static bool Verify(Dictionary<string, string?> headers, IReadOnlyList<string> secrets) => NoticeSignature.Verify(Body, headers.GetValueOrDefault, secrets, Now);
}
