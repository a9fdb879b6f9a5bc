-- Whether others than those in the area may read it: 1 in the public feeds.
alter table actions add column is_public bigint not null default 0;
create index actions_public on actions (started_at) where is_public = 1 and started_at is not null;

-- Other systems that hear what happens, by signed calls.
create table webhooks (
    id uuid not null primary key,
    region_id uuid not null references regions (id),
    -- The address may hold a secret of the receiver's; the keys sign.
    address_sealed bytea not null,
    keys_sealed bytea not null,
    -- Kinds of events, separated by spaces.
    kinds text not null,
    created_by uuid not null,
    created_at bigint not null,
    -- Events up to this number have their deliveries.
    seen_event bigint not null,
    -- Since when no attempt has succeeded.
    failing_since bigint,
    disabled_at bigint,
    disabled_reason text
);

create table webhook_deliveries (
    id uuid not null primary key,
    webhook_id uuid not null references webhooks (id) on delete cascade,
    -- None for a test.
    event_number bigint,
    state text not null,
    attempts bigint not null,
    -- Of these, since it was made or asked for again.
    tries bigint not null,
    next_at bigint not null,
    lease_until bigint not null,
    created_at bigint not null,
    done_at bigint
);

create index webhook_deliveries_due on webhook_deliveries (webhook_id, next_at) where state = 'waiting';
create index webhook_deliveries_of_webhook on webhook_deliveries (webhook_id, created_at, id);
create index webhook_deliveries_done on webhook_deliveries (done_at) where done_at is not null;
create unique index webhook_deliveries_of_event on webhook_deliveries (webhook_id, event_number)
    where event_number is not null;

create table webhook_attempts (
    delivery_id uuid not null references webhook_deliveries (id) on delete cascade,
    ordinal bigint not null,
    started_at bigint not null,
    took_ms bigint not null,
    -- Of HTTP; none without an answer.
    status bigint,
    -- None when it was taken.
    failure text,
    primary key (delivery_id, ordinal)
);

-- What other systems alert of (CAP), for an operator to judge.
create table notices (
    id uuid not null primary key,
    -- Its name in the configuration.
    source text not null,
    region_id uuid not null references regions (id),
    -- Sender, identifier and moment: what a message is known by.
    message_hash bytea not null unique,
    state text not null,
    reason text,
    alert_sealed bytea not null,
    sent_at bigint not null,
    received_at bigint not null,
    expires_at bigint,
    -- The notice that it takes the place of.
    follows_id uuid references notices (id) on delete set null,
    action_id uuid references actions (id),
    settled_by uuid,
    settled_at bigint
);

create index notices_by_reception on notices (received_at, id);
create index notices_open on notices (source) where state = 'open';

-- Which messages a message ends or takes the place of: also those that arrive after it.
create table notice_references (
    notice_id uuid not null references notices (id) on delete cascade,
    message_hash bytea not null,
    primary key (notice_id, message_hash)
);

create index notice_references_by_message on notice_references (message_hash);

-- Where alerts are fetched, by name in the configuration.
create table cap_sources (
    name text not null primary key,
    next_at bigint not null,
    -- What the server said of its document, so that it is fetched when it changed.
    etag text,
    modified text,
    fetched_at bigint,
    failure text
);
