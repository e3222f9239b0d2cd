-- How often an opponent who has not moved is left until the next round (null: no limit, as it was before), and how long the
-- master waits where none is left. Events `passed` (with `by_whom`: opponent, walk) and `grace` say when that was.
alter table exhibition add column passes integer;
alter table exhibition add column grace_ms integer not null default 15000;
-- 1 where a human master may take a move back.
alter table exhibition add column retract integer not null default 1;
