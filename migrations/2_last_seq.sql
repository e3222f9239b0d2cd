-- The number of an exhibition's last event, written in the same transaction as the event, but into another page of the
-- file: SQLite has no checksums, and if one page lost its last rows, what is left would pass for a shorter evening.
alter table exhibition add column last_seq integer not null default 0;
update exhibition set last_seq = coalesce((select max(seq) from event where exhibition = id), 0);
