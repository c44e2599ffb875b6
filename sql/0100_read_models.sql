-- The tables of the read models. Each has two sides, 0 and 1, which are partitions: the live one, which is served and
-- follows the log, and the other, on which a rebuild works unseen. read.projections says which side is live: to swap is
-- to change one row, so a reader sees the old rows or the new, never a mixture, and nobody needs the right to change tables.
-- Read through the views (0101, 0102); they show the live side only.

create table read.projections (
    name         text        not null constraint pkey_projections primary key,
    live         smallint    not null default 0 check (live in (0, 1)),
    turn         bigint      not null default 0,   -- counts the writes to it, so that a writer sees whether another came between
    error        text        null,       -- why it stands still; null while it follows
    failed_seq   bigint      null,       -- the event that it could not take
    rebuilt_at   timestamptz null
) with (fillfactor = 10);   -- updated at every batch: keep its versions on one page
comment on table read.projections is 'Each read model, its live side and whether it stands still. Its place in the log is in events.mt_event_progression under read.{name}.';
insert into read.projections (name) values ('book'), ('orders'), ('decisions'), ('violations'), ('strategies');

create table read.portfolio_rows (
    side smallint not null, portfolio text collate "C" not null,
    base_currency text not null, venue text not null, state text not null, state_reason text, day date, day_equity numeric,
    limits jsonb, policy jsonb, opened_at timestamptz not null,
    primary key (side, portfolio)
) partition by list (side);

create table read.instrument_rows (
    side smallint not null, portfolio text collate "C" not null, instrument text collate "C" not null,
    currency text not null, multiplier numeric not null, tick_size numeric not null, lot_size numeric not null,
    bucket text not null, converts_from text,
    primary key (side, portfolio, instrument)
) partition by list (side);

create table read.price_rows (
    side smallint not null, portfolio text collate "C" not null, instrument text collate "C" not null,
    price numeric not null, at timestamptz not null,
    primary key (side, portfolio, instrument)
) partition by list (side);

-- Prices of trading days that the engine has not opened yet.
create table read.coming_price_rows (
    side smallint not null, portfolio text collate "C" not null, instrument text collate "C" not null, day date not null,
    price numeric not null, at timestamptz not null,
    primary key (side, portfolio, instrument, day)
) partition by list (side);

create table read.position_rows (
    side smallint not null, portfolio text collate "C" not null, instrument text collate "C" not null,
    currency text not null, quantity numeric not null, cost numeric not null, realised numeric not null, fees numeric not null,
    fills bigint not null, last_fill_at timestamptz not null, last_seq bigint not null,
    primary key (side, portfolio, instrument)
) partition by list (side);

create table read.agent_position_rows (
    side smallint not null, portfolio text collate "C" not null, agent text collate "C" not null, instrument text collate "C" not null,
    currency text not null, quantity numeric not null, cost numeric not null, realised numeric not null, fees numeric not null,
    fills bigint not null, last_fill_at timestamptz not null, last_seq bigint not null,
    primary key (side, portfolio, agent, instrument)
) partition by list (side);

create table read.cash_rows (
    side smallint not null, portfolio text collate "C" not null, currency text collate "C" not null,
    balance numeric not null, moved numeric not null, traded numeric not null, fees numeric not null,
    primary key (side, portfolio, currency)
) partition by list (side);

create table read.reservation_rows (
    side smallint not null, order_id text collate "C" not null,
    portfolio text not null, instrument text not null, side_of_order text not null, quantity numeric not null, leaves numeric not null,
    reserved numeric not null, open numeric not null,
    primary key (side, order_id)
) partition by list (side);

create table read.daily_profit_rows (
    side smallint not null, portfolio text collate "C" not null, agent text collate "C" not null, day date not null, currency text collate "C" not null,
    realised numeric not null, fees numeric not null, unrealised numeric not null, unrealised_before numeric not null, rate numeric,
    primary key (side, portfolio, agent, day, currency)
) partition by list (side);

create table read.order_rows (
    side smallint not null, order_id text collate "C" not null,
    portfolio text collate "C" not null, decision_id text not null, instrument text not null, side_of_order text not null, quantity numeric not null,
    order_type text not null, limit_price numeric, stop_price numeric, time_in_force text not null, state text not null,
    filled numeric not null, notional numeric not null, fees numeric not null, realised numeric not null, currency text, fills bigint not null,
    reason text, broker text, broker_order_id text, reference_price numeric, reserved numeric, anomalies bigint not null,
    checks jsonb not null, allocation jsonb not null, as_of timestamptz not null, submitted_at timestamptz, acknowledged_at timestamptz,
    first_fill_at timestamptz, ended_at timestamptz, recorded_at timestamptz not null, updated_at timestamptz not null,
    first_seq bigint not null, last_seq bigint not null, version bigint not null,
    primary key (side, order_id)
) partition by list (side);
create index order_rows_by_time on read.order_rows (first_seq);
create index order_rows_by_portfolio on read.order_rows (portfolio, first_seq);

create table read.decision_rows (
    side smallint not null, decision_id text collate "C" not null,
    portfolio text collate "C" not null, instrument text not null, as_of timestamptz not null, action text not null, quantity numeric not null,
    order_type text not null, limit_price numeric, stop_price numeric, time_in_force text not null, method text not null,
    votes jsonb not null, abstained jsonb not null, absent jsonb not null, allocation jsonb not null, conflict boolean not null,
    arithmetic text not null, reason text not null, order_id text, outcome text not null, outcome_reason text, failed_rules jsonb not null,
    overridden_action text, overridden_quantity numeric, overridden_by text, override_reason text,
    recorded_at timestamptz not null, seq bigint not null, last_seq bigint not null,
    primary key (side, decision_id)
) partition by list (side);
create index decision_rows_by_time on read.decision_rows (seq);
create index decision_rows_by_portfolio on read.decision_rows (portfolio, seq);

create table read.violation_rows (
    side smallint not null, seq bigint not null,
    portfolio text collate "C" not null, rule text not null, kind text not null, value numeric not null, "limit" numeric not null, unit text not null,
    instrument text, order_id text, decision_id text, detail text not null, as_of timestamptz not null, recorded_at timestamptz not null,
    primary key (side, seq)
) partition by list (side);

create table read.kill_switch_rows (
    side smallint not null, portfolio text collate "C" not null, scope text not null, target text collate "C" not null,
    mode text not null, engaged boolean not null, actor text not null, reason text not null, changed_at timestamptz not null, seq bigint not null,
    primary key (side, portfolio, scope, target)
) partition by list (side);

create table read.strategy_rows (
    side smallint not null, portfolio text collate "C" not null, agent text collate "C" not null,
    state text not null, summary text not null, instruments jsonb not null, parameters jsonb not null, reason text, actor text,
    registered_at timestamptz not null, changed_at timestamptz not null, seq bigint not null,
    primary key (side, portfolio, agent)
) partition by list (side);

do $$
declare
    parent text;
begin
    for parent in select c.relname from pg_catalog.pg_class c where c.relnamespace = 'read'::regnamespace and c.relkind = 'p' loop
        execute format('create table read.%I partition of read.%I for values in (0)', parent || '_0', parent);
        execute format('create table read.%I partition of read.%I for values in (1)', parent || '_1', parent);
    end loop;
end $$;

grant select, insert, update, delete, truncate on all tables in schema read to est_app;
grant select on all tables in schema read to est_reader;
