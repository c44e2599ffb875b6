namespace EventSourcedTrading.Domain.Portfolios;

/// <summary>A portfolio's id is part of streams, subjects and order ids.</summary>
public static class PortfolioId
{
    public const int MaxLength = 24;

    /// <summary>Stands where a portfolio's id would, in what concerns all of them; so no portfolio may have it.</summary>
    public const string Firm = "firm";

    /// <summary>1 to <see cref="MaxLength"/> lower-case letters, digits and '-'.</summary>
    public static bool IsWellFormed(string? id) =>
        id is { Length: >= 1 and <= MaxLength } && id.AsSpan().IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-") < 0;
}
