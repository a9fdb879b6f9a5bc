-- Times are milliseconds since 1970 (UTC). Columns that end in _sealed are encrypted (AES-256-GCM), columns
-- that end in _hash are keyed (HMAC-SHA-256). Nothing personal stands readable.

-- Numbers that must increase in the order of commits: taken last in a transaction, so that the row's lock
-- orders the writers.
create table counters (
    name text not null primary key,
    value integer not null
) strict;

insert into counters (name, value) values
    ('participant', 0), ('directory', 0), ('batch', 0), ('event', 0), ('action', 0), ('region', 0);

create table regions (
    id blob not null primary key,
    parent_id blob references regions (id),
    kind text not null,
    code text not null,
    name text not null,
    inhabitants integer,
    shape text not null,
    updated_at integer not null,
    unique (kind, code)
) strict;

create table accounts (
    id blob not null primary key,
    -- User name and name: they name people, so they are sealed.
    profile_sealed blob not null,
    username_hash blob not null unique,
    role text not null,
    region_id blob not null references regions (id),
    password_hash text not null,
    trained_until integer,
    created_at integer not null,
    disabled_at integer
) strict;

create table participants (
    number integer not null primary key,
    id blob not null unique,
    language text not null,
    topics integer not null,
    -- What the participant allows (bits), and what can reach them now.
    wanted_channels integer not null,
    reachable_channels integer not null,
    -- Channels whose address a provider called non-existent, until the participant gives another.
    dead_channels integer not null default 0,
    contact_sealed blob not null,
    places_sealed blob not null,
    email_hash blob unique,
    phone_hash blob unique,
    confirmed_at integer not null,
    changed_at integer not null
) strict;

create table sessions (
    id blob not null primary key,
    token_hash blob not null unique,
    account_id blob references accounts (id) on delete cascade,
    participant_number integer references participants (number) on delete cascade,
    created_at integer not null,
    seen_at integer not null,
    expires_at integer not null,
    user_agent_sealed blob
) strict;

create index sessions_of_account on sessions (account_id) where account_id is not null;
create index sessions_of_participant on sessions (participant_number) where participant_number is not null;

-- What every node's directory follows: runs of participants that came, changed or left. Of changes of one
-- participant only the last is kept, so the table stays as small as the participants.
create table directory_changes (
    change integer not null primary key,
    first_number integer not null,
    last_number integer not null
) strict;

create index directory_changes_of_participant on directory_changes (first_number) where first_number = last_number;

create table devices (
    id blob not null primary key,
    number integer not null references participants (number) on delete cascade,
    endpoint_sealed blob not null,
    endpoint_hash blob not null unique,
    created_at integer not null,
    retired_at integer,
    retired_reason text,
    -- 1 while no configured provider reaches it: it counts as no way to call on its participant.
    unserved integer not null default 0
) strict;

create index devices_of_participant on devices (number);

-- A code that was sent to an address; what waits for it is sealed with it.
create table verifications (
    id blob not null primary key,
    purpose text not null,
    contact_hash blob not null,
    code_hash blob not null,
    payload_sealed blob not null,
    tries_left integer not null,
    created_at integer not null,
    expires_at integer not null
) strict;

create index verifications_of_contact on verifications (contact_hash, created_at);
create index verifications_by_expiry on verifications (expires_at);

create table actions (
    id blob not null primary key,
    number text not null unique,
    region_id blob not null references regions (id),
    kind text not null,
    state text not null,
    -- Description, texts and place: sealed, since they name people.
    content_sealed blob not null,
    created_by blob not null,
    created_at integer not null,
    changed_by blob not null,
    changed_at integer not null,
    incident_at integer,
    requested_at integer,
    started_by blob,
    started_at integer,
    expires_at integer,
    stopped_by blob,
    stopped_at integer,
    paused_by blob,
    paused_at integer,
    ended_by blob,
    ended_at integer,
    outcome text,
    outcome_tip_id blob,
    -- What those who were called on read of the end.
    closing_sealed blob,
    version integer not null
) strict;

create index actions_by_creation on actions (created_at, id);
create index actions_by_start on actions (started_at) where started_at is not null;
create index actions_open on actions (expires_at) where state in ('active', 'paused');

create table waves (
    id blob not null primary key,
    action_id blob not null references actions (id),
    ordinal integer not null,
    kind text not null,
    state text not null,
    priority integer not null,
    -- A circle stands around somebody's door: sealed.
    area_sealed blob,
    message_sealed blob not null,
    -- A roaring bitmap of participant numbers, portable serialisation.
    audience blob not null,
    audience_count integer not null,
    created_by blob not null,
    created_at integer not null,
    expires_at integer not null,
    halted_at integer,
    finished_at integer,
    unique (action_id, ordinal)
) strict;

create index waves_by_creation on waves (created_at);
create index waves_open on waves (state) where state in ('running', 'paused');

create table batches (
    number integer not null primary key,
    wave_id blob not null references waves (id),
    channel text not null,
    account text not null,
    priority integer not null,
    ordinal integer not null,
    state text not null,
    size integer not null,
    -- size times a 32-bit little-endian participant number.
    members blob not null,
    -- One byte a member: the disposition as the worker wrote it, and as receipts moved it on. Empty while all wait.
    outcomes blob not null,
    receipts blob,
    -- Members before this position may have been handed over since the last claim.
    intent_to integer not null default 0,
    doubt_to integer not null default 0,
    attempt integer not null default 0,
    not_before integer not null default 0,
    -- The fencing token: counts the claims.
    claims integer not null default 0,
    lease_owner blob,
    lease_until integer not null default 0,
    accepted integer not null default 0,
    delivered integer not null default 0,
    failed integer not null default 0,
    unknown integer not null default 0,
    stopped integer not null default 0,
    moved integer not null default 0,
    first_handover_at integer,
    last_handover_at integer
) strict;

create index batches_claimable on batches (account, priority, ordinal, number) where state <> 'done';
create index batches_of_wave on batches (wave_id);
-- Whether anything of a wave is open, however many of its batches are done.
create index batches_open on batches (wave_id) where state <> 'done';

create table failures (
    batch_number integer not null references batches (number),
    position integer not null,
    participant_number integer not null,
    reason text not null,
    failed_at integer not null,
    primary key (batch_number, position)
) strict;

create index failures_of_participant on failures (participant_number);

-- One row an account of a provider: what every node draws its quota from.
create table quotas (
    account text not null primary key,
    -- Microseconds since 1970 at which the next message may leave (generic cell rate algorithm).
    next_us integer not null,
    paused_until integer not null
) strict;

create table events (
    number integer not null primary key,
    happened_at integer not null,
    kind text not null,
    region_id blob,
    action_id blob,
    actor text,
    data text not null
) strict;

create index events_of_action on events (action_id, number) where action_id is not null;

create table tips (
    id blob not null primary key,
    action_id blob not null references actions (id),
    -- None for an anonymous tip, and for one by telephone.
    participant_number integer,
    source text not null,
    state text not null,
    duplicate_of blob references tips (id),
    unit text,
    content_sealed blob not null,
    received_by blob,
    received_at integer not null,
    -- After the end of the action: 1.
    late integer not null,
    -- The first time.
    passed_on_at integer,
    changed_at integer not null,
    version integer not null
) strict;

create index tips_of_action on tips (action_id, received_at, id);
create index tips_of_participant on tips (participant_number) where participant_number is not null;

create table tip_history (
    tip_id blob not null references tips (id) on delete cascade,
    ordinal integer not null,
    happened_at integer not null,
    actor text not null,
    verb text not null,
    detail_sealed blob not null,
    primary key (tip_id, ordinal)
) strict;

create table photos (
    id blob not null primary key,
    action_id blob not null references actions (id),
    tip_id blob references tips (id) on delete cascade,
    ordinal integer not null,
    media_type text not null,
    width integer not null,
    height integer not null,
    image_sealed blob not null,
    thumbnail_sealed blob not null,
    created_at integer not null
) strict;

create index photos_of_action on photos (action_id, ordinal);
create index photos_of_tip on photos (tip_id, ordinal) where tip_id is not null;

-- Answers to creating calls, so that a repeated call gets the first answer.
create table idempotency_keys (
    actor text not null,
    key text not null,
    request_hash blob not null,
    status integer,
    answer_sealed blob,
    created_at integer not null,
    primary key (actor, key)
) strict;

create index idempotency_keys_by_creation on idempotency_keys (created_at);

create table nodes (
    id blob not null primary key,
    name text not null,
    started_at integer not null,
    seen_at integer not null
) strict;
