using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using EventSourcedTrading.Brokers.Http;
using EventSourcedTrading.Brokers.InteractiveBrokers.OAuth;

namespace EventSourcedTrading.Brokers.InteractiveBrokers;

/// <summary>A brokerage session that was opened, and what the broker said of the account.</summary>
/// <param name="Token">Null behind a gateway.</param>
/// <param name="Currency">The account's base currency, ISO 4217; null where the broker does not tell it.</param>
internal sealed record IbkrLogin(SessionToken? Token, string? Currency, IReadOnlyList<string> Restrictions)
{
    /// <summary>Whether live orders were asked for: the first question of a session is answered with nothing.</summary>
    public bool IsWarm { get; set; }
}

/// <summary>The steps of logging in.</summary>
internal sealed class IbkrLoggingIn(BrokerHttp http, IbkrSigner signer, IbkrOptions options, TimeProvider time)
{
    private static readonly byte[] Nothing = "{}"u8.ToArray();

    /// <exception cref="BrokerException">The broker does not answer, or does not give a token.</exception>
    public async Task<SessionToken?> TokenAsync(CancellationToken ct)
    {
        if (options.Keys is not { } keys) return null;
        var own = BigInteger.Zero;
        var answer = await http.AskAsync(() =>
        {
            own = new BigInteger(RandomNumberGenerator.GetBytes(32), isUnsigned: true) + 2;
            return signer.ForToken(keys, DiffieHellman.Challenge(own, keys.Prime));
        }, $"POST {IbkrSigner.TokenPath}", ct);
        var json = IbkrAnswers.Whole(answer, $"POST {IbkrSigner.TokenPath}", http);
        // The schema has the second name; its own example, the broker and its clients have the first.
        if (!DiffieHellman.TryHex(json.Text("diffie_hellman_response", "diffie_hellman_challenge"), out var response)) throw NoToken("the answer has no diffie_hellman_response");
        byte[] token;
        try
        {
            token = LiveSessionToken.Derive(DiffieHellman.Shared(response, own, keys.Prime), keys.TokenSecret.Span);
        }
        catch (FormatException e)
        {
            throw NoToken(e.Message);
        }

        if (!LiveSessionToken.Confirms(token, keys.ConsumerKey, json.Text("live_session_token_signature"))) throw NoToken("the broker has come to another token than we have");
        return new SessionToken(token, json.Time("live_session_token_expiration")?.ToDateTimeOffset() ?? time.GetUtcNow() + TimeSpan.FromHours(24));
    }

    /// <summary>Opens the brokerage session; null if the token is not taken any more.</summary>
    /// <exception cref="BrokerException">It is not opened, or has no such account.</exception>
    public async Task<IbkrLogin?> OpenAsync(SessionToken? token, CancellationToken ct)
    {
        const string init = "iserver/auth/ssodh/init";
        var body = options.Compete ? """{"publish":true,"compete":true}"""u8.ToArray() : """{"publish":true,"compete":false}"""u8.ToArray();
        var opened = await AskAsync(HttpMethod.Post, init, body, token, ct);
        if (opened.Status == 401 && token is not null) return null;
        var status = IbkrAnswers.Whole(opened, $"POST {init}", http);
        var started = time.GetTimestamp();
        while (status.Flag("authenticated") != true)
        {
            if (time.GetElapsedTime(started) > options.Patience)
                throw new BrokerException(IbkrAnswers.Name, $"the brokerage session does not open: {http.Words(status.GetRawText())}", "Log in at the gateway, or end the session that competes with it");
            await Task.Delay(options.FirstPause, time, ct);
            status = await ReadAsync(HttpMethod.Post, "iserver/auth/status", token, ct);
        }

        var accounts = await ReadAsync(HttpMethod.Get, "iserver/accounts", token, ct);
        if (!accounts.Texts("accounts").Contains(options.AccountId))
            throw new BrokerException(IbkrAnswers.Name, $"account '{options.AccountId}' is none of {string.Join(", ", accounts.Texts("accounts"))}", "Name one of these");
        if (accounts.Text("selectedAccount") is { } selected && selected != options.AccountId) await SelectAsync(token, ct);
        // Positions and the ledger are answered after this question alone.
        var portfolio = (await ReadAsync(HttpMethod.Get, "portfolio/accounts", token, ct)).Objects().FirstOrDefault(a => a.Text("id", "accountId") == options.AccountId);
        return new IbkrLogin(token, portfolio.Text("currency"), Restrictions(portfolio));
    }

    private async Task SelectAsync(SessionToken? token, CancellationToken ct)
    {
        const string path = "iserver/account";
        IbkrAnswers.Whole(await AskAsync(HttpMethod.Post, path, JsonSerializer.SerializeToUtf8Bytes(new() { ["acctId"] = options.AccountId }, IbkrBodies.Default.DictionaryStringString), token, ct), $"POST {path}", http);
    }

    private static List<string> Restrictions(JsonElement account)
    {
        var found = new List<string>();
        if (account.Flag("brokerageAccess") == false) found.Add("brokerageAccess false");
        if (account.Text("clearingStatus") is { } status && status != "O") found.Add($"clearingStatus {status}");
        return found;
    }

    private async Task<JsonElement> ReadAsync(HttpMethod method, string path, SessionToken? token, CancellationToken ct) =>
        IbkrAnswers.Whole(await AskAsync(method, path, method == HttpMethod.Post ? Nothing : null, token, ct), $"{method} {path}", http);

    private Task<BrokerAnswer> AskAsync(HttpMethod method, string path, byte[]? body, SessionToken? token, CancellationToken ct) =>
        http.AskAsync(() => signer.Make(method, path, body, token), $"{method} {path}", ct);

    private static BrokerException NoToken(string why) => new(IbkrAnswers.Name, $"no live session token: {why}", "Check that access token, secret and prime are of one registration");
}
