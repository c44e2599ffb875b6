using System.Security.Cryptography;
using System.Text;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCaseOrderer(typeof(EventSourcedTrading.Testing.ShuffledOrder))]
[assembly: TestCollectionOrderer(typeof(EventSourcedTrading.Testing.ShuffledOrder))]

namespace EventSourcedTrading.Testing;

/// <summary>
/// Tests that share something run in an order of chance that every checkout has alike: xunit's own hangs on the folder, so a test that
/// leans on another may pass in one clone and fail in the next. Another order: EST_TEST_ORDER=7, any text.
/// </summary>
internal sealed class ShuffledOrder : ITestCaseOrderer, ITestCollectionOrderer
{
    private static readonly string Salt = Environment.GetEnvironmentVariable("EST_TEST_ORDER") ?? "";

    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase => [.. testCases.OrderBy(c => Draw(c.TestCaseDisplayName))];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(c => Draw(c.TestCollectionDisplayName.Split(" (id: ")[0]))];

    private static UInt128 Draw(string name) => BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes(Salt + name)));
}
