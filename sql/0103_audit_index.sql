-- The audit index: one row for each event of the log, with all that an auditor asks for it by (docs/audit-query.md).
--
-- Questions come in any combination, and what is frequent alone may be rare together: an agent that never trades an instrument, both
-- of which are in every second event. No choice of btrees answers that, and the planner, who thinks columns independent, would walk
-- the whole log for it. So the log is cut into pages of 32,768 positions, and one GIN index holds for every page which of its rows have
-- a value: keys are (page, hash of column and value) in one bigint. A question goes through the pages from its newest end, asks each
-- for the rows that have all of its values, and stops when it has enough. A page that has none costs some microseconds.
-- Keys of one page lie side by side, so writing touches the right end of the index only.
--
-- Ids that few events share (order, decision, correlation, causation) have an index of their own.

insert into read.projections (name) values ('audit_index');

create table read.audit_index_rows (
    side smallint not null, seq bigint not null,
    recorded_at timestamptz not null, as_of timestamptz, version bigint not null,
    type text collate "C" not null, stream text collate "C" not null, portfolio text collate "C", instrument text collate "C",
    agents text[] collate "C", order_id text collate "C", decision_id text collate "C", actor text collate "C",
    correlation_id text collate "C", causation_id text collate "C",
    words text,                     -- rationale and reason, as they were written
    keys bigint[] not null,         -- page << 40 | hash of column and value, see AuditKey
    lexemes tsvector generated always as (to_tsvector('simple', words)) stored,
    primary key (side, seq)
) partition by list (side);

create index audit_index_rows_keys on read.audit_index_rows using gin (keys, lexemes) with (fastupdate = off);
create index audit_index_rows_order on read.audit_index_rows (order_id) where order_id is not null;
create index audit_index_rows_decision on read.audit_index_rows (decision_id) where decision_id is not null;
create index audit_index_rows_correlation on read.audit_index_rows (correlation_id) where correlation_id is not null;
create index audit_index_rows_causation on read.audit_index_rows using hash (causation_id) where causation_id is not null;

-- Which pages there are, and when they were recorded: clocks of several writers need not agree, so time is no order.
create table read.audit_page_rows (
    side smallint not null, page bigint not null, first_recorded_at timestamptz not null, last_recorded_at timestamptz not null,
    primary key (side, page)
) partition by list (side);

do $$
declare
    parent text;
begin
    foreach parent in array array['audit_index_rows', 'audit_page_rows'] loop
        execute format('create table read.%I partition of read.%I for values in (0)', parent || '_0', parent);
        execute format('create table read.%I partition of read.%I for values in (1)', parent || '_1', parent);
    end loop;

    -- It grows as the log does, so it is looked after as the log is (0010), and nobody asks how these columns are spread.
    foreach parent in array array['audit_index_rows_0', 'audit_index_rows_1'] loop
        execute format('alter table read.%I set (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_cost_delay = 5)', parent);
        execute format('alter table read.%I alter words set statistics 0, alter keys set statistics 0, alter lexemes set statistics 0', parent);
    end loop;
end $$;

create view read.audit_index as
select seq, recorded_at, as_of, type, stream, version, portfolio, instrument, agents, order_id, decision_id, actor, correlation_id, causation_id,
       words, keys, lexemes
  from read.audit_index_rows where side = (select live from read.projections where name = 'audit_index');

create view read.audit_pages as
select page, first_recorded_at, last_recorded_at
  from read.audit_page_rows where side = (select live from read.projections where name = 'audit_index');

-- The low 40 bits of a key. SHA-256, because it is the same in every language; that two values may share a hash does no harm, as rows
-- are compared with what was asked for.
create function est.audit_hash(p_column text, p_value text) returns bigint language sql immutable strict parallel safe as $$
    select ('x' || encode(substr(sha256(convert_to(p_column || '=' || p_value, 'UTF8')), 1, 5), 'hex'))::bit(40)::bigint
$$;

-- Events that have all of the values that are given, in the order of the log or against it: a few steps along the log, then page by page.
create function est.find_events(
    p_type text, p_stream text, p_portfolio text, p_instrument text, p_agent text, p_actor text, p_words tsquery,
    p_first bigint, p_last bigint,                          -- positions, both included
    p_from timestamptz, p_to timestamptz,                   -- recorded at, both included
    p_newest_first bool, p_limit int
) returns setof read.audit_index language plpgsql stable
-- One plan for all pages, made once for a session: planning would cost more than a page does.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
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
    -- What every tenth event has is found in a few steps along the log.
    if p_newest_first then
        select min(seq) into edge from (select seq from read.audit_index where seq between p_first and p_last order by seq desc limit 1000) s;
    else
        select max(seq) into edge from (select seq from read.audit_index where seq between p_first and p_last order by seq limit 1000) s;
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

    if p_words is not null then hashes := hashes || est.audit_hash('words', ''); end if;
    if cardinality(hashes) = 0 then hashes := array[est.audit_hash('page', '')]; end if;
    for at in
        select page from read.audit_pages
         where page between p_first >> 15 and p_last >> 15
           and (p_from is null or last_recorded_at >= p_from) and (p_to is null or first_recorded_at <= p_to)
         order by case when p_newest_first then -page else page end
    loop
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

grant select, insert, update, delete, truncate on all tables in schema read to est_app;
grant select on all tables in schema read to est_reader;
grant execute on function est.audit_hash, est.find_events to est_app, est_reader;
grant usage on schema est to est_app, est_reader;
