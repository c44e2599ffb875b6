namespace HotChocolate.Types;

/// <summary>What was written but cannot be held by the type system, and what must not be complained of because of it.</summary>
internal sealed class SchemaDefects
{
    private readonly HashSet<(string Union, string Member)> _members = [];

    public List<Error> Errors { get; } = [];

    /// <summary>Arguments of directives that are not of their type.</summary>
    public List<Error> Unreadable { get; } = [];

    public bool HasQuery { get; set; }

    public void Add(string message) => Errors.Add(new Error(message));

    public void AddMember(UnionType union, INamedType member) => Add(_members.Add((union.Name, member.Name))
        ? $"Union type {union.Name} can only include Object types, it cannot include {member.Name}."
        : $"Union type {union.Name} can only include type {member.Name} once.");

    public bool HasMembers(UnionType union) => union.Types.Count > 0 || _members.Any(m => m.Union == union.Name);
}
