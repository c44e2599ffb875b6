using System.Text.Json;
using EventSourcedTrading.Api.Http;
using EventSourcedTrading.Privacy;
using Npgsql;

namespace EventSourcedTrading.Workers.Cli;

/// <summary>Persons as commands that work on the database itself see them.</summary>
internal static class People
{
    /// <summary>Who acts where the operating system does not say.</summary>
    public const string Nobody = "database";

    public static MasterKeySource Keys { get; } = new(Environment.GetEnvironmentVariable);

    public static PersonDirectory Of(NpgsqlDataSource source) => new(source, Keys, TimeProvider.System);

    /// <summary>The person who runs this program, by the operating system's word, as it goes on record.</summary>
    /// <param name="persons">On a connection as est_app.</param>
    public static async Task<string> ActorAsync(PersonDirectory persons, CancellationToken ct) =>
        PersonName.Of(Environment.UserName) is { } name ? await persons.ReferenceAsync(name, ct) : Nobody;

    /// <summary>With names in the place of references; as it is, with a note, where the key to them is not here.</summary>
    public static async Task<string> NamedAsync(PersonDirectory persons, string text, CancellationToken ct) => PersonReference.Replace(text, await NamesAsync(persons, text, ct));

    public static async Task<T> NamedAsync<T>(PersonDirectory persons, T value, CancellationToken ct) where T : class
    {
        var text = JsonSerializer.Serialize(value, ApiJson.Options);
        return await NamedAsync(persons, text, ct) is var named && named != text ? JsonSerializer.Deserialize<T>(named, ApiJson.Options)! : value;
    }

    public static async Task<IReadOnlyDictionary<string, string>> NamesAsync(PersonDirectory persons, string text, CancellationToken ct)
    {
        try
        {
            return await persons.NamesAsync(text, ct);
        }
        catch (MasterKeyException e)
        {
            Terminal.Note($"Persons are shown as references: {e.Message}.");
            return new Dictionary<string, string>();
        }
    }
}
