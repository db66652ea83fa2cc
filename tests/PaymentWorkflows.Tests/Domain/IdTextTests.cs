using CsCheck;
using PaymentWorkflows.Domain;
using Shouldly;
using Xunit;

namespace PaymentWorkflows.Tests.Domain;

public class IdTextTests
{
    private static readonly Gen<Guid> Ids = Gen.Byte.Array[16].Select(bytes => new Guid(bytes, bigEndian: true));

    [Fact]
    public void The_text_of_an_id_is_a_checkout_id_and_sorts_as_the_id_does() =>
        Gen.Select(Ids, Ids).Sample((one, other) =>
        {
            var (first, second) = (IdText.Of(one), IdText.Of(other));
            CheckoutId.TryParse("chk_" + first, null, out _).ShouldBeTrue();
            Math.Sign(string.CompareOrdinal(first, second)).ShouldBe(Math.Sign(one.ToByteArray(bigEndian: true).AsSpan().SequenceCompareTo(other.ToByteArray(bigEndian: true))));
        });

    [Fact]
    public void Ids_that_differ_have_texts_that_differ() =>
        Gen.Select(Ids, Gen.Int[0, 127]).Sample((id, bit) =>
        {
            var bytes = id.ToByteArray(bigEndian: true);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            IdText.Of(new Guid(bytes, bigEndian: true)).ShouldNotBe(IdText.Of(id));
        });
}
