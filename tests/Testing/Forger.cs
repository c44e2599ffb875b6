using System.Text;
using EventSourcedTrading.EventStore;
using EventSourcedTrading.EventStore.Audit;
using Npgsql;

namespace EventSourcedTrading.Testing;

/// <summary>What somebody can do to a log who has every right on its database, and knows how it is made.</summary>
public static class Forger
{
    extension(TestDatabase database)
    {
        /// <summary>Switches off what keeps the log as it is.</summary>
        public Task UnlockAsync() => database.ForgeAsync(
            """
            do $$ declare t text; begin
                foreach t in array array['events.mt_events', 'audit.leaves', 'audit.log_head', 'audit.subtrees', 'audit.checkpoints', 'audit.cosignatures', 'audit.time_stamps'] loop
                    execute format('alter table %s disable trigger all', t);
                end loop;
            end $$
            """);

        public async Task ForgeAsync(string sql)
        {
            await using var command = database.Admin.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }

        /// <summary>Takes the newest events away, with every trace of them in the log's tables.</summary>
        public async Task CutOffAsync(long size)
        {
            await database.ForgeAsync(
                $"""
                delete from events.mt_events where seq_id > {size};
                delete from events.mt_streams s where not exists (select from events.mt_events e where e.stream_id = s.id);
                update events.mt_streams s set version = (select max(version) from events.mt_events e where e.stream_id = s.id);
                """);
            await database.ReckonAnewAsync();
        }

        /// <summary>Makes all leaves and the head from the rows as they are now.</summary>
        public async Task ReckonAnewAsync()
        {
            var frontier = new MerkleFrontier();
            var hashes = new List<byte>();
            var leaf = new byte[32];
            await using (var command = database.Admin.CreateCommand("select seq_id, id, stream_id, version, type, data::text, timestamp, correlation_id, causation_id, headers::text from events.mt_events order by seq_id"))
            {
                await using var rows = await command.ExecuteReaderAsync();
                while (await rows.ReadAsync())
                {
                    LeafFormat.Hash(
                        new RecordedEvent(rows.GetInt64(0), rows.GetGuid(1), rows.GetString(2), rows.GetInt64(3), rows.GetString(4), Encoding.UTF8.GetBytes(rows.GetString(5)),
                            new DateTimeOffset(rows.GetDateTime(6), TimeSpan.Zero), Text(rows, 7), Text(rows, 8), Text(rows, 9) is { } headers ? Encoding.UTF8.GetBytes(headers) : default(ReadOnlyMemory<byte>)),
                        leaf);
                    frontier.Append(leaf);
                    hashes.AddRange(leaf);
                }
            }

            await database.ForgeAsync("delete from audit.leaves; delete from audit.subtrees");
            await using var write = database.Admin.CreateCommand(
                "with l as (insert into audit.leaves values (1, $1, $2)) update audit.log_head set size = $1, root = $3, frontier = $4");
            foreach (var value in (object[])[(int)frontier.Size, hashes.ToArray(), frontier.Root(), frontier.Save()]) write.Parameters.Add(new NpgsqlParameter { Value = value });
            await write.ExecuteNonQueryAsync();
        }
    }

    private static string? Text(NpgsqlDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);
}
