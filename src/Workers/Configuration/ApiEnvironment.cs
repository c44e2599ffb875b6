using EventSourcedTrading.Api;
using EventSourcedTrading.Api.Access;
using EventSourcedTrading.Api.GraphQL;

namespace EventSourcedTrading.Workers.Configuration;

/// <summary>The control plane's settings: from the environment, as all addresses are.</summary>
public static class ApiEnvironment
{
    public const string DefaultHttp = "http://127.0.0.1:8081", DefaultGrpc = "http://127.0.0.1:8082";

    /// <summary>Null if EST_API_HTTP is set and empty: then nothing is served.</summary>
    /// <exception cref="ConfigurationException">A token issuer without an audience.</exception>
    public static ApiSettings? Read()
    {
        var http = Environment.GetEnvironmentVariable("EST_API_HTTP") ?? DefaultHttp;
        if (http.Length == 0) return null;
        try
        {
            return new ApiSettings(
                http, Environment.GetEnvironmentVariable("EST_API_GRPC") ?? DefaultGrpc, Environment.GetEnvironmentVariable("EST_API_BEHIND_TLS") == "1",
                JwtSettings.FromEnvironment(Environment.GetEnvironmentVariable))
            {
                GraphQL = new GraphQLSettings(
                    Environment.GetEnvironmentVariable("EST_GRAPHQL_INTROSPECTION") != "0", Folder("EST_GRAPHIQL"), Folder("EST_GRAPHQL_DOCUMENTS")),
            };
        }
        catch (InvalidOperationException e)
        {
            throw new ConfigurationException(e.Message);
        }
    }

    /// <exception cref="ConfigurationException">It is set, and is no folder.</exception>
    private static string? Folder(string variable) => Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } folder ? null
        : Directory.Exists(folder) ? folder : throw new ConfigurationException($"{variable} is {folder}, which is no folder");
}
