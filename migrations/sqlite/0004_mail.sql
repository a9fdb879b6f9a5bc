-- Films that came with tips, sealed in pieces, so that one is read and sent without holding all of it.
create table videos (
    id blob not null primary key,
    action_id blob not null references actions (id),
    tip_id blob not null references tips (id) on delete cascade,
    media_type text not null,
    duration_ms integer not null,
    size_bytes integer not null,
    piece_bytes integer not null,
    created_at integer not null
) strict;

create index videos_of_tip on videos (tip_id);

create table video_pieces (
    video_id blob not null references videos (id) on delete cascade,
    ordinal integer not null,
    piece_sealed blob not null,
    primary key (video_id, ordinal)
) strict;

-- "Looked here, found nothing": where somebody searched.
create table searches (
    id blob not null primary key,
    action_id blob not null references actions (id),
    -- Forgotten when the participant leaves.
    participant_number integer,
    content_sealed blob not null,
    searched_at integer not null
) strict;

create index searches_of_action on searches (action_id, searched_at, id);
create index searches_of_participant on searches (participant_number) where participant_number is not null;
