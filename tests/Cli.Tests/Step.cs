namespace EventSourcedTrading.Cli.Tests;

/// <summary>One command of the page's session, as it is shown.</summary>
/// <param name="Section">The command's path: the section that shows it.</param>
/// <param name="Line">What was typed behind <c>est</c>.</param>
/// <param name="Said">What it said, masked and cut.</param>
public sealed record Step(string Section, string Line, int Code, string Said);
