-- Films that came with tips, sealed in pieces, so that one is read and sent without holding all of it.
create table videos (
    id uuid not null primary key,
    action_id uuid not null references actions (id),
    tip_id uuid not null references tips (id) on delete cascade,
    media_type text not null,
    duration_ms bigint not null,
    size_bytes bigint not null,
    piece_bytes bigint not null,
    created_at bigint not null
);

create index videos_of_tip on videos (tip_id);

create table video_pieces (
    video_id uuid not null references videos (id) on delete cascade,
    ordinal bigint not null,
    piece_sealed bytea not null,
    primary key (video_id, ordinal)
);

-- "Looked here, found nothing": where somebody searched.
create table searches (
    id uuid not null primary key,
    action_id uuid not null references actions (id),
    -- Forgotten when the participant leaves.
    participant_number bigint,
    content_sealed bytea not null,
    searched_at bigint not null
);

create index searches_of_action on searches (action_id, searched_at, id);
create index searches_of_participant on searches (participant_number) where participant_number is not null;
