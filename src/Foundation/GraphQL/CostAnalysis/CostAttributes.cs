#pragma warning disable MA0048 // attributes are read together

namespace HotChocolate.CostAnalysis.Types;

/// <summary>What it costs to resolve a field once. Without it: a property 0, a method 1, one that waits 10.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CostAttribute(int weight) : Attribute
{
    public int Weight { get; } = weight;
}

/// <summary>How many items a list is taken to have.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class ListSizeAttribute : Attribute
{
    public int AssumedSize { get; init; } = 10;
}
