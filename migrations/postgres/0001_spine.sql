-- Times are milliseconds since 1970 (UTC). Columns that end in _sealed are encrypted (AES-256-GCM), columns
-- that end in _hash are keyed (HMAC-SHA-256). Nothing personal stands readable.

-- Numbers that must increase in the order of commits: taken last in a transaction, so that the row's lock
-- orders the writers.
create table counters (
    name text not null primary key,
    value bigint not null
);

insert into counters (name, value) values
    ('participant', 0), ('directory', 0), ('batch', 0), ('event', 0), ('action', 0), ('region', 0);

create table regions (
    id uuid not null primary key,
    parent_id uuid references regions (id),
    kind text not null,
    code text not null,
    name text not null,
    inhabitants bigint,
    shape text not null,
    updated_at bigint not null,
    unique (kind, code)
);

create table accounts (
    id uuid not null primary key,
    -- User name and name: they name people, so they are sealed.
    profile_sealed bytea not null,
    username_hash bytea not null unique,
    role text not null,
    region_id uuid not null references regions (id),
    password_hash text not null,
    trained_until bigint,
    created_at bigint not null,
    disabled_at bigint
);

create table participants (
    number bigint not null primary key,
    id uuid not null unique,
    language text not null,
    topics bigint not null,
    -- What the participant allows (bits), and what can reach them now.
    wanted_channels bigint not null,
    reachable_channels bigint not null,
    -- Channels whose address a provider called non-existent, until the participant gives another.
    dead_channels bigint not null default 0,
    contact_sealed bytea not null,
    places_sealed bytea not null,
    email_hash bytea unique,
    phone_hash bytea unique,
    confirmed_at bigint not null,
    changed_at bigint not null
);

create table sessions (
    id uuid not null primary key,
    token_hash bytea not null unique,
    account_id uuid references accounts (id) on delete cascade,
    participant_number bigint references participants (number) on delete cascade,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null,
    user_agent_sealed bytea
);

create index sessions_of_account on sessions (account_id) where account_id is not null;
create index sessions_of_participant on sessions (participant_number) where participant_number is not null;

-- What every node's directory follows: runs of participants that came, changed or left. Of changes of one
-- participant only the last is kept, so the table stays as small as the participants.
create table directory_changes (
    change bigint not null primary key,
    first_number bigint not null,
    last_number bigint not null
);

create index directory_changes_of_participant on directory_changes (first_number) where first_number = last_number;

create table devices (
    id uuid not null primary key,
    number bigint not null references participants (number) on delete cascade,
    endpoint_sealed bytea not null,
    endpoint_hash bytea not null unique,
    created_at bigint not null,
    retired_at bigint,
    retired_reason text,
    -- 1 while no configured provider reaches it: it counts as no way to call on its participant.
    unserved bigint not null default 0
);

create index devices_of_participant on devices (number);

-- A code that was sent to an address; what waits for it is sealed with it.
create table verifications (
    id uuid not null primary key,
    purpose text not null,
    contact_hash bytea not null,
    code_hash bytea not null,
    payload_sealed bytea not null,
    tries_left bigint not null,
    created_at bigint not null,
    expires_at bigint not null
);

create index verifications_of_contact on verifications (contact_hash, created_at);
create index verifications_by_expiry on verifications (expires_at);

create table actions (
    id uuid not null primary key,
    number text not null unique,
    region_id uuid not null references regions (id),
    kind text not null,
    state text not null,
    -- Description, texts and place: sealed, since they name people.
    content_sealed bytea not null,
    created_by uuid not null,
    created_at bigint not null,
    changed_by uuid not null,
    changed_at bigint not null,
    incident_at bigint,
    requested_at bigint,
    started_by uuid,
    started_at bigint,
    expires_at bigint,
    stopped_by uuid,
    stopped_at bigint,
    paused_by uuid,
    paused_at bigint,
    ended_by uuid,
    ended_at bigint,
    outcome text,
    outcome_tip_id uuid,
    -- What those who were called on read of the end.
    closing_sealed bytea,
    version bigint not null
);

create index actions_by_creation on actions (created_at, id);
create index actions_by_start on actions (started_at) where started_at is not null;
create index actions_open on actions (expires_at) where state in ('active', 'paused');

create table waves (
    id uuid not null primary key,
    action_id uuid not null references actions (id),
    ordinal bigint not null,
    kind text not null,
    state text not null,
    priority bigint not null,
    -- A circle stands around somebody's door: sealed.
    area_sealed bytea,
    message_sealed bytea not null,
    -- A roaring bitmap of participant numbers, portable serialisation.
    audience bytea not null,
    audience_count bigint not null,
    created_by uuid not null,
    created_at bigint not null,
    expires_at bigint not null,
    halted_at bigint,
    finished_at bigint,
    unique (action_id, ordinal)
);

create index waves_by_creation on waves (created_at);
create index waves_open on waves (state) where state in ('running', 'paused');

create table batches (
    number bigint not null primary key,
    wave_id uuid not null references waves (id),
    channel text not null,
    account text not null,
    priority bigint not null,
    ordinal bigint not null,
    state text not null,
    size bigint not null,
    -- size times a 32-bit little-endian participant number.
    members bytea not null,
    -- One byte a member: the disposition as the worker wrote it, and as receipts moved it on. Empty while all wait.
    outcomes bytea not null,
    receipts bytea,
    -- Members before this position may have been handed over since the last claim.
    intent_to bigint not null default 0,
    doubt_to bigint not null default 0,
    attempt bigint not null default 0,
    not_before bigint not null default 0,
    -- The fencing token: counts the claims.
    claims bigint not null default 0,
    lease_owner uuid,
    lease_until bigint not null default 0,
    accepted bigint not null default 0,
    delivered bigint not null default 0,
    failed bigint not null default 0,
    unknown bigint not null default 0,
    stopped bigint not null default 0,
    moved bigint not null default 0,
    first_handover_at bigint,
    last_handover_at bigint
);

create index batches_claimable on batches (account, priority, ordinal, number) where state <> 'done';
create index batches_of_wave on batches (wave_id);
-- Whether anything of a wave is open, however many of its batches are done.
create index batches_open on batches (wave_id) where state <> 'done';

create table failures (
    batch_number bigint not null references batches (number),
    position bigint not null,
    participant_number bigint not null,
    reason text not null,
    failed_at bigint not null,
    primary key (batch_number, position)
);

create index failures_of_participant on failures (participant_number);

-- One row an account of a provider: what every node draws its quota from.
create table quotas (
    account text not null primary key,
    -- Microseconds since 1970 at which the next message may leave (generic cell rate algorithm).
    next_us bigint not null,
    paused_until bigint not null
);

create table events (
    number bigint not null primary key,
    happened_at bigint not null,
    kind text not null,
    region_id uuid,
    action_id uuid,
    actor text,
    data text not null
);

create index events_of_action on events (action_id, number) where action_id is not null;

create table tips (
    id uuid not null primary key,
    action_id uuid not null references actions (id),
    -- None for an anonymous tip, and for one by telephone.
    participant_number bigint,
    source text not null,
    state text not null,
    duplicate_of uuid references tips (id),
    unit text,
    content_sealed bytea not null,
    received_by uuid,
    received_at bigint not null,
    -- After the end of the action: 1.
    late bigint not null,
    -- The first time.
    passed_on_at bigint,
    changed_at bigint not null,
    version bigint not null
);

create index tips_of_action on tips (action_id, received_at, id);
create index tips_of_participant on tips (participant_number) where participant_number is not null;

create table tip_history (
    tip_id uuid not null references tips (id) on delete cascade,
    ordinal bigint not null,
    happened_at bigint not null,
    actor text not null,
    verb text not null,
    detail_sealed bytea not null,
    primary key (tip_id, ordinal)
);

create table photos (
    id uuid not null primary key,
    action_id uuid not null references actions (id),
    tip_id uuid references tips (id) on delete cascade,
    ordinal bigint not null,
    media_type text not null,
    width bigint not null,
    height bigint not null,
    image_sealed bytea not null,
    thumbnail_sealed bytea not null,
    created_at bigint not null
);

create index photos_of_action on photos (action_id, ordinal);
create index photos_of_tip on photos (tip_id, ordinal) where tip_id is not null;

-- Answers to creating calls, so that a repeated call gets the first answer.
create table idempotency_keys (
    actor text not null,
    key text not null,
    request_hash bytea not null,
    status bigint,
    answer_sealed bytea,
    created_at bigint not null,
    primary key (actor, key)
);

create index idempotency_keys_by_creation on idempotency_keys (created_at);

create table nodes (
    id uuid not null primary key,
    name text not null,
    started_at bigint not null,
    seen_at bigint not null
);
