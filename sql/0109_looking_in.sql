-- The API tells what a portfolio has at risk by the engine's own state, which it rebuilds from snapshot and log. It only reads.
grant select on est.snapshots to est_reader;

-- What the notary found when it last compared the rows with the leaves. One row: each verification stands for all before it.
create table est.last_verification (
    only_one   boolean     not null default true constraint pkey_last_verification primary key check (only_one),
    at         timestamptz not null,
    size       bigint      not null check (size >= 0),
    faults     int         not null check (faults >= 0)
);
grant select, insert, update on est.last_verification to est_app;
grant select on est.last_verification to est_reader;
