-- Persons by reference (docs/adr/0016): events have references, and what they mean is here, sealed, and can be forgotten.

create schema privacy;
comment on schema privacy is 'Who the references in the log are. Names are sealed; the key to them is not in the database.';

create table privacy.persons (
    reference    text collate "C" not null constraint pkey_persons primary key check (reference ~ '^person-[a-z2-7]{12}$'),
    lookup       bytea null constraint persons_lookup unique check (octet_length(lookup) = 32),   -- HMAC-SHA256 of the name
    sealed_name  bytea null,                                                                      -- AES-256-GCM, the person's own key
    wrapped_key  bytea null check (octet_length(wrapped_key) = 60),                               -- that key, under the master key
    key_id       text collate "C" null,                                                           -- which master key
    created_at   timestamptz not null default now(),
    forgotten_at timestamptz null,
    constraint known_or_forgotten check (num_nulls(lookup, sealed_name, wrapped_key, key_id) = case when forgotten_at is null then 0 else 4 end)
-- What an update leaves behind is to be cleared away soon, however few rows there are.
) with (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

-- Nobody is remembered again under a reference that was forgotten, and no row disappears.
create trigger forgotten_for_good before update on privacy.persons
    for each row when (old.forgotten_at is not null or new.reference <> old.reference) execute function est.refuse_change();
create trigger append_only_rows before delete on privacy.persons
    for each row execute function est.refuse_change();
alter table privacy.persons enable always trigger forgotten_for_good;
alter table privacy.persons enable always trigger append_only_rows;

-- A reader sees what is sealed and what is not the key to it: with the master key beside it he can name people, and he can never
-- forget one.
grant usage on schema privacy to est_app, est_reader;
grant select, insert on privacy.persons to est_app;
grant update (lookup, sealed_name, wrapped_key, key_id, forgotten_at) on privacy.persons to est_app;
grant select on privacy.persons to est_reader;

-- Keys carry references too; those that were issued with a name get theirs when the control plane starts.
grant update (person) on control.api_keys to est_app;
