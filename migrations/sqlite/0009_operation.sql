-- What this database is for, live or training, chosen when it was first opened, for ever.
create table realm (
    only_row integer not null primary key check (only_row = 1),
    realm text not null,
    chosen_at integer not null
) strict;

-- Whoever was here before training was told apart is live.
insert into realm (only_row, realm, chosen_at)
    select 1, 'live', 0 where exists (select 1 from accounts) or exists (select 1 from participants)
        or exists (select 1 from actions);

alter table actions add column training integer not null default 0;

-- Half hours of the day on Dutch clocks, 0 to 47; none without quiet hours.
alter table participants add column quiet_from integer;
alter table participants add column quiet_to integer;
-- Whether what is urgent may break them.
alter table participants add column quiet_urgent integer not null default 1;
-- The most messages a week that are not urgent, lower than what holds for everyone.
alter table participants add column weekly_limit integer;

-- Who left: what a restored backup has to forget again. A public id that leads nowhere any more.
create table erasures (
    number integer not null primary key,
    participant_id blob not null,
    erased_at integer not null
) strict;

insert into counters (name, value) values ('erasure', 0);

-- Backups that were made, to tell how old the last one is.
create table backups (
    made_at integer not null primary key,
    bytes integer not null,
    sha256 text not null
) strict;
