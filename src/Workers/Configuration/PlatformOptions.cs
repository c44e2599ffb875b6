using System.Text.Json;
using System.Text.Json.Serialization;
using EventSourcedTrading.Api;
using EventSourcedTrading.Domain.Brokers;
using EventSourcedTrading.Domain.Engine;
using EventSourcedTrading.Domain.Instruments;
using EventSourcedTrading.Domain.Json;
using EventSourcedTrading.Domain.MetaAgent;
using EventSourcedTrading.Domain.Portfolios;
using EventSourcedTrading.Domain.Risk;
using EventSourcedTrading.Workers.Backtests;
using EventSourcedTrading.Workers.Brokering;
using EventSourcedTrading.Workers.Clocks;

namespace EventSourcedTrading.Workers.Configuration;

/// <summary>
/// What the platform runs. Portfolios come from a file, so that they can be reviewed and versioned; addresses and secrets come from
/// the environment, so that they are in no file.
/// </summary>
public sealed record PlatformOptions
{
    public IReadOnlyList<PortfolioOptions> Portfolios { get; set; } = [];

    /// <summary>Null: nothing is signed.</summary>
    public NotaryOptions? Notary { get; set; }

    /// <summary>Npgsql connection string; from <c>EST_POSTGRES</c>.</summary>
    [JsonIgnore]
    public string Postgres { get; init; } = "";

    /// <summary><c>nats://host:port</c>; from <c>EST_NATS</c>.</summary>
    [JsonIgnore]
    public string Nats { get; init; } = "";

    /// <summary>Where health and metrics are served; from <c>EST_HTTP</c>. Loopback unless said otherwise; empty for nowhere.</summary>
    [JsonIgnore]
    public string Http { get; init; } = "http://127.0.0.1:8080";

    /// <summary>Where the control plane is served, see <see cref="ApiEnvironment"/>; null for nowhere.</summary>
    [JsonIgnore]
    public ApiSettings? Api { get; init; }

    /// <summary>Which time server this host's clock is measured against, see <see cref="ClockSettings.From"/>; null for none.</summary>
    [JsonIgnore]
    public ClockSettings? Clock { get; init; }

    /// <summary>Put before every subject and stream name, so that several platforms can share one NATS; from <c>EST_PREFIX</c>.</summary>
    [JsonIgnore]
    public string Prefix { get; init; } = "";

    /// <exception cref="ConfigurationException">A file that cannot be read, a value that breaks a rule, or a server that is not named.</exception>
    public static PlatformOptions Load(string? file)
    {
        var options = Look(file);
        Require(options.Postgres, "EST_POSTGRES", "an Npgsql connection string, such as Host=127.0.0.1;Username=est;Database=est");
        Require(options.Nats, "EST_NATS", "an address, such as nats://127.0.0.1:4222");
        return options;
    }

    /// <summary>The same, for who only looks: what the environment does not name is empty.</summary>
    /// <exception cref="ConfigurationException">A file that cannot be read, or a value that breaks a rule.</exception>
    public static PlatformOptions Look(string? file)
    {
        var options = file is null ? new PlatformOptions() : Read(file);
        return options with
        {
            Postgres = Environment.GetEnvironmentVariable("EST_POSTGRES") ?? "",
            Nats = Environment.GetEnvironmentVariable("EST_NATS") ?? "",
            Http = Environment.GetEnvironmentVariable("EST_HTTP") ?? options.Http,
            Prefix = Environment.GetEnvironmentVariable("EST_PREFIX") ?? "",
            Notary = options.Notary?.WithKey(),
            Clock = ClockSettings.From(Environment.GetEnvironmentVariable),
        };
    }

    /// <summary>The file alone, for what needs no server.</summary>
    /// <exception cref="ConfigurationException">It cannot be read, or a value breaks a rule.</exception>
    public static PlatformOptions Read(string file)
    {
        try
        {
            var options = JsonSerializer.Deserialize(File.ReadAllBytes(file), PlatformJson.Default.PlatformOptions)
                ?? throw new ConfigurationException($"{file} must hold a JSON object.");
            foreach (var portfolio in options.Portfolios) portfolio.Check(file);
            options.Notary?.Check(file);
            return options;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{file} cannot be read: {e.Message}");
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{file}: {e.Path}: {e.Message}");
        }
    }

    /// <summary>One portfolio of a file.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or has no such portfolio.</exception>
    public static PortfolioOptions ReadPortfolio(string file, string id)
    {
        var all = Read(file).Portfolios;
        return all.FirstOrDefault(p => p.Id == id) ?? throw new ConfigurationException($"{file}: there is no portfolio '{id}'; there are {string.Join(", ", all.Select(p => p.Id))}.");
    }

    /// <exception cref="ConfigurationException">The environment does not name the server.</exception>
    public static void Require(string value, string name, string form)
    {
        if (value.Length == 0) throw new ConfigurationException($"{name} is not set. Set it to {form}; or run the command under scripts/services, or after `make up`.");
    }
}

public sealed class ConfigurationException(string message) : Exception(message);

/// <summary>One portfolio: one pool of money, one set of limits, one engine.</summary>
/// <remarks>Setters, not initialisers: the generated reader would write null over the defaults of what a file leaves out.</remarks>
public sealed record PortfolioOptions
{
    /// <summary>1–24 lower-case letters, digits and '-'; part of streams, subjects and order ids.</summary>
    public required string Id { get; set; }
    public string BaseCurrency { get; set; } = "USD";
    public IReadOnlyDictionary<string, decimal> Cash { get; set; } = new Dictionary<string, decimal>();
    public string Venue { get; set; } = "paper";
    public IReadOnlyDictionary<string, string> VenueSettings { get; set; } = new Dictionary<string, string>();

    /// <summary>Where <see cref="Venue"/> is not <c>paper</c>.</summary>
    public BrokerOptions? Broker { get; set; }
    public RiskLimits Limits { get; set; } = RiskLimits.None;
    public VotingPolicy Policy { get; set; } = VotingPolicy.Default;
    public required IReadOnlyList<Instrument> Instruments { get; set; }
    public IReadOnlyList<StrategyOptions> Strategies { get; set; } = [];

    /// <summary>Agents that are not ours to run: they speak over NATS.</summary>
    public IReadOnlyList<string> OutsideAgents { get; set; } = [];

    /// <summary>How long a round waits for an agent whose watermark does not move, in seconds of wall-clock time.</summary>
    public double RoundDeadlineSeconds { get; set; } = 30;

    /// <summary>What its engine is asked first.</summary>
    public OpenPortfolio Opening() => new(BaseCurrency, Instruments, Venue, VenueSettings, Cash, Limits, Policy);

    public void Check(string file)
    {
        if (!PortfolioId.IsWellFormed(Id)) throw new ConfigurationException($"{file}: portfolio id '{Id}' must be 1 to {PortfolioId.MaxLength} lower-case letters, digits and '-'.");
        if (Id == PortfolioId.Firm) throw new ConfigurationException($"{file}: portfolio id '{Id}' stands for all portfolios together; choose another.");
        if (Instruments.Count == 0) throw new ConfigurationException($"{file}: {Id}: instruments must name at least one.");
        foreach (var instrument in Instruments)
            if (instrument.Validate() is { } wrong) throw new ConfigurationException($"{file}: {Id}: {wrong}.");
        if ((Limits.PositionCaps is null ? "limits.positionCaps is missing; write {} for none" : Limits.BucketLimits is null ? "limits.bucketLimits is missing; write {} for none"
            : Limits.Validate() ?? Policy.Validate()) is { } unsound) throw new ConfigurationException($"{file}: {Id}: {unsound}.");
        if (BrokerCatalog.Validate(this) is { } noVenue) throw new ConfigurationException($"{file}: {Id}: {noVenue}.");
        if (RoundDeadlineSeconds <= 0) throw new ConfigurationException($"{file}: {Id}: roundDeadlineSeconds {RoundDeadlineSeconds} must be above zero.");
    }
}

/// <param name="Plugin">Name that the plugin offers, such as <c>breakout</c>.</param>
/// <param name="Instruments">What it sees and trades; null for all of the portfolio.</param>
public sealed record StrategyOptions(string Plugin, IReadOnlyList<string>? Instruments = null, IReadOnlyDictionary<string, string>? Parameters = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, WriteIndented = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(DecimalConverter), typeof(TimestampConverter), typeof(WordConverter<VotingMethod>), typeof(WordConverter<DayOfWeek>),
        typeof(WordConverter<BreakKind>), typeof(WordConverter<BreakAction>)])]
[JsonSerializable(typeof(PlatformOptions))]
[JsonSerializable(typeof(BacktestConfiguration))]
internal sealed partial class PlatformJson : JsonSerializerContext;
