-- Large values are compressed with lz4 where this server has it: the tape and the snapshots of a busy engine are megabytes a
-- second, and pglz, the default, took a tenth of all that PostgreSQL did.
do $$
begin
    if exists (select from pg_settings where name = 'default_toast_compression' and 'lz4' = any (enumvals)) then
        alter table events.mt_events alter column data set compression lz4;
        alter table est.snapshots alter column data set compression lz4;
    end if;
end $$;
