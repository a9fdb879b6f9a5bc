-- What was done by whoever may do much: a chain of hashes, never changed and never forgotten.
insert into counters (name, value) values ('audit', 0);

create table audit_log (
    number bigint not null primary key,
    at bigint not null,
    actor text not null,
    deed text not null,
    subject text,
    region_id uuid,
    -- JSON without anything personal, and what is personal beside it.
    detail text not null,
    personal_sealed bytea,
    previous_hash bytea not null,
    hash bytea not null,
    -- Of every 64th entry: what signs the chain up to here.
    signature bytea
);

-- One row: the end of the chain, signed anew with every entry, so that no earlier end can take its place.
create table audit_head (
    id bigint not null primary key check (id = 1),
    number bigint not null,
    hash bytea not null,
    signature bytea not null
);

-- Counts the changes of an account, so that nobody overwrites what they did not see.
alter table accounts add column version bigint not null default 1;
-- When somebody last did what keeps the training for the portal alive, and was warned that it will lapse.
alter table accounts add column practised_at bigint;
alter table accounts add column warned_at bigint;

-- When the session's holder last proved by a code to be themselves; and where it comes from, masked.
alter table sessions add column proved_at bigint;
alter table sessions add column address_sealed bytea;

-- Codes of an app (RFC 6238).
create table second_proofs (
    account_id uuid not null primary key references accounts (id) on delete cascade,
    secret_sealed bytea not null,
    -- None until the first right code.
    confirmed_at bigint,
    -- The last step of time whose code was used: none is used twice.
    last_step bigint not null default 0
);

create table recovery_codes (
    account_id uuid not null references accounts (id) on delete cascade,
    code_hash bytea not null,
    primary key (account_id, code_hash)
);

create table invitations (
    id uuid not null primary key,
    account_id uuid not null references accounts (id) on delete cascade,
    token_hash bytea not null unique,
    created_at bigint not null,
    expires_at bigint not null
);

create index invitations_of_account on invitations (account_id);

-- Where an account signed in before: from there it is never kept waiting for what others guess elsewhere.
create table sign_in_places (
    account_id uuid not null references accounts (id) on delete cascade,
    place_hash bytea not null,
    seen_at bigint not null,
    primary key (account_id, place_hash)
);

create table api_keys (
    id uuid not null primary key,
    -- Which system it is for.
    name text not null,
    -- The beginning of the key, to know it by.
    prefix text not null,
    token_hash bytea not null unique,
    rights text not null,
    region_id uuid not null references regions (id),
    rate_per_minute bigint not null,
    created_by uuid not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint,
    revoked_at bigint
);

-- The register of trainings.
create table trainings (
    account_id uuid not null references accounts (id) on delete cascade,
    ordinal bigint not null,
    recorded_at bigint not null,
    recorded_by uuid not null,
    trained_until bigint,
    note_sealed bytea,
    primary key (account_id, ordinal)
);
