using PaymentWorkflows.IntegrationTests.EndToEnd;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(StacksFirst))]
[assembly: Parallelization(MaxThreads = StacksFirst.AtOnce)]

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>
/// The two collections that play on a running stack are by far the longest: they begin first, and the others run beside them.
/// </summary>
public sealed class StacksFirst : ITestCollectionOrderer
{
    /// <summary>Two stacks, which mostly wait, and one more collection.</summary>
    public const int AtOnce = 3;

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName is StackCollection.Name or SecondStackCollection.Name ? 0 : 1)];
}
