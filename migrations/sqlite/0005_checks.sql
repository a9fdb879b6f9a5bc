-- Telephone numbers and links that a text may hold: public ones, so they stand readable; what is noted on them
-- may name people.
create table allowed_contacts (
    id blob not null primary key,
    -- Where it holds: in this region and everything inside; everywhere when none.
    region_id blob references regions (id),
    -- number, link
    kind text not null,
    -- A number in E.164, a short one, or a host with the beginning of a path.
    value text not null,
    note_sealed blob,
    -- None for what was there from the beginning.
    added_by blob,
    added_at integer not null,
    removed_by blob,
    removed_at integer
) strict;

create unique index allowed_contacts_once on allowed_contacts (kind, value, region_id) where removed_at is null;

-- What every network begins with: emergencies, the police, animals in need, and whoever thinks of suicide.
insert into allowed_contacts (id, kind, value, added_at) values
    (x'019370a0000070008000000000000001', 'number', '112', 0),
    (x'019370a0000070008000000000000002', 'number', '+319008844', 0),
    (x'019370a0000070008000000000000003', 'number', '144', 0),
    (x'019370a0000070008000000000000004', 'number', '113', 0);

-- How large the first areas of actions were: what is usual for a kind.
create table action_extents (
    action_id blob not null primary key references actions (id),
    region_id blob not null references regions (id),
    kind text not null,
    -- In thousands of square metres.
    thousand_m2 integer not null,
    people integer not null,
    started_at integer not null
) strict;

create index action_extents_of_kind on action_extents (kind, started_at);

-- The corrections that stand ready, where a region has its own.
create table correction_texts (
    region_id blob not null references regions (id),
    kind text not null,
    texts_sealed blob not null,
    changed_by blob not null,
    changed_at integer not null,
    primary key (region_id, kind)
) strict;

-- Its row orders the starts, so that of two alike at one moment the second sees the first.
insert into counters (name, value) values ('check', 0);
