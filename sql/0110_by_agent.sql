-- What an agent did: decisions in which it voted and fills of which it has a share, newest first; and decisions by their action.
--
-- Each list by agent is driven from rows that begin with the agent, so its place in the log and its market time are taken from there:
-- a page is found by index however long ago the agent was active, and whatever else there is.

-- Each agent's votes. Kept by the projection of the decisions, and filled here from what these have already, so that none is folded anew.
create table read.vote_rows (
    side smallint not null, agent text collate "C" not null, seq bigint not null,
    decision_id text collate "C" not null, as_of timestamptz not null,
    primary key (side, agent, seq)
) partition by list (side);
create table read.vote_rows_0 partition of read.vote_rows for values in (0);
create table read.vote_rows_1 partition of read.vote_rows for values in (1);

insert into read.vote_rows
select distinct d.side, v.vote ->> 'agent', d.seq, d.decision_id, d.as_of from read.decision_rows d cross join lateral jsonb_array_elements(d.votes) v (vote);

-- est audit verify compares them stretch by stretch of the log.
create index vote_rows_by_seq on read.vote_rows (seq);
create index vote_rows_by_market_time on read.vote_rows (agent, as_of, seq);
create index decision_rows_by_action on read.decision_rows (action, seq);

-- An agent's share of a fill has changed its part of the position, and that is on record already: one row for each event and agent.
create index agent_position_history_rows_by_agent on read.agent_position_history_rows (agent, seq);
create index agent_position_history_rows_by_market_time on read.agent_position_history_rows (agent, last_fill_at, seq);

create view read.decisions_by_agent as
select v.agent, v.seq, v.as_of, d.decision_id, d.portfolio, d.instrument, d.action, d.quantity, d.order_type, d.limit_price, d.stop_price, d.time_in_force,
       d.method, d.votes, d.abstained, d.absent, d.allocation, d.conflict, d.arithmetic, d.reason, d.order_id, d.outcome, d.outcome_reason, d.failed_rules,
       d.overridden_action, d.overridden_quantity, d.overridden_by, d.override_reason, d.recorded_at
  from read.vote_rows v join read.decision_rows d on d.side = v.side and d.decision_id = v.decision_id
 where v.side = (select live from read.projections where name = 'decisions');

create view read.fills_by_agent as
select h.agent, h.seq, h.last_fill_at as as_of, f.execution_id, f.order_id, f.decision_id, f.portfolio, f.instrument, f.side_of_order as side, f.quantity,
       f.price, f.fee, f.currency, f.realised, f.position_after, f.cost_after, f.cumulative_quantity, f.leaves_quantity, f.shares, f.recorded_at
  from read.agent_position_history_rows h join read.fill_rows f on f.side = h.side and f.seq = h.seq
 where h.side = (select live from read.projections where name = 'book');

grant select, insert, update, delete, truncate on all tables in schema read to est_app;
grant select on all tables in schema read to est_reader;
