-- What the notary keeps: the roots of finished subtrees, so that a proof need not read all leaves beside it, and the
-- checkpoints that it has signed, with what others said of them. Whoever can change this can change it all; that is why
-- each checkpoint also goes out of the database. Nothing here is ever changed, as with the events themselves.

-- Level 1: the root of 256 leaves, level 2: of 65,536, … ; the tiles of C2SP tlog-tiles without the lowest.
create table audit.subtrees (
    level smallint not null check (level between 1 and 7),
    index bigint   not null check (index >= 0),
    hash  bytea    not null check (length(hash) = 32),
    constraint pkey_subtrees primary key (level, index)
);
alter table audit.subtrees alter column hash set storage plain;

create table audit.checkpoints (
    size      bigint      not null constraint pkey_checkpoints primary key check (size >= 0),
    note      text        not null check (length(note) <= 65536),   -- C2SP signed note
    signed_at timestamptz not null
);

-- Signature lines of witnesses, C2SP tlog-cosignature.
create table audit.cosignatures (
    size    bigint not null references audit.checkpoints,
    witness text   not null check (length(witness) <= 1000),
    line    text   not null check (length(line) <= 4096),
    constraint pkey_cosignatures primary key (size, witness)
);

-- RFC 3161 tokens over SHA-256 of the note's text.
create table audit.time_stamps (
    size      bigint not null references audit.checkpoints,
    authority text   not null check (length(authority) <= 1000),
    token     bytea  not null check (length(token) <= 65536),
    constraint pkey_time_stamps primary key (size, authority)
);

do $$
declare
    kept text;
begin
    foreach kept in array array['subtrees', 'checkpoints', 'cosignatures', 'time_stamps'] loop
        execute format('create trigger append_only_rows before update or delete on audit.%I
            for each row execute function est.refuse_change()', kept);
        execute format('create trigger append_only_table before truncate on audit.%I
            for each statement execute function est.refuse_change()', kept);
        execute format('alter table audit.%I enable always trigger append_only_rows', kept);
        execute format('alter table audit.%I enable always trigger append_only_table', kept);
        execute format('grant select, insert on audit.%I to est_app', kept);
        execute format('grant select on audit.%I to est_reader', kept);
    end loop;
end $$;
