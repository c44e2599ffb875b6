namespace EventSourcedTrading.Privacy.Tests;

/// <summary>Names, references, and texts with them.</summary>
public sealed class NamingTests
{
    [Theory]
    [InlineData(" Alice ", "alice")]
    [InlineData("alice@example.org", "alice@example.org")]
    [InlineData("person-a", "person-a")]
    [InlineData("person-abcdefghijkl", null)]
    [InlineData("PERSON-abcdefghijkl", null)]
    [InlineData("two words", null)]
    [InlineData("quote\"", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("a2345678901234567890123456789012345678901", null)]
    public void A_name_has_one_form_and_never_that_of_a_reference(string? text, string? name) => Assert.Equal(name, PersonName.Of(text));

    [Fact]
    public void References_are_found_and_replaced_and_nothing_else_is()
    {
        var (one, two) = (PersonReference.Create(), PersonReference.Create());
        Assert.True(PersonReference.IsOne(one));
        Assert.False(PersonReference.IsOne(one + "a"));
        Assert.False(PersonReference.IsOne(one.ToUpperInvariant()));
        var text = $$"""{"actor":"{{one}}","commandId":"{{one}}:x","agent":"person:{{two}}","other":"person-abc {{one}}a"}""";
        Assert.Equal([one, two], PersonReference.In(text));
        var named = PersonReference.Replace(text, new Dictionary<string, string> { [one] = "alice" });
        Assert.Equal($$"""{"actor":"alice","commandId":"alice:x","agent":"person:{{two}}","other":"person-abc {{one}}a"}""", named);
    }
}
