-- A person may halt a read model, for as long as that takes: before maintenance, or to keep a state that is being looked at.
-- Whoever writes to a projection takes the lock of its row first and reads this with it, so once a pause is committed nothing moves.

alter table read.projections add column paused_at timestamptz null, add column pause_reason text null,
    add constraint paused_for_a_reason check ((paused_at is null) = (pause_reason is null));

create or replace view read.status as
select p.name, coalesce(g.last_seq_id, 0) as position, h.size as head, p.error, p.failed_seq, p.rebuilt_at, g.last_updated as moved_at,
       p.paused_at, p.pause_reason
  from read.projections p
 cross join audit.log_head h
  left join events.mt_event_progression g on g.name = 'read.' || p.name;
