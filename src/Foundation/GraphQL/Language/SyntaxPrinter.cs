namespace HotChocolate.Language;

/// <summary>Writes a syntax tree as text, in the one form that graphql-js gives it: two blanks of indentation, no commas between lines.</summary>
public static class SyntaxPrinter
{
    public static string Print(SyntaxNode node)
    {
        var writer = new SyntaxWriter();
        writer.Node(node);
        return writer.ToString();
    }

    public static string Print(IValueNode value) => Print((SyntaxNode)value);
    public static string Print(ITypeNode type) => Print((SyntaxNode)type);
}
