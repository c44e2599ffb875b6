-- The part of an append that needs the lock: take the numbers, move the streams, keep the leaves.
-- The caller copies the events into events.mt_events afterwards, in the same transaction.
--
-- ES001  the head is no longer where the caller thought: reload it and try again
-- ES002  a stream is not at the version that the caller expected: the transaction is lost
create function est.append_head(
    p_size bigint,              -- the size that the caller has seen
    p_count int,                -- how many events follow
    p_root bytea,               -- root and frontier after these events
    p_frontier bytea,
    p_hashes bytea,             -- p_count leaf hashes
    p_recorded_at timestamptz,
    p_new_streams text[],       -- streams that must not exist yet, with their version afterwards
    p_new_versions bigint[],
    p_streams text[],           -- streams that must be at p_expected, with their version afterwards
    p_expected bigint[],
    p_versions bigint[]
) returns void language plpgsql
-- Plans are kept for the life of the connection. One made while mt_streams was small would scan the table ever
-- after, however large it grows; the streams of a batch are always found by key.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
    moved bigint;
begin
    update audit.log_head
       set size = p_size + p_count, root = p_root, frontier = p_frontier, updated_at = p_recorded_at
     where only_row and size = p_size;   -- only_row: so that here too there is a key
    if not found then
        raise exception 'the log head is not at %', p_size using errcode = 'ES001';
    end if;

    insert into audit.leaves (first_seq, count, hashes) values (p_size + 1, p_count, p_hashes);

    if cardinality(p_new_streams) > 0 then
        insert into events.mt_streams (id, version, timestamp, created)
        select id, version, p_recorded_at, p_recorded_at
          from unnest(p_new_streams, p_new_versions) as s (id, version)
            on conflict do nothing;
        get diagnostics moved = row_count;
        if moved <> cardinality(p_new_streams) then
            raise exception 'a new stream exists already' using errcode = 'ES002';
        end if;
    end if;

    if cardinality(p_streams) > 0 then
        update events.mt_streams t
           set version = s.version, timestamp = p_recorded_at
          from unnest(p_streams, p_expected, p_versions) as s (id, expected, version)
         where t.id = s.id and t.version = s.expected;
        get diagnostics moved = row_count;
        if moved <> cardinality(p_streams) then
            raise exception 'a stream is not at the expected version' using errcode = 'ES002';
        end if;
    end if;
end $$;
