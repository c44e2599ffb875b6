namespace NATS.Client.Core;

/// <summary>
/// Who the client says it is: user and password, or a token. NKeys and JWTs need Ed25519, which .NET's base library
/// does not have, so they are absent. Printing never shows the secrets.
/// </summary>
public sealed record NatsAuthOpts
{
    public static NatsAuthOpts Default { get; } = new();

    public string? Username { get; init; }

    public string? Password { get; init; }

    public string? Token { get; init; }

    public override string ToString() =>
        $"NatsAuthOpts {{ Username = {Username}, Password = {Masked(Password)}, Token = {Masked(Token)} }}";

    private static string Masked(string? secret) => secret is null ? "" : "***";
}
