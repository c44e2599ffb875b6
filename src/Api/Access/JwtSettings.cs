using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace EventSourcedTrading.Api.Access;

/// <summary>Tokens (RFC 7519) of an identity provider, beside API keys. Off unless an issuer is set.</summary>
/// <param name="Issuer">The <c>iss</c> claim; its signing keys are found by OpenID Connect Discovery unless <paramref name="KeysFile"/> is given.</param>
/// <param name="Audience">The <c>aud</c> claim.</param>
/// <param name="KeysFile">A JWKS (RFC 7517) with the issuer's public keys, for issuers that cannot be reached.</param>
/// <param name="PersonClaim">Names the person. It must be the name that API keys carry, or one person would be two; take one that users cannot choose.</param>
/// <param name="RoleClaim">Lists roles; values that are none of ours are passed over.</param>
public sealed record JwtSettings(string Issuer, string Audience, string? KeysFile, string PersonClaim = "email", string RoleClaim = "roles")
{
    public const string Scheme = "jwt";

    /// <summary>From EST_JWT_ISSUER, _AUDIENCE, _KEYS, _PERSON_CLAIM, _ROLE_CLAIM; null if there is no issuer.</summary>
    /// <exception cref="InvalidOperationException">An issuer without an audience.</exception>
    public static JwtSettings? FromEnvironment(Func<string, string?> read)
    {
        if (read("EST_JWT_ISSUER") is not { Length: > 0 } issuer) return null;
        var audience = read("EST_JWT_AUDIENCE") is { Length: > 0 } given ? given
            : throw new InvalidOperationException("EST_JWT_AUDIENCE is not set. Set it to what tokens for this platform have as 'aud': else a token for any other service would do.");
        return new JwtSettings(issuer, audience, read("EST_JWT_KEYS"), read("EST_JWT_PERSON_CLAIM") ?? "email", read("EST_JWT_ROLE_CLAIM") ?? "roles");
    }

    public void Configure(JwtBearerOptions options)
    {
        options.MapInboundClaims = false;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = Issuer, ValidAudience = Audience, ValidateIssuer = true, ValidateAudience = true, ValidateLifetime = true, ValidateIssuerSigningKey = true,
            RequireExpirationTime = true, RequireSignedTokens = true, ClockSkew = TimeSpan.FromSeconds(30),
            // Asymmetric only: a shared secret, or the public key taken for one, must not be able to sign.
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSsaPssSha256],
        };
        if (KeysFile is null) options.Authority = Issuer;
        else options.TokenValidationParameters.IssuerSigningKeys = new JsonWebKeySet(File.ReadAllText(KeysFile)).GetSigningKeys();
    }
}
