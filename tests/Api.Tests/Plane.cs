using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.GraphQL;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.Privacy;
using EventSourcedTrading.Testing;
using EventSourcedTrading.Workers.Hosting;
using HotChocolate.AspNetCore;

namespace EventSourcedTrading.Api.Tests;

/// <summary>An answer of the control plane.</summary>
public sealed record Said(HttpStatusCode Status, HttpResponseHeaders Headers, string? ContentType, JsonNode Body)
{
    public string? this[string member] => (Body as JsonObject)?[member]?.ToString();
}

/// <summary>A control plane with a running engine behind it, and people with keys; for test classes that share one.</summary>
public class Plane : IAsyncLifetime
{
    public const string Agent = "ada@1.0.0";
    private readonly CancellationTokenSource stopping = new();
    private readonly HttpClient http = new();
    private readonly string folder = Directory.CreateTempSubdirectory("est-api").FullName;
    private Platform platform = null!;
    private Task serving = Task.CompletedTask;
    private CancellationTokenSource current = new();

    public World World { get; private set; } = null!;
    public Running? Engine { get; private set; }
    public PersonDirectory Persons { get; private set; } = null!;
    public ApiKeys Keys { get; private set; } = null!;
    public ECDsa Issuer { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];
    public GrpcJs Grpc => new(Addresses[1].Authority, Path.Combine(EstProcess.Repository, "proto"), "est/control/v1/control.proto", "est.control.v1.ControlPlane");
    public ApiSettings Settings { get; private set; } = null!;
    public IReadOnlyDictionary<string, string?> Environment(string key) => new Dictionary<string, string?> { ["EST_API"] = Addresses[0].ToString(), ["EST_API_KEY"] = key, ["EST_POSTGRES"] = World.Options.Postgres, ["NO_COLOR"] = "1" };

    /// <summary>One key for each person: a role in the name of who has it.</summary>
    public string Viewer { get; private set; } = "";
    public string Olga { get; private set; } = "";
    public string Rita { get; private set; } = "";
    public string Sam { get; private set; } = "";
    public string Auditor { get; private set; } = "";
    public string Admin { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        World = await World.CreateAsync(new Market().Portfolio(Agent));
        await StartEngineAsync();
        platform = await Platform.StartAsync(World.Options, World.Logs, TimeProvider.System, CancellationToken.None);
        Persons = new PersonDirectory(platform.App, new MasterKeySource(System.Environment.GetEnvironmentVariable), TimeProvider.System);
        Keys = new ApiKeys(platform.App, new EventLog(platform.Reader, platform.Appender, TimeProvider.System), Persons, TimeProvider.System);
        var parameters = Issuer.ExportParameters(false);
        var jwks = Path.Combine(folder, "jwks.json");
        await File.WriteAllTextAsync(jwks, $$"""{"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"k1","x":"{{Base64Url(parameters.Q.X!)}}","y":"{{Base64Url(parameters.Q.Y!)}}"}]}""");
        Settings = new ApiSettings("http://127.0.0.1:0", "http://127.0.0.1:0", Jwt: new JwtSettings("https://issuer.test", "est", jwks))
        {
            GraphQL = new GraphQLSettings { Sockets = new GraphQLSocketOptions { RecheckEvery = TimeSpan.FromMilliseconds(200) } },
        };
        await StartApiAsync();
        Viewer = await KeyAsync("vera", Role.Viewer);
        Olga = await KeyAsync("olga", Role.Operator);
        Rita = await KeyAsync("rita", Role.RiskOfficer);
        Sam = await KeyAsync("sam", Role.RiskOfficer);
        Auditor = await KeyAsync("audrey", Role.Auditor);
        Admin = await KeyAsync("adam", Role.Admin);
        await Eventually.TrueAsync(async () => (await GetAsync(Olga, "/v1/portfolios/main")).Status == HttpStatusCode.OK, "the read models know the portfolio");
    }

    public async Task StartEngineAsync()
    {
        Engine = await World.StartAsync("engine", "projections");
        await Engine.UntilAsync("engine main", "running");
    }

    public async Task StopEngineAsync()
    {
        await Engine!.DisposeAsync();
        Engine = null;
    }

    public async Task RestartApiAsync()
    {
        await current.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StartApiAsync();
    }

    public async Task<string> KeyAsync(string person, params Role[] roles) => (await Keys.IssueAsync(person, roles, 1, "database", "a test", CancellationToken.None)).Reveal();

    /// <summary>What a person is called in the log.</summary>
    public ValueTask<string> ReferenceAsync(string person) => Persons.ReferenceAsync(person, CancellationToken.None);

    public Task<Said> GetAsync(string? key, string path) => SendAsync(key, HttpMethod.Get, path, null);

    /// <summary>A command to portfolio main.</summary>
    public Task<Said> CommandAsync(string? key, string path, string? body = null, string? id = null, HttpMethod? method = null) =>
        SendAsync(key, method ?? HttpMethod.Post, path.StartsWith('/') ? path : $"/v1/portfolios/main/{path}", body ?? """{"reason":"a test"}""", id ?? Guid.NewGuid().ToString("N"));

    public async Task<Said> SendAsync(string? key, HttpMethod method, string path, string? body, string? id = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, new Uri(Addresses[0], path));
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        if (id is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", id);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, contentType);
        using var response = await http.SendAsync(request);
        return new Said(response.StatusCode, response.Headers, response.Content.Headers.ContentType?.MediaType, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>A token of the issuer that the control plane believes.</summary>
    public string Token(string person, string role, Func<JsonObject, JsonObject>? change = null, string algorithm = "ES256", Func<byte[], byte[]>? sign = null)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = "https://issuer.test", ["aud"] = "est", ["iat"] = now, ["nbf"] = now, ["exp"] = now + 300, ["email"] = person, ["roles"] = new JsonArray(role) };
        claims = change?.Invoke(claims) ?? claims;
        var text = Base64Url(JsonSerializer.SerializeToUtf8Bytes(new { alg = algorithm, typ = "JWT", kid = "k1" })) + "." + Base64Url(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        return text + "." + Base64Url((sign ?? (data => Issuer.SignData(data, HashAlgorithmName.SHA256)))(Encoding.ASCII.GetBytes(text)));
    }

    public async Task<List<T>> TurnedAwayAsync<T>(Func<CommandTurnedAway, T?> pick) =>
        [.. (await World.LogAsync("command_turned_away")).Select(e => (CommandTurnedAway)Domain.Json.EventJson.Deserialize(e.Type, e.Data.Span)).Select(pick).OfType<T>()];

    public async ValueTask DisposeAsync()
    {
        await current.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await platform.DisposeAsync();
        await World.DisposeAsync();
        http.Dispose();
        stopping.Dispose();
        Issuer.Dispose();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task StartApiAsync()
    {
        current = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        var role = new ApiRole(platform, Settings);
        serving = role.RunAsync(current.Token);
        await Eventually.TrueAsync(() => role.Addresses.Count == 2 ? true : serving.IsFaulted ? throw serving.Exception! : false, "the control plane listens");
        Addresses = role.Addresses;
        // Who was connected finds it again after a restart.
        Settings = Settings with { Http = Addresses[0].GetLeftPart(UriPartial.Authority), Grpc = Addresses[1].GetLeftPart(UriPartial.Authority) };
    }

    private static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
