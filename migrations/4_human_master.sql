-- SHA-256 of the secret that a human master shows; null where a program plays as the master.
alter table exhibition add column master_token_hash blob;
-- With `paused` (and `continued` after it) it says whose doing the break is: master, organiser, connection. `excursion` is
-- a visit outside the walk's own order, and `retracted` a move of the master's taken back: the ply, the clocks and the
-- position that are so again.
alter table event rename column by_color to by_whom;
