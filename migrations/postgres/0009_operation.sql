-- What this database is for, live or training, chosen when it was first opened, for ever.
create table realm (
    only_row bigint not null primary key check (only_row = 1),
    realm text not null,
    chosen_at bigint not null
);

-- Whoever was here before training was told apart is live.
insert into realm (only_row, realm, chosen_at)
    select 1, 'live', 0 where exists (select 1 from accounts) or exists (select 1 from participants)
        or exists (select 1 from actions);

alter table actions add column training bigint not null default 0;

-- Half hours of the day on Dutch clocks, 0 to 47; none without quiet hours.
alter table participants add column quiet_from bigint;
alter table participants add column quiet_to bigint;
-- Whether what is urgent may break them.
alter table participants add column quiet_urgent bigint not null default 1;
-- The most messages a week that are not urgent, lower than what holds for everyone.
alter table participants add column weekly_limit bigint;

-- Who left: what a restored backup has to forget again. A public id that leads nowhere any more.
create table erasures (
    number bigint not null primary key,
    participant_id uuid not null,
    erased_at bigint not null
);

insert into counters (name, value) values ('erasure', 0);

-- Backups that were made, to tell how old the last one is.
create table backups (
    made_at bigint not null primary key,
    bytes bigint not null,
    sha256 text not null
);
