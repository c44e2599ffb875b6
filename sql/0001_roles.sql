-- The three roles of the platform and the place where migrations are recorded.
-- Runs as the connecting user (a superuser, or a role with CREATEROLE that owns the database); every later
-- migration runs as est_owner. Roles belong to the whole cluster, so another database may be creating
-- them at this very moment: that is no error.
--
-- The roles cannot log in. In production give each process a login of its own that is a member of just
-- one of them:  create role est_engine login password '…' in role est_app;

do $$
declare
    wanted text;
begin
    foreach wanted in array array['est_owner', 'est_app', 'est_reader'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
            begin
                execute format('create role %I nologin', wanted);
            exception when duplicate_object or unique_violation then
                null;
            end;
        end if;
    end loop;

    -- Without this a migrating user who is not a superuser could not hand its tables to est_owner.
    if not pg_has_role(current_user, 'est_owner', 'member') then
        execute format('grant est_owner to %I', current_user);
    end if;

    execute format('revoke create, temporary on database %I from public', current_database());
    execute format('grant create on database %I to est_owner', current_database());
end $$;

create schema est authorization est_owner;
comment on schema est is 'What the platform needs beside the log: migrations, snapshots, functions.';

create table est.migrations (
    number     int         not null constraint pkey_migrations primary key,
    name       text        not null,
    sha256     text        not null,
    applied_at timestamptz not null default now()
);
alter table est.migrations owner to est_owner;

grant usage on schema est to est_app, est_reader;
grant select on est.migrations to est_app, est_reader;
