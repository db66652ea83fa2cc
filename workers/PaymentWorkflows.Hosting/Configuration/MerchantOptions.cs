namespace PaymentWorkflows.Hosting.Configuration;

/// <summary>A merchant and what its backend offers; every part but the id may be left out.</summary>
public sealed record MerchantOptions
{
    public required string Id { get; init; }

    /// <summary>Where the merchant is told what became of its checkouts; null tells it nothing.</summary>
    public EndpointOptions? Notices { get; init; }

    /// <summary>What reserves the merchant's goods before the money is taken; null reserves nothing.</summary>
    public EndpointOptions? Reservation { get; init; }
}

/// <summary>An address of a merchant's backend; requests to it are signed (see <c>NoticeSignature</c>).</summary>
public sealed record EndpointOptions
{
    public required Uri Url { get; init; }

    /// <summary><c>whsec_</c> and 24 to 64 bytes in base64.</summary>
    public required string Secret { get; init; }

    /// <summary>The secret before this one: while it is set, each request is signed with both.</summary>
    public string? PreviousSecret { get; init; }

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>How notices are delivered.</summary>
public sealed record NoticeOptions
{
    /// <summary>How long a notice is sent again before it is given up.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromDays(3);

    /// <summary>The pause after the first failure; it doubles with each further one.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Requests to one merchant at once, per process.</summary>
    public int PerMerchantConcurrency { get; init; } = 4;

    /// <summary>How often the outbox is looked at when nothing announces a notice.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);
}
