using System.Text.Json.Serialization;

namespace EventSourcedTrading.Domain.Instruments;

/// <summary>
/// Something that can be traded. Written <c>SYMBOL.MIC</c>, with the ISO 10383 market identifier of its listing (SPY.ARCX).
/// </summary>
/// <param name="Id"><c>SYMBOL.MIC</c>; symbol of 1–24 of A–Z, 0–9, '-' and '_', MIC of four of A–Z and 0–9.</param>
/// <param name="Currency">ISO 4217 code in which prices, fees and profit of this instrument are counted.</param>
/// <param name="Multiplier">Units of the underlying per unit of quantity; 1 for shares and coins, 50 for an E-mini future.</param>
/// <param name="TickSize">Smallest step of a price, in <paramref name="Currency"/>.</param>
/// <param name="LotSize">Smallest step of a quantity.</param>
/// <param name="Bucket">Instruments of one correlation bucket share one limit, since they fall together.</param>
/// <param name="ConvertsFrom">For a currency pair: the ISO 4217 code whose price in <paramref name="Currency"/> this is.</param>
public sealed record Instrument(
    string Id, string Currency, decimal Multiplier = 1m, decimal TickSize = 0.01m, decimal LotSize = 1m,
    string Bucket = "default", string? ConvertsFrom = null)
{
    [JsonIgnore]
    public string Symbol => Id[..Id.LastIndexOf('.')];

    [JsonIgnore]
    public string Mic => Id[(Id.LastIndexOf('.') + 1)..];

    /// <summary>Cuts a quantity to whole lots, towards zero: never more than was asked.</summary>
    public decimal FloorToLot(decimal quantity) => LotSize == 1m ? decimal.Truncate(quantity) : decimal.Truncate(quantity / LotSize) * LotSize;

    public bool IsWholeLots(decimal quantity) => (LotSize == 1m && quantity.Scale == 0) || quantity % LotSize == 0m;

    public bool IsWholeTicks(decimal price) => price % TickSize == 0m;

    /// <summary>Null if the instrument is well-formed, else the field, its value and the rule.</summary>
    public string? Validate()
    {
        if (!IsId(Id)) return $"instrument id '{Id}' must be SYMBOL.MIC, such as SPY.ARCX";
        if (Currency is not { Length: 3 } || !Currency.All(char.IsAsciiLetterUpper)) return $"{Id}: currency '{Currency}' must be an ISO 4217 code, such as USD";
        if (Multiplier <= 0m) return $"{Id}: multiplier {Multiplier} must be above zero";
        if (TickSize <= 0m) return $"{Id}: tickSize {TickSize} must be above zero";
        if (LotSize <= 0m) return $"{Id}: lotSize {LotSize} must be above zero";
        return string.IsNullOrWhiteSpace(Bucket) ? $"{Id}: bucket must be named" : null;
    }

    public static bool IsId(string? id)
    {
        if (id is null) return false;
        var dot = id.LastIndexOf('.');
        if (dot is < 1 or > 24 || id.Length - dot - 1 != 4) return false;
        for (var i = 0; i < id.Length; i++)
        {
            var c = id[i];
            var letter = char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c);
            if (!letter && !(i < dot && c is '-' or '_') && i != dot) return false;
        }

        return true;
    }
}
