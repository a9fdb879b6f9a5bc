-- What tips by telephone came from: the key that was pressed in a call, a text message. Whoever tells twice of the same
-- makes no second tip.
create table tip_keys (
    key_hash bytea not null primary key,
    tip_id uuid not null references tips (id) on delete cascade,
    created_at bigint not null
);

create index tip_keys_of_tip on tip_keys (tip_id);
create index tip_keys_by_creation on tip_keys (created_at);

-- What somebody said after the tone. Where it is at the exchange, until it was fetched from there.
create table recordings (
    tip_id uuid not null primary key references tips (id) on delete cascade,
    source_sealed bytea not null,
    media_type text,
    sound_sealed bytea,
    tries bigint not null default 0,
    created_at bigint not null,
    -- When it was fetched, or given up.
    settled_at bigint
);

create index recordings_open on recordings (created_at) where settled_at is null;
