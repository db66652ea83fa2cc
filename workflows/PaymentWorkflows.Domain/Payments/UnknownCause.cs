namespace PaymentWorkflows.Domain.Payments;

/// <summary>What kept us from learning the outcome; it decides whether the same idempotency key may be sent again.</summary>
public enum UnknownCause
{
    /// <summary>No answer in time: the provider may still be at it. The same key may be sent again while it is young.</summary>
    Timeout,

    /// <summary>The connection broke after the request may have left. The same key may be sent again while it is young.</summary>
    ConnectionLost,

    /// <summary>A gateway error (502, 503, 504) without a stored answer. The same key may be sent again while it is young.</summary>
    Unavailable,

    /// <summary>
    /// The provider keeps an answer under the key that says nothing about the outcome (a 500, or that the key was first used with other
    /// parameters): only a look-up helps, then a new key.
    /// </summary>
    ServerError,

    /// <summary>The provider answered with something we cannot read as an outcome.</summary>
    UnreadableAnswer,

    /// <summary>Our own process died between sending and recording.</summary>
    Interrupted,

    /// <summary>The provider claims success with another amount, currency or state than was asked for: a person has to look.</summary>
    Contradiction,
}
