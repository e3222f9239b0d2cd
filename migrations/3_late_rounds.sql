-- Until the end of which round a free seat can be taken after the start; 0: not at all, as it was before.
alter table exhibition add column late_rounds integer not null default 0;
