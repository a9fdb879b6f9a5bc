-- A draft goes out only after a second person approved it: 1 where somebody prepared it who may not send it.
alter table actions add column needs_approval integer not null default 0;
-- The review of a draft; who approved a running action stays readable.
alter table actions add column submitted_by blob;
alter table actions add column submitted_at integer;
alter table actions add column reviewed_by blob;
alter table actions add column reviewed_at integer;
-- What was submitted or approved (fingerprint, audience), and the reason of a return or a refusal.
alter table actions add column review_sealed blob;

-- Until when nothing of it leaves unless somebody says so; none when nothing was held.
alter table waves add column held_until integer;

-- An expansion or an update of a running action that a second person is asked for. At most one of an action is
-- open; what another took the place of is `replaced`, what went out is `sent`.
create table proposals (
    id blob not null primary key,
    action_id blob not null references actions (id),
    state text not null,
    -- The area or the texts.
    matter_sealed blob not null,
    review_sealed blob not null,
    submitted_by blob not null,
    submitted_at integer not null,
    reviewed_by blob,
    reviewed_at integer
) strict;

create index proposals_open on proposals (action_id) where state in ('submitted', 'returned', 'approved');

-- Starts over a limit, with the reason that was given; a second person is told, by mail and in the list.
create table overrides (
    id blob not null primary key,
    action_id blob not null references actions (id),
    region_id blob not null references regions (id),
    account_id blob not null,
    limit_name text not null,
    reason_sealed blob not null,
    happened_at integer not null,
    -- Addresses that are yet to be told.
    untold_sealed blob not null,
    tries integer not null default 0,
    -- When the mails left, or nobody was left to tell.
    told_at integer,
    -- Not to be told before: another node is at it, or the mail server was away.
    not_before integer not null,
    seen_by blob,
    seen_at integer
) strict;

create index overrides_by_time on overrides (happened_at, id);
create index overrides_untold on overrides (not_before) where told_at is null;

-- Taken first by whoever starts an action: starts are counted one after the other.
insert into counters (name, value) values ('start', 0);
