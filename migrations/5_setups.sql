-- How games begin, where it is not as custom has it. The master's colour: white, black, alternating or random; with the last
-- the lot that the boards' colours follow from.
alter table exhibition add column color text not null default 'white';
alter table exhibition add column lot integer;
-- A FEN; null for the usual position. In Chess960 castling is written as king takes rook, also where the pieces stand as usual.
alter table exhibition add column start text;
alter table exhibition add column chess960 integer not null default 0;
-- What single boards have in its place, as JSON: [{"board":3,"master":"black","clock":"45m+30s","start":"…","chess960":false}].
-- A clock may be null, for none.
alter table exhibition add column own_setups text;
-- What the master has on every clock for each opponent who was seated at the start, and how many those were.
alter table exhibition add column extra_per_board_ms integer not null default 0;
alter table exhibition add column seated_at_start integer;
