-- The texts that stand ready for each kind, where a region has its own: corrections, and the wording of messages.
create table standing_texts (
    region_id uuid not null references regions (id),
    purpose text not null,
    kind text not null,
    texts_sealed bytea not null,
    changed_by uuid not null,
    changed_at bigint not null,
    primary key (region_id, purpose, kind)
);

insert into standing_texts (region_id, purpose, kind, texts_sealed, changed_by, changed_at)
    select region_id, 'correction', kind, texts_sealed, changed_by, changed_at from correction_texts;

drop table correction_texts;
