using System.Text.Json.Serialization;

namespace PaymentWorkflows.Domain.Payments;

/// <summary>What became of an attempt to have a customer at the provider. Closed; carries no personal data.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "verdict")]
[JsonDerivedType(typeof(Ready), "ready")]
[JsonDerivedType(typeof(NotAttempted), "not_attempted")]
[JsonDerivedType(typeof(Unknown), "unknown")]
public abstract record CustomerVerdict
{
    private CustomerVerdict()
    {
    }

    /// <summary>Takes the branch of this verdict.</summary>
    public abstract T Match<T>(Func<Ready, T> ready, Func<NotAttempted, T> notAttempted, Func<Unknown, T> unknown);

    /// <summary>The customer exists at the provider.</summary>
    /// <param name="ProviderCustomerId">The provider's id (<c>cus_...</c>).</param>
    public sealed record Ready(string ProviderCustomerId) : CustomerVerdict
    {
        public override T Match<T>(Func<Ready, T> ready, Func<NotAttempted, T> notAttempted, Func<Unknown, T> unknown) => ready(this);
    }

    /// <summary>Known not to exist, and why it was not made.</summary>
    public sealed record NotAttempted(RefusalCause Cause, string Code, string Message) : CustomerVerdict
    {
        public override T Match<T>(Func<Ready, T> ready, Func<NotAttempted, T> notAttempted, Func<Unknown, T> unknown) => notAttempted(this);
    }

    /// <summary>It may or may not have been made: ask again with the same key.</summary>
    public sealed record Unknown(UnknownCause Cause, string Message) : CustomerVerdict
    {
        public override T Match<T>(Func<Ready, T> ready, Func<NotAttempted, T> notAttempted, Func<Unknown, T> unknown) => unknown(this);
    }
}
