-- An exhibition's settings are two documents in JSON: as it was opened, which its events begin from, and as they are now.
-- `name` and `boards` are what they are now, for lists; `seated` is how many have a seat.
alter table exhibition add column opening text;
alter table exhibition add column program text;
alter table exhibition add column seated integer not null default 0;
update exhibition set seated = (select count(*) from seat where exhibition = id), opening = json_object(
    'name', name,
    'boards', boards,
    'clock', json(case when clock_initial_ms is not null then json_object('initial_ms', clock_initial_ms,
        'increment_ms', clock_increment_ms, 'master_extra_ms', coalesce(master_extra_ms, 0), 'extra_per_board_ms', extra_per_board_ms) end),
    'color', color,
    'lot', lot,
    'start', start,
    'chess960', json(case when chess960 then 'true' else 'false' end),
    'own', json(coalesce(own_setups, '[]')),
    'walk', walk,
    'late_rounds', late_rounds,
    'passes', passes,
    'grace_ms', grace_ms,
    'retract', json(case when retract then 'true' else 'false' end),
    'think_ms', think_ms,
    'master', master,
    'created_ms', created_ms);
update exhibition set program = opening, clock_initial_ms = null, clock_increment_ms = null;
-- The two that a constraint of the table names stay, empty.
alter table exhibition drop column master_extra_ms;
alter table exhibition drop column walk;
alter table exhibition drop column think_ms;
alter table exhibition drop column master;
alter table exhibition drop column late_rounds;
alter table exhibition drop column color;
alter table exhibition drop column lot;
alter table exhibition drop column start;
alter table exhibition drop column chess960;
alter table exhibition drop column own_setups;
alter table exhibition drop column extra_per_board_ms;
alter table exhibition drop column passes;
alter table exhibition drop column grace_ms;
alter table exhibition drop column retract;

-- Whoever has come, by a number of their own, since seats change hands before the start. A name stands here and nowhere else,
-- so that it can be removed.
create table guest (
    exhibition integer not null references exhibition (id),
    -- 1, 2, 3, … as they came.
    guest integer not null,
    name text not null,
    -- The seat that they have or ask for; null while they wait for one, and for those who are gone.
    board integer,
    -- 1 for a program, by its own word.
    bot integer not null,
    -- The strength of the server's own bot, 0 to 20, which gets a new secret at each start; null for everybody else.
    house_level integer,
    -- SHA-256 of the secret that takes the seat back: who reads the database can't sit down with it.
    token_hash blob not null,
    primary key (exhibition, guest),
    constraint guest_token unique (token_hash)
) strict, without rowid;
insert into guest
    select exhibition, row_number() over (partition by exhibition order by joined.seq), name, board, bot,
        case when house then 20 end, token_hash
    from seat join (select exhibition as whose, board as at, min(seq) as seq from event where kind = 'joined' group by 1, 2) as joined
    on whose = exhibition and at = board;

-- With `joined`, `applied`, `queued`, `unqueued`: who.
alter table event add column guest integer;
update event set guest = numbered.guest
    from (select exhibition as whose, seq as at, row_number() over (partition by exhibition order by seq) as guest
        from event where kind = 'joined') as numbered
    where exhibition = whose and seq = at;
-- With `reseated`, `announced` and `changed`: what, as JSON.
alter table event add column details text;
drop table seat;
