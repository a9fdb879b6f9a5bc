-- Whether others than those in the area may read it: 1 in the public feeds.
alter table actions add column is_public integer not null default 0;
create index actions_public on actions (started_at) where is_public = 1 and started_at is not null;

-- Other systems that hear what happens, by signed calls.
create table webhooks (
    id blob not null primary key,
    region_id blob not null references regions (id),
    -- The address may hold a secret of the receiver's; the keys sign.
    address_sealed blob not null,
    keys_sealed blob not null,
    -- Kinds of events, separated by spaces.
    kinds text not null,
    created_by blob not null,
    created_at integer not null,
    -- Events up to this number have their deliveries.
    seen_event integer not null,
    -- Since when no attempt has succeeded.
    failing_since integer,
    disabled_at integer,
    disabled_reason text
) strict;

create table webhook_deliveries (
    id blob not null primary key,
    webhook_id blob not null references webhooks (id) on delete cascade,
    -- None for a test.
    event_number integer,
    state text not null,
    attempts integer not null,
    -- Of these, since it was made or asked for again.
    tries integer not null,
    next_at integer not null,
    lease_until integer not null,
    created_at integer not null,
    done_at integer
) strict;

create index webhook_deliveries_due on webhook_deliveries (webhook_id, next_at) where state = 'waiting';
create index webhook_deliveries_of_webhook on webhook_deliveries (webhook_id, created_at, id);
create index webhook_deliveries_done on webhook_deliveries (done_at) where done_at is not null;
create unique index webhook_deliveries_of_event on webhook_deliveries (webhook_id, event_number)
    where event_number is not null;

create table webhook_attempts (
    delivery_id blob not null references webhook_deliveries (id) on delete cascade,
    ordinal integer not null,
    started_at integer not null,
    took_ms integer not null,
    -- Of HTTP; none without an answer.
    status integer,
    -- None when it was taken.
    failure text,
    primary key (delivery_id, ordinal)
) strict;

-- What other systems alert of (CAP), for an operator to judge.
create table notices (
    id blob not null primary key,
    -- Its name in the configuration.
    source text not null,
    region_id blob not null references regions (id),
    -- Sender, identifier and moment: what a message is known by.
    message_hash blob not null unique,
    state text not null,
    reason text,
    alert_sealed blob not null,
    sent_at integer not null,
    received_at integer not null,
    expires_at integer,
    -- The notice that it takes the place of.
    follows_id blob references notices (id) on delete set null,
    action_id blob references actions (id),
    settled_by blob,
    settled_at integer
) strict;

create index notices_by_reception on notices (received_at, id);
create index notices_open on notices (source) where state = 'open';

-- Which messages a message ends or takes the place of: also those that arrive after it.
create table notice_references (
    notice_id blob not null references notices (id) on delete cascade,
    message_hash blob not null,
    primary key (notice_id, message_hash)
) strict;

create index notice_references_by_message on notice_references (message_hash);

-- Where alerts are fetched, by name in the configuration.
create table cap_sources (
    name text not null primary key,
    next_at integer not null,
    -- What the server said of its document, so that it is fetched when it changed.
    etag text,
    modified text,
    fetched_at integer,
    failure text
) strict;
