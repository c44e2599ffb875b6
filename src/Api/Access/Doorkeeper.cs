using EventSourcedTrading.Api.Control;
using EventSourcedTrading.Domain.Control;
using EventSourcedTrading.Privacy;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EventSourcedTrading.Api.Access;

/// <summary>Finds out who calls, whether he may, and keeps on record whom it turned away. The same for HTTP and gRPC.</summary>
public sealed class Doorkeeper(ApiKeys keys, PersonDirectory persons, RateLimits limits, TurningAway turningAway, JwtSettings? jwt)
{
    private const int MaxTokenLength = 8_192;
    private const string Scheme = "Bearer ";

    /// <summary>Lets a caller do one operation; whatever is refused, here or inside, is on record when this throws.</summary>
    /// <param name="portfolio">What the call is about; empty if about none.</param>
    /// <param name="commandKey">The idempotency key, if there is one.</param>
    /// <exception cref="RefusedException">Not known, not entitled, too often, or what <paramref name="serve"/> throws.</exception>
    public Task<T> AdmitAsync<T>(HttpContext http, Operation operation, string portfolio, string? commandKey, Func<Caller, Role, Task<T>> serve) =>
        AdmitAsync(http, operation, portfolio, commandKey, limits.Person, serve);

    /// <summary>Lets somebody in who will only look, and as often as a screen that is kept up to date needs it.</summary>
    /// <exception cref="RefusedException">Not known, not entitled, too often.</exception>
    public Task<Caller> AdmitReaderAsync(HttpContext http) => AdmitAsync(http, Operation.ReadState, "", null, limits.Query, (caller, _) => Task.FromResult(caller));

    private async Task<T> AdmitAsync<T>(HttpContext http, Operation operation, string portfolio, string? commandKey, Action<string> limit, Func<Caller, Role, Task<T>> serve)
    {
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        limits.Address(address);
        var (caller, credential, code) = await IdentifyAsync(http, address);
        if (caller is null)
        {
            limits.Failure(address);
            await turningAway.RecordAsync(commandKey, portfolio, null, credential, address, operation.Name, code!, "the caller is not known");
            // To the outside all of these are one: what exactly was wrong helps only who guesses.
            throw new RefusedException("UNAUTHENTICATED", "send 'Authorization: Bearer …' with a valid API key" + (jwt is null ? "" : " or token") + "; it may be unknown, expired or revoked");
        }

        limit(caller.Person);
        try
        {
            var role = operation.EntitledBy(caller.Roles) ?? throw new RefusedException("FORBIDDEN",
                $"{operation.Name} takes the role {string.Join(" or ", operation.Roles.Select(ApiKeys.WordOf))}; {caller.Person} has {string.Join(", ", caller.Roles.Select(ApiKeys.WordOf))}");
            StorableText.Check("portfolio", portfolio);
            StorableText.Check("id", commandKey);
            return await serve(caller, role);
        }
        catch (RefusedException refused) when (refused is { Result: null, Code: not "LOG_UNAVAILABLE" })
        {
            limits.Failure(caller.Person);
            await turningAway.RecordAsync(commandKey, portfolio, caller.Person, caller.Credential, address, operation.Name, refused.Code, refused.Message);
            throw;
        }
    }

    private async Task<(Caller? Caller, string? Credential, string? Code)> IdentifyAsync(HttpContext http, string address)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0) return (null, null, "NO_CREDENTIAL");
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || header.Length > MaxTokenLength) return (null, null, "BAD_CREDENTIAL");
        var token = header[Scheme.Length..].Trim();
        if (token.StartsWith(ApiKey.Prefix, StringComparison.Ordinal))
        {
            if (ApiKey.Parse(token) is not { } key) return (null, null, "BAD_CREDENTIAL");
            var (caller, code) = await keys.FindAsync(key, address, http.RequestAborted);
            return (caller, key.KeyId, code);
        }

        if (jwt is null) return (null, null, "BAD_CREDENTIAL");
        // Not the request's own services: they keep what they answered first, and the token of a WebSocket may come later.
        await using var scope = http.RequestServices.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<IAuthenticationService>().AuthenticateAsync(http, JwtSettings.Scheme);
        if (!result.Succeeded) return (null, jwt.Issuer, "BAD_TOKEN");
        if (PersonName.Of(result.Principal.FindFirst(jwt.PersonClaim)?.Value) is not { } name) return (null, jwt.Issuer, "TOKEN_WITHOUT_PERSON");
        Role[] roles = [.. result.Principal.FindAll(jwt.RoleClaim).Select(c => Enum.GetValues<Role>().Cast<Role?>().FirstOrDefault(r => ApiKeys.WordOf(r!.Value) == c.Value)).OfType<Role>().Distinct().Order()];
        return (new Caller(await persons.ReferenceAsync(name, http.RequestAborted), roles, jwt.Issuer, null, address), null, null);
    }
}
