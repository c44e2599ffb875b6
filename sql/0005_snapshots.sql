-- Folded state, kept so that a start need not read the whole log. A snapshot is a cache: it may be deleted
-- at any time, and one of another schema version is as good as none.
create table est.snapshots (
    key            text collate "C" not null constraint pkey_snapshots primary key,
    position       bigint      not null check (position >= 0),
    schema_version int         not null check (schema_version > 0),
    data           bytea       not null,
    created        timestamptz not null default now()
);
