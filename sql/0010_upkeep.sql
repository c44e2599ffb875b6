-- The log only grows, and fast. With the defaults an autovacuum comes when it has grown by a fifth, takes all new pages at once,
-- and reads the largest column of thirty thousand rows to learn how its values are spread, which nobody asks: for a second and
-- more, while orders wait. So it comes for each hundred thousand events, with little to do, and leaves those columns alone.
alter table events.mt_events set (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_cost_delay = 5);
alter table events.mt_events alter column data set statistics 0;
alter table events.mt_events alter column bdata set statistics 0;
alter table events.mt_events alter column headers set statistics 0;
alter table audit.leaves set (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000);
alter table audit.leaves alter column hashes set statistics 0;

-- Snapshots come packed already; to try again is for nothing.
alter table est.snapshots alter column data set storage external;
alter table est.snapshots alter column data set statistics 0;
