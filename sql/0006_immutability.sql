-- Who may do what. Events and leaves are protected twice: the app has no grant to change them, and triggers
-- refuse even the owner and superusers. ENABLE ALWAYS, because session_replication_role = replica would
-- silently switch an ordinary trigger off. A superuser can still drop the trigger: that is what the
-- Merkle tree and the exported checkpoints are for.

create function est.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%.% is append-only: % refused', tg_table_schema, tg_table_name, tg_op
        using errcode = 'ES003', hint = 'Correct a mistake with a new event; the old one stays.';
end $$;

create trigger append_only_rows before update or delete on events.mt_events
    for each row execute function est.refuse_change();
create trigger append_only_table before truncate on events.mt_events
    for each statement execute function est.refuse_change();
alter table events.mt_events enable always trigger append_only_rows;
alter table events.mt_events enable always trigger append_only_table;

create trigger append_only_rows before update or delete on audit.leaves
    for each row execute function est.refuse_change();
create trigger append_only_table before truncate on audit.leaves
    for each statement execute function est.refuse_change();
alter table audit.leaves enable always trigger append_only_rows;
alter table audit.leaves enable always trigger append_only_table;

-- The head moves forward and never disappears.
create function est.head_only_grows() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' or new.size <= old.size then
        raise exception 'audit.log_head only grows: % refused', tg_op using errcode = 'ES003';
    end if;
    return new;
end $$;

create trigger only_grows before update or delete on audit.log_head
    for each row execute function est.head_only_grows();
create trigger append_only_table before truncate on audit.log_head
    for each statement execute function est.refuse_change();
alter table audit.log_head enable always trigger only_grows;
alter table audit.log_head enable always trigger append_only_table;

create schema read;
comment on schema read is 'Read models: whatever is here can be rebuilt from the log.';

grant usage on schema events, audit, read to est_app, est_reader;

grant select, insert on events.mt_events, audit.leaves to est_app;
grant select, insert on events.mt_streams to est_app;
grant update (version, timestamp) on events.mt_streams to est_app;
grant select, update on audit.log_head to est_app;
grant select, insert, update, delete on events.mt_event_progression, est.snapshots to est_app;
grant select, insert on events.mt_high_water_skips to est_app;
grant usage, select, update on events.mt_events_sequence to est_app;

grant select on all tables in schema events, audit to est_reader;

revoke execute on all functions in schema est from public;
grant execute on function est.append_head to est_app;

-- Projections bring their own tables: the grants for those are here already.
alter default privileges in schema read
    grant select, insert, update, delete, truncate on tables to est_app;
alter default privileges in schema read grant usage, select, update on sequences to est_app;
alter default privileges in schema read grant select on tables to est_reader;
