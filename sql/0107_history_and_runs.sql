-- What the book was at any past place in the log; fills; backtests; what comparing the books with the brokers' found; and indexes for what
-- may be filtered and ordered by (ReadFields in src/Projections/Reading).
--
-- History is added to and never changed: one row for each event that changed something, as it was after that event. What was at position
-- P is the last row at or before P, one step in an index for each instrument.

insert into read.projections (name) values ('backtests'), ('reconciliation');

-- What was before there was history: the day and its equity. There is a row from the event on that opened the portfolio.
create table read.portfolio_history_rows (
    side smallint not null, portfolio text collate "C" not null, seq bigint not null, day date, day_equity numeric,
    primary key (side, portfolio, seq)
) partition by list (side);

create table read.price_history_rows (
    side smallint not null, portfolio text collate "C" not null, instrument text collate "C" not null, seq bigint not null,
    price numeric not null, at timestamptz not null,
    primary key (side, portfolio, instrument, seq)
) partition by list (side);

create table read.position_history_rows (
    side smallint not null, portfolio text collate "C" not null, instrument text collate "C" not null, seq bigint not null,
    quantity numeric not null, cost numeric not null, realised numeric not null, fees numeric not null,
    fills bigint not null, last_fill_at timestamptz not null,
    primary key (side, portfolio, instrument, seq)
) partition by list (side);

create table read.agent_position_history_rows (
    side smallint not null, portfolio text collate "C" not null, agent text collate "C" not null, instrument text collate "C" not null,
    seq bigint not null, quantity numeric not null, cost numeric not null, realised numeric not null, fees numeric not null,
    fills bigint not null, last_fill_at timestamptz not null,
    primary key (side, portfolio, agent, instrument, seq)
) partition by list (side);

create table read.cash_history_rows (
    side smallint not null, portfolio text collate "C" not null, currency text collate "C" not null, seq bigint not null,
    balance numeric not null, moved numeric not null, traded numeric not null, fees numeric not null,
    primary key (side, portfolio, currency, seq)
) partition by list (side);

create table read.fill_rows (
    side smallint not null, seq bigint not null,
    execution_id text not null, order_id text collate "C" not null, decision_id text not null, portfolio text collate "C" not null, instrument text not null,
    side_of_order text not null, quantity numeric not null, price numeric not null, fee numeric not null, currency text not null,
    realised numeric not null, position_after numeric not null, cost_after numeric not null, cumulative_quantity numeric not null,
    leaves_quantity numeric not null, shares jsonb not null, as_of timestamptz not null, recorded_at timestamptz not null,
    primary key (side, seq)
) partition by list (side);

create table read.backtest_rows (
    side smallint not null, backtest_id text collate "C" not null,
    portfolio text not null, state text not null, source text not null, data_hash text not null, configuration_hash text not null,
    code_version text not null, seed bigint not null, strategies jsonb not null, trade_from timestamptz, decision_digest text,
    signals bigint, events bigint, statistics jsonb, as_of timestamptz, runs bigint not null, started_at timestamptz not null, completed_at timestamptz,
    first_seq bigint not null, last_seq bigint not null,
    primary key (side, backtest_id)
) partition by list (side);

create table read.reconciliation_rows (
    side smallint not null, seq bigint not null,
    portfolio text collate "C" not null, broker text not null, account text not null, orders bigint not null, executions bigint not null,
    positions bigint not null, open_breaks bigint not null, as_of timestamptz not null, recorded_at timestamptz not null,
    primary key (side, seq)
) partition by list (side);

-- A break that comes back is another row: it is known by the event that found it.
create table read.break_rows (
    side smallint not null, seq bigint not null,
    break_id text not null, portfolio text collate "C" not null, broker text not null, kind text not null, key text not null, ours text not null,
    theirs text not null, action text not null, owner text not null, state text not null, found_at timestamptz not null,
    requested text, requested_by text, request_reason text, refused_for text, ended_at timestamptz, detail text, last_seq bigint not null,
    primary key (side, seq)
) partition by list (side);

-- The open one of each break id.
create table read.open_break_rows (
    side smallint not null, break_id text collate "C" not null, seq bigint not null,
    primary key (side, break_id)
) partition by list (side);

do $$
declare
    parent text;
begin
    foreach parent in array array['portfolio_history_rows', 'price_history_rows', 'position_history_rows', 'agent_position_history_rows',
        'cash_history_rows', 'fill_rows', 'backtest_rows', 'reconciliation_rows', 'break_rows', 'open_break_rows'] loop
        execute format('create table read.%I partition of read.%I for values in (0)', parent || '_0', parent);
        execute format('create table read.%I partition of read.%I for values in (1)', parent || '_1', parent);
    end loop;
    -- est audit verify compares them stretch by stretch of the log.
    foreach parent in array array['portfolio_history', 'price_history', 'position_history', 'agent_position_history', 'cash_history'] loop
        execute format('create index %I on read.%I (seq)', parent || '_rows_by_seq', parent || '_rows');
    end loop;
end $$;

-- What may be filtered is indexed together with the position, which is what lists are ordered by.
create index fill_rows_by_order on read.fill_rows (order_id, seq);
create index fill_rows_by_portfolio on read.fill_rows (portfolio, seq);
create index fill_rows_by_instrument on read.fill_rows (instrument, seq);
create index fill_rows_by_market_time on read.fill_rows (as_of, seq);

create index order_rows_by_decision on read.order_rows (decision_id, first_seq);
create index order_rows_by_instrument on read.order_rows (instrument, first_seq);
create index order_rows_by_state on read.order_rows (state, first_seq);
create index order_rows_by_market_time on read.order_rows (as_of, first_seq);

create index decision_rows_by_instrument on read.decision_rows (instrument, seq);
create index decision_rows_by_outcome on read.decision_rows (outcome, seq);
create index decision_rows_by_order on read.decision_rows (order_id) where order_id is not null;
create index decision_rows_by_market_time on read.decision_rows (as_of, seq);

create index violation_rows_by_portfolio on read.violation_rows (portfolio, seq);
create index violation_rows_by_rule on read.violation_rows (rule, seq);
create index violation_rows_by_kind on read.violation_rows (kind, seq);
create index violation_rows_by_instrument on read.violation_rows (instrument, seq);
create index violation_rows_by_order on read.violation_rows (order_id, seq) where order_id is not null;
create index violation_rows_by_decision on read.violation_rows (decision_id, seq) where decision_id is not null;
create index violation_rows_by_market_time on read.violation_rows (as_of, seq);

create index kill_switch_rows_by_seq on read.kill_switch_rows (seq);
create index strategy_rows_by_seq on read.strategy_rows (seq);
create index strategy_rows_by_agent on read.strategy_rows (agent, seq);
create index strategy_rows_by_state on read.strategy_rows (state, seq);

create index backtest_rows_by_seq on read.backtest_rows (first_seq);
create index backtest_rows_by_portfolio on read.backtest_rows (portfolio, first_seq);
create index backtest_rows_by_state on read.backtest_rows (state, first_seq);
create index backtest_rows_by_data on read.backtest_rows (data_hash, first_seq);
create index backtest_rows_by_start on read.backtest_rows (started_at, first_seq);

create index reconciliation_rows_by_portfolio on read.reconciliation_rows (portfolio, seq);
create index reconciliation_rows_by_broker on read.reconciliation_rows (broker, seq);
create index reconciliation_rows_by_market_time on read.reconciliation_rows (as_of, seq);

create index break_rows_by_id on read.break_rows (break_id, seq);
create index break_rows_by_portfolio on read.break_rows (portfolio, seq);
create index break_rows_by_broker on read.break_rows (broker, seq);
create index break_rows_by_kind on read.break_rows (kind, seq);
create index break_rows_by_state on read.break_rows (state, seq);
create index break_rows_by_time on read.break_rows (found_at, seq);

create view read.fills as
select seq, execution_id, order_id, decision_id, portfolio, instrument, side_of_order as side, quantity, price, fee, currency, realised,
       position_after, cost_after, cumulative_quantity, leaves_quantity, shares, as_of, recorded_at
  from read.fill_rows where side = (select live from read.projections where name = 'book');

create view read.backtests as
select backtest_id, portfolio, state, source, data_hash, configuration_hash, code_version, seed, strategies, trade_from, decision_digest,
       signals, events, statistics, as_of, runs, started_at, completed_at, first_seq, last_seq
  from read.backtest_rows where side = (select live from read.projections where name = 'backtests');

create view read.reconciliations as
select seq, portfolio, broker, account, orders, executions, positions, open_breaks, as_of, recorded_at
  from read.reconciliation_rows where side = (select live from read.projections where name = 'reconciliation');

create view read.breaks as
select seq, break_id, portfolio, broker, kind, key, ours, theirs, action, owner, state, found_at, requested, requested_by, request_reason,
       refused_for, ended_at, detail, last_seq
  from read.break_rows where side = (select live from read.projections where name = 'reconciliation');

-- As of a place in the log: the columns and the arithmetic of the views of 0101, with what was known there. Null for all portfolios. What a
-- portfolio trades is settled when it is opened, and rows of today's positions say which there can have been.
-- They run with the rights of who asks, whatever his search_path.

create function est.rates_as_of(p_portfolio text, p_seq bigint)
returns table (portfolio text, base_currency text, currency text, rate numeric) language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with live as (select live as side from read.projections where name = 'book'),
    known as (
        select i.portfolio, b.base_currency, i.instrument, i.currency, i.converts_from, h.price
          from live
          join read.instrument_rows i on i.side = live.side and i.converts_from is not null and (p_portfolio is null or i.portfolio = p_portfolio)
          join read.portfolio_rows b on b.side = i.side and b.portfolio = i.portfolio
         cross join lateral (select x.price from read.price_history_rows x
                              where x.side = live.side and x.portfolio = i.portfolio and x.instrument = i.instrument and x.seq <= p_seq
                              order by x.seq desc limit 1) h
         where h.price > 0)
    select b.portfolio, b.base_currency, b.base_currency, 1::numeric
      from live join read.portfolio_rows b on b.side = live.side where p_portfolio is null or b.portfolio = p_portfolio
    union all
    select * from (
        select distinct on (c.portfolio, c.currency) c.portfolio, c.base_currency, c.currency, c.rate
          from (select k.portfolio, k.base_currency, k.converts_from as currency, k.price as rate, k.instrument, 1 as choice
                  from known k where k.currency = k.base_currency and k.converts_from <> k.base_currency
                union all
                select k.portfolio, k.base_currency, k.currency, round(1 / k.price, 18), k.instrument, 2
                  from known k where k.converts_from = k.base_currency and k.currency <> k.base_currency) c
         order by c.portfolio, c.currency, c.choice, c.instrument collate "C") best
$$;

create function est.positions_as_of(p_portfolio text, p_seq bigint) returns setof read.positions language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with live as (select live as side from read.projections where name = 'book'),
    rates as materialized (select * from est.rates_as_of(p_portfolio, p_seq))
    select p.portfolio, p.instrument, i.bucket, p.currency, h.quantity, coalesce(i.multiplier, 1) as multiplier, h.cost,
           case when h.quantity <> 0 then round(h.cost / h.quantity / coalesce(i.multiplier, 1), 10) end,
           q.price, q.at, v.market_value, v.market_value - h.cost, h.realised, h.fees,
           b.base_currency, r.rate, round(v.market_value * r.rate, 10), round((v.market_value - h.cost) * r.rate, 10),
           round(h.realised * r.rate, 10), round(h.fees * r.rate, 10), h.fills, h.last_fill_at, h.seq
      from live
      join read.position_rows p on p.side = live.side and (p_portfolio is null or p.portfolio = p_portfolio)
      join read.portfolio_rows b on b.side = p.side and b.portfolio = p.portfolio
     cross join lateral (select x.* from read.position_history_rows x
                          where x.side = live.side and x.portfolio = p.portfolio and x.instrument = p.instrument and x.seq <= p_seq
                          order by x.seq desc limit 1) h
      left join read.instrument_rows i on i.side = p.side and i.portfolio = p.portfolio and i.instrument = p.instrument
      left join lateral (select x.price, x.at from read.price_history_rows x
                          where x.side = live.side and x.portfolio = i.portfolio and x.instrument = i.instrument and x.seq <= p_seq
                          order by x.seq desc limit 1) q on true
      left join rates r on r.portfolio = p.portfolio and r.currency = p.currency
     cross join lateral (select case when h.quantity = 0 then 0 else round(h.quantity * q.price * coalesce(i.multiplier, 1), 10) end as market_value) v
     where exists (select from read.portfolio_history_rows x where x.side = live.side and x.portfolio = p.portfolio and x.seq <= p_seq)
$$;

create function est.agent_positions_as_of(p_portfolio text, p_seq bigint) returns setof read.agent_positions language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with live as (select live as side from read.projections where name = 'book'),
    rates as materialized (select * from est.rates_as_of(p_portfolio, p_seq))
    select p.portfolio, p.agent, p.instrument, p.currency, h.quantity, h.cost,
           case when h.quantity <> 0 then round(h.cost / h.quantity / coalesce(i.multiplier, 1), 10) end,
           q.price, v.market_value, v.market_value - h.cost, h.realised, h.fees,
           b.base_currency, r.rate, round(v.market_value * r.rate, 10), round((v.market_value - h.cost) * r.rate, 10),
           round(h.realised * r.rate, 10), round(h.fees * r.rate, 10), h.fills, h.last_fill_at, h.seq
      from live
      join read.agent_position_rows p on p.side = live.side and (p_portfolio is null or p.portfolio = p_portfolio)
      join read.portfolio_rows b on b.side = p.side and b.portfolio = p.portfolio
     cross join lateral (select x.* from read.agent_position_history_rows x
                          where x.side = live.side and x.portfolio = p.portfolio and x.agent = p.agent and x.instrument = p.instrument and x.seq <= p_seq
                          order by x.seq desc limit 1) h
      left join read.instrument_rows i on i.side = p.side and i.portfolio = p.portfolio and i.instrument = p.instrument
      left join lateral (select x.price, x.at from read.price_history_rows x
                          where x.side = live.side and x.portfolio = i.portfolio and x.instrument = i.instrument and x.seq <= p_seq
                          order by x.seq desc limit 1) q on true
      left join rates r on r.portfolio = p.portfolio and r.currency = p.currency
     cross join lateral (select case when h.quantity = 0 then 0 else round(h.quantity * q.price * coalesce(i.multiplier, 1), 10) end as market_value) v
     where exists (select from read.portfolio_history_rows x where x.side = live.side and x.portfolio = p.portfolio and x.seq <= p_seq)
$$;

create function est.cash_as_of(p_portfolio text, p_seq bigint) returns setof read.cash language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with live as (select live as side from read.projections where name = 'book'),
    rates as materialized (select * from est.rates_as_of(p_portfolio, p_seq))
    select c.portfolio, c.currency, h.balance, h.moved, h.traded, h.fees, b.base_currency, r.rate, round(h.balance * r.rate, 10)
      from live
      join read.cash_rows c on c.side = live.side and (p_portfolio is null or c.portfolio = p_portfolio)
      join read.portfolio_rows b on b.side = c.side and b.portfolio = c.portfolio
     cross join lateral (select x.* from read.cash_history_rows x
                          where x.side = live.side and x.portfolio = c.portfolio and x.currency = c.currency and x.seq <= p_seq
                          order by x.seq desc limit 1) h
      left join rates r on r.portfolio = c.portfolio and r.currency = c.currency
     where exists (select from read.portfolio_history_rows x where x.side = live.side and x.portfolio = c.portfolio and x.seq <= p_seq)
$$;

create function est.equity_as_of(p_portfolio text, p_seq bigint) returns setof read.equity language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with live as (select live as side from read.projections where name = 'book'),
    cash as (select c.portfolio, case when count(*) = count(c.balance_base) then sum(c.balance_base) end as worth
               from est.cash_as_of(p_portfolio, p_seq) c group by c.portfolio),
    held as (select p.portfolio, case when count(*) = count(p.market_value_base) then sum(p.market_value_base) end as worth
               from est.positions_as_of(p_portfolio, p_seq) p group by p.portfolio)
    select b.portfolio, b.base_currency, s.cash, s.positions, s.cash + s.positions, d.day_equity
      from live
      join read.portfolio_rows b on b.side = live.side and (p_portfolio is null or b.portfolio = p_portfolio)
     cross join lateral (select x.day_equity from read.portfolio_history_rows x
                          where x.side = live.side and x.portfolio = b.portfolio and x.seq <= p_seq
                          order by x.seq desc limit 1) d
      left join cash c on c.portfolio = b.portfolio
      left join held h on h.portfolio = b.portfolio
     -- No row is nothing; a row without a worth is not known.
     cross join lateral (select case when c.portfolio is null then 0 else c.worth end as cash, case when h.portfolio is null then 0 else h.worth end as positions) s
$$;

-- The last place in the log that was recorded at or before a time; 0 if there is none. What the audit index has not taken yet is looked up
-- in the log, from its end.
create function est.position_at_time(p_time timestamptz) returns bigint language plpgsql stable
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set jit = off
as $$
declare
    indexed bigint;
    found bigint;
    in_slice bigint;
begin
    select max(i.seq) into indexed from read.audit_index i;
    select e.seq_id into found from events.mt_events e
     where e.seq_id > coalesce(indexed, 0) and e.timestamp <= p_time order by e.seq_id desc limit 1;
    if found is not null then return found; end if;
    select t.slice into in_slice from read.audit_times t where t.first_recorded_at <= p_time order by t.slice desc limit 1;
    if in_slice is null then return 0; end if;
    select i.seq into found from read.audit_index i
     where i.seq between in_slice << 10 and (in_slice + 1 << 10) - 1 and i.recorded_at <= p_time order by i.seq desc limit 1;
    return found;
end $$;

-- The book has no history yet of what it has taken already: it takes the log from its beginning again. It says meanwhile how far it is.
truncate read.portfolio_rows, read.instrument_rows, read.price_rows, read.coming_price_rows, read.position_rows, read.agent_position_rows,
         read.cash_rows, read.reservation_rows, read.daily_profit_rows;
delete from events.mt_event_progression where name = 'read.book';
update read.projections set turn = turn + 1, error = null, failed_seq = null where name = 'book';

grant select, insert, update, delete, truncate on all tables in schema read to est_app;
grant select on all tables in schema read to est_reader;
grant execute on function est.rates_as_of, est.positions_as_of, est.agent_positions_as_of, est.cash_as_of, est.equity_as_of, est.position_at_time to est_app, est_reader;
