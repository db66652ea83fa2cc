using PaymentWorkflows.Sandbox.Parameters;
using PaymentWorkflows.Sandbox.State;

namespace PaymentWorkflows.Sandbox.Http;

/// <summary>One authenticated, checked request on its way through an endpoint.</summary>
/// <param name="Transaction">Where it reads and writes.</param>
/// <param name="Arguments">Its parameters.</param>
/// <param name="Ids">What the path names, in order.</param>
/// <param name="BaseUrl">Address of the provider port, for hosted pages.</param>
/// <param name="Path">Path as requested.</param>
/// <param name="SearchLag">How young objects may be without search seeing them.</param>
internal sealed record ApiCall(
    Transaction Transaction, Arguments Arguments, IReadOnlyList<string> Ids, Uri BaseUrl, string Path, TimeSpan SearchLag)
{
    public string Id => Ids[0];
}
