-- When something was recorded is known by slices of 1,024 positions instead of pages of 32,768: a moment in the past need not read a
-- whole page. What is in the index already is counted again, for both of its sides.

create table read.audit_time_rows (
    side smallint not null, slice bigint not null, first_recorded_at timestamptz not null, last_recorded_at timestamptz not null,
    primary key (side, slice)
) partition by list (side);
create table read.audit_time_rows_0 partition of read.audit_time_rows for values in (0);
create table read.audit_time_rows_1 partition of read.audit_time_rows for values in (1);

insert into read.audit_time_rows
select side, seq >> 10, min(recorded_at), max(recorded_at) from read.audit_index_rows group by side, seq >> 10;

-- Clocks of several writers need not agree, so time is no order.
create view read.audit_times as
select slice, first_recorded_at, last_recorded_at
  from read.audit_time_rows where side = (select live from read.projections where name = 'audit_index');

-- Events that have all of the values that are given, in the order of the log or against it: a few steps along the log, then page by page.
create or replace function est.find_events(
    p_type text, p_stream text, p_portfolio text, p_instrument text, p_agent text, p_actor text, p_words tsquery,
    p_first bigint, p_last bigint,                          -- positions, both included
    p_from timestamptz, p_to timestamptz,                   -- recorded at, both included
    p_newest_first bool, p_limit int
) returns setof read.audit_index language plpgsql stable
-- One plan for all pages, made once for a session: planning would cost more than a page does.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set max_parallel_workers_per_gather = 0   -- to start workers takes longer than the answer
as $$
declare
    hashes bigint[] := array_remove(array[
        est.audit_hash('type', p_type), est.audit_hash('stream', p_stream), est.audit_hash('portfolio', p_portfolio),
        est.audit_hash('instrument', p_instrument), est.audit_hash('agent', p_agent), est.audit_hash('actor', p_actor)], null);
    wanted bigint[];
    found int := 0;
    more int;
    at bigint;
    edge bigint;
begin
    select least(p_last, max(seq)) into p_last from read.audit_index;
    if p_from is not null or p_to is not null then
        select greatest(p_first, min(slice) << 10), least(p_last, (max(slice) + 1 << 10) - 1) into p_first, p_last from read.audit_times
         where (p_from is null or last_recorded_at >= p_from) and (p_to is null or first_recorded_at <= p_to)
        having count(*) > 0;
    end if;

    -- What every tenth event has is found in a few steps along the log.
    if p_newest_first then
        select min(seq) into edge from (
            select seq from read.audit_index
             where seq between p_first and p_last and (p_from is null or recorded_at >= p_from) and (p_to is null or recorded_at <= p_to)
             order by seq desc limit 1000) s;
    else
        select max(seq) into edge from (
            select seq from read.audit_index
             where seq between p_first and p_last and (p_from is null or recorded_at >= p_from) and (p_to is null or recorded_at <= p_to)
             order by seq limit 1000) s;
    end if;
    if edge is null then return; end if;
    return query
    select i.* from read.audit_index i
     where i.seq between case when p_newest_first then edge else p_first end and case when p_newest_first then p_last else edge end
       and (p_type is null or i.type = p_type) and (p_stream is null or i.stream = p_stream)
       and (p_portfolio is null or i.portfolio = p_portfolio) and (p_instrument is null or i.instrument = p_instrument)
       and (p_agent is null or p_agent = any (i.agents)) and (p_actor is null or i.actor = p_actor)
       and (p_words is null or i.lexemes @@ p_words)
       and (p_from is null or i.recorded_at >= p_from) and (p_to is null or i.recorded_at <= p_to)
     order by case when p_newest_first then -i.seq else i.seq end limit p_limit;
    get diagnostics found = row_count;
    if found >= p_limit then return; end if;
    if p_newest_first then p_last := edge - 1; else p_first := edge + 1; end if;

    if cardinality(hashes) = 0 then hashes := array[est.audit_hash(case when p_words is null then 'page' else 'words' end, '')]; end if;
    for n in 0 .. (p_last >> 15) - (p_first >> 15) loop
        at := case when p_newest_first then (p_last >> 15) - n else (p_first >> 15) + n end;
        select array_agg(at << 40 | h) into wanted from unnest(hashes) h;
        if p_words is null then
            return query
            select i.* from read.audit_index i
             where i.keys @> wanted
               and (p_type is null or i.type = p_type) and (p_stream is null or i.stream = p_stream)
               and (p_portfolio is null or i.portfolio = p_portfolio) and (p_instrument is null or i.instrument = p_instrument)
               and (p_agent is null or p_agent = any (i.agents)) and (p_actor is null or i.actor = p_actor)
               and i.seq + 0 between p_first and p_last
               and (p_from is null or i.recorded_at >= p_from) and (p_to is null or i.recorded_at <= p_to)
             order by case when p_newest_first then -i.seq else i.seq end limit p_limit - found;
        else
            return query
            select i.* from read.audit_index i
             where i.keys @> wanted and i.lexemes @@ p_words
               and (p_type is null or i.type = p_type) and (p_stream is null or i.stream = p_stream)
               and (p_portfolio is null or i.portfolio = p_portfolio) and (p_instrument is null or i.instrument = p_instrument)
               and (p_agent is null or p_agent = any (i.agents)) and (p_actor is null or i.actor = p_actor)
               and i.seq + 0 between p_first and p_last
               and (p_from is null or i.recorded_at >= p_from) and (p_to is null or i.recorded_at <= p_to)
             order by case when p_newest_first then -i.seq else i.seq end limit p_limit - found;
        end if;
        get diagnostics more = row_count;
        found := found + more;
        exit when found >= p_limit;
    end loop;
end $$;

drop view read.audit_pages;
drop table read.audit_page_rows;

grant select, insert, update, delete, truncate on read.audit_time_rows, read.audit_time_rows_0, read.audit_time_rows_1 to est_app;
grant select on read.audit_time_rows, read.audit_time_rows_0, read.audit_time_rows_1, read.audit_times to est_reader;
grant select on read.audit_times to est_app;
