-- The event log, in the table format of Marten 9 with string stream keys, so that Marten can open the same
-- database. Do not add columns here: a Marten that may migrate would drop them. What we know about events
-- beyond this lives in side tables (schema audit).
--
-- Stream ids collate "C": they are compared by byte, which is both cheaper and the same on every machine.
-- There is no foreign key from events to streams: est.append_head writes both in one transaction.

create schema events;

create table events.mt_streams (
    id          varchar collate "C" not null constraint pkey_mt_streams_id primary key,
    type        varchar     null,
    version     bigint      not null,
    timestamp   timestamptz not null default now(),
    created     timestamptz not null default now(),
    tenant_id   varchar     default '*DEFAULT*',
    is_archived bool        default false
) with (fillfactor = 90);   -- room for the new row version beside the old one when a stream grows

create table events.mt_events (
    seq_id         bigint       not null constraint pkey_mt_events_seq_id primary key,
    id             uuid         not null,
    stream_id      varchar collate "C" not null,
    version        bigint       not null,
    data           jsonb        not null,
    bdata          bytea        null,
    type           varchar(500) not null,
    timestamp      timestamptz  not null default now(),
    tenant_id      varchar      default '*DEFAULT*',
    mt_dotnet_type varchar      null,
    correlation_id varchar      null,
    causation_id   varchar      null,
    headers        jsonb        null,
    is_archived    bool         default false
);

create unique index pk_mt_events_stream_and_version on events.mt_events (stream_id, version);

create sequence events.mt_events_sequence owned by events.mt_events.seq_id;

create table events.mt_event_progression (
    name         varchar     not null constraint pk_mt_event_progression primary key,
    last_seq_id  bigint      null,
    last_updated timestamptz default transaction_timestamp()
);

create table events.mt_high_water_skips (
    ending_sequence   bigint not null constraint pkey_mt_high_water_skips_ending_sequence primary key,
    starting_sequence bigint not null,
    timestamp         timestamptz default transaction_timestamp()
);
