-- What was done by whoever may do much: a chain of hashes, never changed and never forgotten.
insert into counters (name, value) values ('audit', 0);

create table audit_log (
    number integer not null primary key,
    at integer not null,
    actor text not null,
    deed text not null,
    subject text,
    region_id blob,
    -- JSON without anything personal, and what is personal beside it.
    detail text not null,
    personal_sealed blob,
    previous_hash blob not null,
    hash blob not null,
    -- Of every 64th entry: what signs the chain up to here.
    signature blob
) strict;

-- One row: the end of the chain, signed anew with every entry, so that no earlier end can take its place.
create table audit_head (
    id integer not null primary key check (id = 1),
    number integer not null,
    hash blob not null,
    signature blob not null
) strict;

-- Counts the changes of an account, so that nobody overwrites what they did not see.
alter table accounts add column version integer not null default 1;
-- When somebody last did what keeps the training for the portal alive, and was warned that it will lapse.
alter table accounts add column practised_at integer;
alter table accounts add column warned_at integer;

-- When the session's holder last proved by a code to be themselves; and where it comes from, masked.
alter table sessions add column proved_at integer;
alter table sessions add column address_sealed blob;

-- Codes of an app (RFC 6238).
create table second_proofs (
    account_id blob not null primary key references accounts (id) on delete cascade,
    secret_sealed blob not null,
    -- None until the first right code.
    confirmed_at integer,
    -- The last step of time whose code was used: none is used twice.
    last_step integer not null default 0
) strict;

create table recovery_codes (
    account_id blob not null references accounts (id) on delete cascade,
    code_hash blob not null,
    primary key (account_id, code_hash)
) strict;

create table invitations (
    id blob not null primary key,
    account_id blob not null references accounts (id) on delete cascade,
    token_hash blob not null unique,
    created_at integer not null,
    expires_at integer not null
) strict;

create index invitations_of_account on invitations (account_id);

-- Where an account signed in before: from there it is never kept waiting for what others guess elsewhere.
create table sign_in_places (
    account_id blob not null references accounts (id) on delete cascade,
    place_hash blob not null,
    seen_at integer not null,
    primary key (account_id, place_hash)
) strict;

create table api_keys (
    id blob not null primary key,
    -- Which system it is for.
    name text not null,
    -- The beginning of the key, to know it by.
    prefix text not null,
    token_hash blob not null unique,
    rights text not null,
    region_id blob not null references regions (id),
    rate_per_minute integer not null,
    created_by blob not null,
    created_at integer not null,
    expires_at integer not null,
    used_at integer,
    revoked_at integer
) strict;

-- The register of trainings.
create table trainings (
    account_id blob not null references accounts (id) on delete cascade,
    ordinal integer not null,
    recorded_at integer not null,
    recorded_by blob not null,
    trained_until integer,
    note_sealed blob,
    primary key (account_id, ordinal)
) strict;
