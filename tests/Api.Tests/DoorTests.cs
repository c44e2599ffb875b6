using System.Net;
using System.Security.Cryptography;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.EventStore;

namespace EventSourcedTrading.Api.Tests;

/// <summary>Who is let in, and what is kept of who is not.</summary>
public sealed class DoorTests(Plane plane) : IClassFixture<Plane>
{
    private async Task<string> RefusedAsync(string? credential)
    {
        var before = (await plane.TurnedAwayAsync(e => e)).Count;
        var said = await plane.GetAsync(credential, "/v1/portfolios");
        Assert.Equal((HttpStatusCode.Unauthorized, "UNAUTHENTICATED", "application/problem+json", "Bearer"), (said.Status, said["code"], said.ContentType, said.Headers.WwwAuthenticate.Single().Scheme));
        var kept = (await plane.TurnedAwayAsync(e => e))[before..].Single();
        Assert.Equal(("readState", null), (kept.Operation, kept.Actor));
        Assert.Matches("^address-[0-9a-f]{20}$", kept.Address);
        return kept.Code;
    }

    [Fact]
    public async Task Keys_that_are_none_unknown_revoked_or_expired_are_refused_alike_and_kept_apart_on_record()
    {
        Assert.Equal("NO_CREDENTIAL", await RefusedAsync(null));
        Assert.Equal("BAD_CREDENTIAL", await RefusedAsync("est_short"));
        Assert.Equal("BAD_TOKEN", await RefusedAsync("something else"));
        Assert.Equal("UNKNOWN_KEY", await RefusedAsync(ApiKey.Create().Reveal()));
        Assert.Equal("UNKNOWN_KEY", await RefusedAsync(plane.Olga[..^1] + (plane.Olga[^1] == 'A' ? 'E' : 'A')));

        var lost = await plane.KeyAsync("otto", Role.Operator);
        Assert.Equal(HttpStatusCode.OK, (await plane.GetAsync(lost, "/v1/portfolios")).Status);
        var revoked = await plane.CommandAsync(plane.Admin, $"/v1/keys/{ApiKey.Parse(lost)!.Value.KeyId}/revoke", """{"reason":"left in a taxi"}""");
        Assert.Equal(HttpStatusCode.OK, revoked.Status);
        Assert.Equal("KEY_REVOKED", await RefusedAsync(lost));
        Assert.Equal(HttpStatusCode.OK, (await plane.CommandAsync(plane.Admin, $"/v1/keys/{ApiKey.Parse(lost)!.Value.KeyId}/revoke")).Status);
        Assert.Equal(1, await plane.World.AskAsync<long>("select count(*) from events.mt_events where type = 'key_revoked' and data ->> 'revokedBy' = $1", await plane.ReferenceAsync("adam")));

        var old = await plane.KeyAsync("olaf", Role.Operator);
        await plane.World.AskAsync<int>("update control.api_keys set expires_at = now() - interval '1 second' where person = $1 returning 1", await plane.ReferenceAsync("olaf"));
        Assert.Equal("KEY_EXPIRED", await RefusedAsync(old));
    }

    [Fact]
    public async Task No_secret_is_in_the_log_nor_in_the_database_nor_shown_again()
    {
        var secret = ApiKey.Parse(plane.Olga)!.Value.Secret;
        Assert.Equal(0, await plane.World.AskAsync<long>("select count(*) from events.mt_events where data::text like '%' || $1 || '%' or headers::text like '%' || $1 || '%'", secret));
        Assert.Equal(0, await plane.World.AskAsync<long>("select count(*) from control.api_keys k where k::text like '%' || $1 || '%'", secret));
        Assert.DoesNotContain(secret, (await plane.GetAsync(plane.Admin, "/v1/keys")).Body.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, ApiKey.Parse(plane.Olga).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(plane.World.Complaints.Lines, l => l.Contains(secret, StringComparison.Ordinal));
        Assert.Equal("42501", (await Assert.ThrowsAsync<Npgsql.PostgresException>(async () =>
        {
            await using var reader = StoreConnection.Open(plane.World.Options.Postgres, StoreRole.Reader);
            await using var command = reader.CreateCommand("select * from control.api_keys");
            await command.ExecuteScalarAsync();
        })).SqlState);
    }

    [Fact]
    public async Task A_token_of_the_issuer_is_believed()
    {
        Assert.Equal(HttpStatusCode.OK, (await plane.GetAsync(plane.Token("Vic", "viewer"), "/v1/portfolios")).Status);
        Assert.Equal((HttpStatusCode.Forbidden, "FORBIDDEN"), await plane.CommandAsync(plane.Token("vic", "viewer"), "halt") is var said ? (said.Status, said["code"]) : default);
        Assert.Equal("FORBIDDEN", (await plane.GetAsync(plane.Token("vic", "root"), "/v1/portfolios"))["code"]);
    }

    public static TheoryData<string, string> Forgeries => new()
    {
        { "another audience", "BAD_TOKEN" }, { "another issuer", "BAD_TOKEN" }, { "expired", "BAD_TOKEN" }, { "without expiry", "BAD_TOKEN" }, { "not valid yet", "BAD_TOKEN" },
        { "unsigned", "BAD_TOKEN" }, { "signed by another", "BAD_TOKEN" }, { "signed with the public key as a secret", "BAD_TOKEN" }, { "nobody", "TOKEN_WITHOUT_PERSON" },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_token_that_is_not_for_us_is_refused(string what, string code)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var token = what switch
        {
            "another audience" => plane.Token("vic", "viewer", c => { c["aud"] = "other"; return c; }),
            "another issuer" => plane.Token("vic", "viewer", c => { c["iss"] = "https://other.test"; return c; }),
            "expired" => plane.Token("vic", "viewer", c => { c["exp"] = now - 60; return c; }),
            "without expiry" => plane.Token("vic", "viewer", c => { c.Remove("exp"); return c; }),
            "not valid yet" => plane.Token("vic", "viewer", c => { c["nbf"] = now + 120; return c; }),
            "unsigned" => plane.Token("vic", "viewer", algorithm: "none", sign: _ => []),
            "signed by another" => plane.Token("vic", "viewer", sign: d => other.SignData(d, HashAlgorithmName.SHA256)),
            "signed with the public key as a secret" => plane.Token("vic", "viewer", algorithm: "HS256", sign: d => HMACSHA256.HashData(plane.Issuer.ExportSubjectPublicKeyInfo(), d)),
            _ => plane.Token("no body!", "viewer"),
        };
        Assert.Equal(code, await RefusedAsync(token));
    }

    [Fact]
    public void A_person_who_calls_without_pause_is_slowed_down_and_others_are_not()
    {
        using var limits = new RateLimits(new RateSettings());
        var refused = Assert.Throws<RefusedException>(() => { for (var i = 0; i < 1_000; i++) limits.Person("olga"); });
        Assert.Equal(("RATE_LIMITED", 429), (refused.Code, refused.Status.Http));
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        limits.Person("rita");
    }

    [Fact]
    public async Task To_listen_where_others_can_hear_without_TLS_is_refused()
    {
        var around = new ApiSurroundings(plane.World.Outside.App, plane.World.Outside.App, plane.World.Outside.Appender, plane.Persons, plane.World.Outside.Nats, p => p, "x", i => i, TimeProvider.System, plane.World.Logs);
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => ApiServer.StartAsync(new ApiSettings("http://0.0.0.0:0", "http://127.0.0.1:0"), around, CancellationToken.None));
        Assert.Contains("in the clear", e.Message, StringComparison.Ordinal);
    }
}
