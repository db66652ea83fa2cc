using System.Security.Cryptography;
using System.Text;
using PaymentWorkflows.IntegrationTests.EndToEnd;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(TestOrder))]
[assembly: TestClassOrderer(typeof(TestOrder))]
[assembly: TestMethodOrderer(typeof(TestOrder))]
[assembly: TestCaseOrderer(typeof(TestOrder))]
[assembly: Parallelization(MaxThreads = TestOrder.AtOnce)]

namespace PaymentWorkflows.IntegrationTests.EndToEnd;

/// <summary>
/// One order everywhere: tests that share a stack meet what the others left, and a failure is to be seen again on another machine. The
/// framework's own order depends on the folder of the build. <c>PAY_TEST_ORDER</c>, any text, gives another one. The two collections that play
/// on a running stack are by far the longest: they begin first, and the others run beside them.
/// </summary>
public sealed class TestOrder : ITestCollectionOrderer, ITestClassOrderer, ITestMethodOrderer, ITestCaseOrderer
{
    /// <summary>Two stacks, which mostly wait, and one more collection.</summary>
    public const int AtOnce = 3;

    private static readonly string Seed = Environment.GetEnvironmentVariable("PAY_TEST_ORDER") ?? "";

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. Order(testCollections, one => one.TestCollectionDisplayName).OrderBy(one => one.TestCollectionDisplayName is StackCollection.Name or SecondStackCollection.Name ? 0 : 1)];

    public IReadOnlyCollection<TTestClass?> OrderTestClasses<TTestClass>(IReadOnlyCollection<TTestClass?> testClasses)
        where TTestClass : notnull, ITestClass => Order(testClasses, one => one?.TestClassName);

    public IReadOnlyCollection<TTestMethod?> OrderTestMethods<TTestMethod>(IReadOnlyCollection<TTestMethod?> testMethods)
        where TTestMethod : notnull, ITestMethod => Order(testMethods, one => one?.MethodName);

    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase => Order(testCases, one => one.TestCaseDisplayName);

    private static T[] Order<T>(IEnumerable<T> all, Func<T, string?> name) =>
        [.. all.OrderBy(one => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Seed}/{name(one)}"))), StringComparer.Ordinal)];
}
