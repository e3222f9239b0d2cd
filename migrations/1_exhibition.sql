-- Everything an exhibition is, in three tables. Events are the truth: what else could be said of an exhibition is computed
-- from them, and at each start the server plays every unfinished game again, which proves that the record is whole.

-- 'SIMU': a database that says something else here belongs to another program and is left alone.
pragma application_id = 1397312853;

create table exhibition (
    id integer primary key autoincrement,
    name text not null,
    -- Seats in the hall, taken or not.
    boards integer not null check (boards between 1 and 10000),
    -- Milliseconds; all null where no clock is used. The master starts with the last beyond the first, on every board.
    clock_initial_ms integer,
    clock_increment_ms integer,
    master_extra_ms integer,
    walk text not null,
    think_ms integer not null,
    -- The master's name as it stands in the games.
    master text not null,
    -- Unix milliseconds. The last two are set with the event that says the same, so that a list needs no events.
    created_ms integer not null,
    started_ms integer,
    finished_ms integer,
    -- The master's, counted once at the end.
    wins integer,
    draws integer,
    losses integer,
    constraint exhibition_clock check ((clock_initial_ms is null) = (clock_increment_ms is null))
) strict;

create table seat (
    exhibition integer not null references exhibition (id),
    board integer not null,
    name text not null,
    -- 1 for a program, by its own word.
    bot integer not null,
    -- 1 for the server's own bot, which gets a new secret at each start, since nobody else has kept the old one.
    house integer not null,
    -- SHA-256 of the secret that takes the seat back: who reads the database can't sit down with it.
    token_hash blob not null,
    primary key (exhibition, board),
    constraint seat_name unique (exhibition, name),
    constraint seat_token unique (token_hash)
) strict, without rowid;

create table event (
    exhibition integer not null references exhibition (id),
    -- 1, 2, 3, … without a gap; never used twice.
    seq integer not null,
    -- The exhibition's own time, which stands still while the server is stopped.
    at_ms integer not null,
    -- Unix milliseconds, for people.
    wall_ms integer not null,
    -- joined, connected, disconnected, started, finished, visit, moved, draw_offered, draw_declined, ended
    kind text not null,
    board integer,
    -- With `moved`: the half-move, the move, both clocks after it (null without clocks), and a Zobrist hash of the
    -- position after it, since SQLite has no checksums and a flipped bit may still be a legal move.
    ply integer,
    uci text,
    white_ms integer,
    black_ms integer,
    position integer,
    -- With `draw_offered` and `draw_declined`: white or black.
    by_color text,
    -- With `ended`.
    result text,
    termination text,
    -- Appended at the end, always: an index by board and ply would make each commit several times dearer. That no ply
    -- is stored twice follows from one task owning each game, and is checked by playing it again.
    primary key (exhibition, seq)
) strict, without rowid;

-- Written to find out whether the disk takes writes again after it did not.
create table probe (
    id integer primary key check (id = 1),
    tries integer not null
) strict;
insert into probe values (1, 0);
