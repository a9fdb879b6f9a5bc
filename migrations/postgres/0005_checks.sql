-- Telephone numbers and links that a text may hold: public ones, so they stand readable; what is noted on them
-- may name people.
create table allowed_contacts (
    id uuid not null primary key,
    -- Where it holds: in this region and everything inside; everywhere when none.
    region_id uuid references regions (id),
    -- number, link
    kind text not null,
    -- A number in E.164, a short one, or a host with the beginning of a path.
    value text not null,
    note_sealed bytea,
    -- None for what was there from the beginning.
    added_by uuid,
    added_at bigint not null,
    removed_by uuid,
    removed_at bigint
);

create unique index allowed_contacts_once on allowed_contacts (kind, value, region_id) where removed_at is null;

-- What every network begins with: emergencies, the police, animals in need, and whoever thinks of suicide.
insert into allowed_contacts (id, kind, value, added_at) values
    ('019370a0-0000-7000-8000-000000000001', 'number', '112', 0),
    ('019370a0-0000-7000-8000-000000000002', 'number', '+319008844', 0),
    ('019370a0-0000-7000-8000-000000000003', 'number', '144', 0),
    ('019370a0-0000-7000-8000-000000000004', 'number', '113', 0);

-- How large the first areas of actions were: what is usual for a kind.
create table action_extents (
    action_id uuid not null primary key references actions (id),
    region_id uuid not null references regions (id),
    kind text not null,
    -- In thousands of square metres.
    thousand_m2 bigint not null,
    people bigint not null,
    started_at bigint not null
);

create index action_extents_of_kind on action_extents (kind, started_at);

-- The corrections that stand ready, where a region has its own.
create table correction_texts (
    region_id uuid not null references regions (id),
    kind text not null,
    texts_sealed bytea not null,
    changed_by uuid not null,
    changed_at bigint not null,
    primary key (region_id, kind)
);

-- Its row orders the starts, so that of two alike at one moment the second sees the first.
insert into counters (name, value) values ('check', 0);
