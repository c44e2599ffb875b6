-- Orders, decisions, violations and strategies as they stand.

create view read.orders as
select order_id, portfolio, decision_id, instrument, side_of_order as side, quantity, order_type, limit_price, stop_price, time_in_force,
       state, filled, case when filled > 0 then round(notional / filled, 10) end as average_price, fees, realised, currency, fills,
       reason, broker, broker_order_id, reference_price, reserved, anomalies, checks, allocation, as_of, submitted_at, acknowledged_at,
       first_fill_at, ended_at, recorded_at, updated_at, first_seq, last_seq
  from read.order_rows where side = (select live from read.projections where name = 'orders');

create view read.decisions as
select decision_id, portfolio, instrument, as_of, action, quantity, order_type, limit_price, stop_price, time_in_force, method, votes,
       abstained, absent, allocation, conflict, arithmetic, reason, order_id, outcome, outcome_reason, failed_rules,
       overridden_action, overridden_quantity, overridden_by, override_reason, recorded_at, seq
  from read.decision_rows where side = (select live from read.projections where name = 'decisions');

create view read.violations as
select seq, portfolio, rule, kind, value, "limit", unit, instrument, order_id, decision_id, detail, as_of, recorded_at
  from read.violation_rows where side = (select live from read.projections where name = 'violations');

create view read.kill_switches as
select portfolio, scope, nullif(target, '*') as target, mode, engaged, actor, reason, changed_at, seq
  from read.kill_switch_rows where side = (select live from read.projections where name = 'violations');

create view read.strategies as
select portfolio, agent, state, summary, instruments, parameters, reason, actor, registered_at, changed_at, seq
  from read.strategy_rows where side = (select live from read.projections where name = 'strategies');

create view read.status as
select p.name, coalesce(g.last_seq_id, 0) as position, h.size as head, p.error, p.failed_seq, p.rebuilt_at, g.last_updated as moved_at
  from read.projections p
 cross join audit.log_head h
  left join events.mt_event_progression g on g.name = 'read.' || p.name;
comment on view read.status is 'How far each read model has come, and whether it stands still.';
