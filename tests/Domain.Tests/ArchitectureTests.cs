using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using EventSourcedTrading.Domain.Engine;

namespace EventSourcedTrading.Domain.Tests;

/// <summary>The domain is pure: it names neither packages nor clocks, chance, files or the network. Read from its IL.</summary>
public sealed class ArchitectureTests
{
    private static readonly string Domain = typeof(PortfolioEngine).Assembly.Location;

    [Fact]
    public void The_domain_references_nothing_but_the_framework()
    {
        using var file = new PEReader(File.OpenRead(Domain));
        var reader = file.GetMetadataReader();
        Assert.All(reader.AssemblyReferences.Select(h => reader.GetString(reader.GetAssemblyReference(h).Name)), name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_domain_uses_no_clock_no_chance_no_file_and_no_network()
    {
        string[] banned =
        [
            "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
            "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.Environment.get_TickCount", "System.Random", "System.Guid.NewGuid", "System.Guid.CreateVersion7",
            "System.Security.Cryptography.RandomNumberGenerator", "System.IO.File", "System.IO.Directory", "System.Net.", "System.Threading.", "System.Environment.GetEnvironmentVariable",
            "System.Console", "System.String.GetHashCode",
        ];
        var used = Members(Domain);
        Assert.Contains("System.DateTime.get_Ticks", used);
        Assert.DoesNotContain(used, member => banned.Any(b => member.StartsWith(b, StringComparison.Ordinal)) && !Allowed(member));
    }

    /// <summary>What the compiler itself weaves in: enumerators of iterators ask for their thread.</summary>
    private static bool Allowed(string member) => member is "System.Environment.get_CurrentManagedThreadId" || member.StartsWith("System.Threading.Interlocked", StringComparison.Ordinal);

    private static HashSet<string> Members(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var reader = file.GetMetadataReader();
        HashSet<string> members = [];
        foreach (var handle in reader.TypeReferences)
        {
            var type = reader.GetTypeReference(handle);
            members.Add($"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}");
        }

        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference) continue;
            var type = reader.GetTypeReference((TypeReferenceHandle)member.Parent);
            members.Add($"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}.{reader.GetString(member.Name)}");
        }

        return members;
    }
}
