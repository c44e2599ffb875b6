-- The audit log: an RFC 6962 Merkle tree over all events in seq_id order. Its head moves in the same
-- transaction as the events; docs/adr/0003-audit-leaf-format.md says what a leaf is and why leaves are packed.

create schema audit;

-- One row. Its lock is what orders all appends: seq_id = size + 1, size + 2, …
create table audit.log_head (
    only_row   bool        not null default true constraint pkey_log_head primary key check (only_row),
    size       bigint      not null check (size >= 0),
    root       bytea       not null check (length(root) = 32),
    frontier   bytea       not null check (length(frontier) % 32 = 0 and length(frontier) <= 32 * 63),
    updated_at timestamptz not null
) with (fillfactor = 10);   -- updated at every commit: keep its versions on one page

insert into audit.log_head (size, root, frontier, updated_at)
values (0, sha256(''::bytea), ''::bytea, now());

-- The leaf hashes of events first_seq … first_seq + count - 1, 32 bytes each, one row a transaction.
create table audit.leaves (
    first_seq bigint not null constraint pkey_leaves primary key check (first_seq > 0),
    count     int    not null check (count > 0),
    hashes    bytea  not null,
    constraint leaves_are_32_bytes check (length(hashes) = count * 32)
);
alter table audit.leaves alter column hashes set storage external;   -- hashes do not compress
