using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.EventStore.Audit;
using FsCheck;
using FsCheck.Fluent;

namespace EventSourcedTrading.EventStore.Tests.Audit;

public sealed class CanonicalJsonTests
{
    [Fact]
    public void The_example_of_RFC_8785_section_3_2_2()
    {
        const string given = """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """;
        const string canonical =
            """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""";
        Assert.Equal(canonical, Canonical(given, CanonicalNumbers.Rounded));
    }

    [Fact]
    public void The_order_of_RFC_8785_section_3_2_3()
    {
        const string given = """
            {"\u20ac":3,"\r":0,"\ufb33":5,"1":1,"\ud83d\ude00":4,"\u0080":2,"\u00f6":2.5,"<script>":1.5}
            """;
        var values = JsonNode.Parse(Canonical(given))!.AsObject().Select(m => m.Value!.GetValue<double>());
        Assert.Equal([0, 1, 1.5, 2, 2.5, 3, 4, 5], values);
    }

    [Theory] // RFC 8785, appendix B
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void Numbers_print_as_ECMAScript_prints_them(ulong bits, string expected)
    {
        var value = BitConverter.UInt64BitsToDouble(bits);
        Assert.Equal(expected, Canonical(value.ToString("R", CultureInfo.InvariantCulture)));
        Assert.Equal(expected, Canonical(value.ToString("E20", CultureInfo.InvariantCulture), CanonicalNumbers.Rounded));
        Assert.Equal(expected, Canonical(expected));
    }

    [Fact]
    public void Every_double_comes_back_from_its_canonical_text() =>
        Prop.ForAll(ArbMap.Default.ArbFor<double>().Filter(double.IsFinite), value =>
            double.Parse(Canonical(value.ToString("R", CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture) == value)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Decimals_of_up_to_15_digits_print_as_a_double_would() =>
        Prop.ForAll(Gen.Choose(-999_999_999, 999_999_999).Two().ToArbitrary(), parts =>
        {
            var text = $"{parts.Item1 % 1_000_000}.{Math.Abs(parts.Item2)}";
            var value = double.Parse(text, CultureInfo.InvariantCulture);
            return Canonical(text) == Canonical(value.ToString("E16", CultureInfo.InvariantCulture), CanonicalNumbers.Rounded);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("0.10000000000000000001")]
    [InlineData("333333333.33333329")]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("1e-400")]
    [InlineData("1e99999999999999999999")]
    [InlineData("123456789012345678901234567890")]
    public void A_number_that_a_double_would_change_is_refused(string number)
    {
        var refused = Assert.Throws<CanonicalJsonException>(() => Canonical($"[{number}]"));
        Assert.Equal(1, refused.Offset);
        Assert.Contains("write it as a string", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("100000000000000000000", "100000000000000000000")]
    [InlineData("0.10", "0.1")]
    [InlineData("-0", "0")]
    [InlineData("-0.000", "0")]
    [InlineData("1500e-2", "15")]
    [InlineData("0.00000100", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("1e21", "1e+21")]
    [InlineData("123456789012345", "123456789012345")]
    [InlineData("1234567890123456", "1234567890123456")]
    [InlineData("0.0000010", "0.000001")]
    [InlineData("-10.00", "-10")]
    [InlineData("100.0010", "100.001")]
    [InlineData("0.0000009", "9e-7")]
    [InlineData("12345678.1234567", "12345678.1234567")]
    [InlineData("0.0", "0")]
    public void A_number_that_a_double_holds_is_accepted_in_any_spelling(string given, string expected) =>
        Assert.Equal(expected, Canonical(given));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("{")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{a:1}")]
    [InlineData("[1,]")]
    [InlineData("[1 2]")]
    [InlineData("1 2")]
    [InlineData("01")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("NaN")]
    [InlineData("nul")]
    [InlineData("truex")]
    [InlineData("\"")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12g4\"")]
    [InlineData("\"\\u12")]
    [InlineData("\"a\nb\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\ud800\\u0041\"")]
    [InlineData("\"\\udc00\"")]
    [InlineData("\"\\u0000\"")]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("{\"a\":1,\"b\":2,\"\\u0061\":3}")]
    [InlineData("\uFEFF{}")]
    public void What_is_not_acceptable_JSON_is_refused(string text) =>
        Assert.Throws<CanonicalJsonException>(() => Canonical(text));

    [Fact]
    public void Invalid_UTF8_is_refused() =>
        Assert.Throws<CanonicalJsonException>(() => CanonicalJson.Write([(byte)'"', 0xC3, (byte)'"']));

    [Fact]
    public void Nesting_has_a_bound()
    {
        Assert.Equal(new string('[', 64) + new string(']', 64), Canonical(new string('[', 64) + new string(']', 64)));
        Assert.Throws<CanonicalJsonException>(() => Canonical(new string('[', 65) + new string(']', 65)));
    }

    [Fact]
    public void A_document_in_any_spelling_has_one_canonical_form() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var value = RandomValue(random, 0);
            var canonical = Canonical(Spell(value, random));
            return canonical == Canonical(Spell(value, random))
                && canonical == Canonical(canonical)
                && canonical == Naive(value);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static string Canonical(string json, CanonicalNumbers numbers = CanonicalNumbers.Exact) =>
        Encoding.UTF8.GetString(CanonicalJson.Write(Encoding.UTF8.GetBytes(json), numbers));

    /// <summary>null, bool, long, string, object?[] or Dictionary.</summary>
    private static object? RandomValue(Random random, int depth) => random.Next(depth > 3 ? 4 : 6) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.NextInt64(-(1L << 53), 1L << 53),
        3 => RandomText(random),
        4 => Enumerable.Range(0, random.Next(5)).Select(_ => RandomValue(random, depth + 1)).ToArray(),
        _ => Enumerable.Range(0, random.Next(30)).Select(_ => RandomText(random)).Distinct(StringComparer.Ordinal)
            .ToDictionary(name => name, _ => RandomValue(random, depth + 1), StringComparer.Ordinal),
    };

    private static string RandomText(Random random)
    {
        string[] parts = ["a", "b", "Z", "\"", "\\", "/", "\n", "\u0001", "\u001f", "\u007f", "é", "€", "\uE000", "\uFB33", "\uFFFF", "😀", "𐀀", "\u2028"];
        return string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => parts[random.Next(parts.Length)]));
    }

    /// <summary>Writes a value in some order, with some spaces and some escapes.</summary>
    private static string Spell(object? value, Random random) => Space(random) + value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        long n => n.ToString(CultureInfo.InvariantCulture) + (random.Next(3) == 0 ? ".0" : ""),
        string s => SpellText(s, random),
        object?[] items => "[" + string.Join(",", items.Select(i => Spell(i, random))) + Space(random) + "]",
        Dictionary<string, object?> o => "{" + string.Join(",", o.OrderBy(_ => random.Next())
            .Select(m => Space(random) + SpellText(m.Key, random) + Space(random) + ":" + Spell(m.Value, random))) + Space(random) + "}",
        _ => throw new InvalidOperationException(),
    } + Space(random);

    private static string SpellText(string text, Random random)
    {
        var spelled = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c < 0x20 || c is '"' or '\\' || random.Next(4) == 0 || char.IsSurrogate(c)) spelled.Append("\\u").Append(((int)c).ToString("x4"));
            else spelled.Append(c);
        }
        return spelled.Append('"').ToString();
    }

    private static string Space(Random random) => new[] { "", "", " ", "\n", "\t\r " }[random.Next(5)];

    /// <summary>The oracle: sort with .NET's ordinal order, which is UTF-16; let JavaScriptEncoder-free code escape.</summary>
    private static string Naive(object? value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        long n => n.ToString(CultureInfo.InvariantCulture),
        string s => "\"" + string.Concat(s.Select(NaiveEscape)) + "\"",
        object?[] items => "[" + string.Join(",", items.Select(Naive)) + "]",
        Dictionary<string, object?> o => "{" + string.Join(",", o.OrderBy(m => m.Key, StringComparer.Ordinal)
            .Select(m => Naive(m.Key) + ":" + Naive(m.Value))) + "}",
        _ => throw new InvalidOperationException(),
    };

    private static string NaiveEscape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        < ' ' => $"\\u{(int)c:x4}",
        _ => c.ToString(),
    };
}
