-- Programs that come again: each has a secret of its own, with which it sits down in one exhibition after the other.
create table bot (
    name text primary key,
    -- SHA-256 of the secret.
    token_hash blob not null unique,
    created_ms integer not null,
    -- 1: it is seated where it asks for a seat, and nowhere else.
    on_request integer not null
) strict, without rowid;
