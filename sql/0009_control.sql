-- The control plane: who may call it, and how what was asked is found again.

create schema control;
comment on schema control is 'Who may command: API keys. What was commanded is in the log.';

-- A key's secret is 256 random bits, so its plain SHA-256 tells nobody anything: there is nothing to guess that salt or a slow hash
-- would protect.
create table control.api_keys (
    key_id        text collate "C" not null constraint pkey_api_keys primary key,
    person        text        not null,
    roles         text[]      not null,
    secret_sha256 bytea       not null check (octet_length(secret_sha256) = 32),
    issued_by     text        not null,
    created_at    timestamptz not null default now(),
    expires_at    timestamptz not null,
    revoked_at    timestamptz null,
    used_at       timestamptz null    -- to the hour: more would cost a write at every call
);

grant usage on schema control to est_app;
grant select, insert on control.api_keys to est_app;
grant update (revoked_at, used_at) on control.api_keys to est_app;

-- A command that comes again gets its first answer, however late, and an approval is found by its id.
create index mt_events_command on events.mt_events ((data ->> 'portfolio'), (data ->> 'commandId'))
    where type in ('command_authorised', 'command_answered', 'approval_requested');
create index mt_events_approval on events.mt_events ((data ->> 'approvalId'))
    where type in ('approval_requested', 'approval_granted', 'approval_denied');
