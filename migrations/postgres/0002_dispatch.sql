-- The batch that this one was split off from: a receipt for a member who moved finds the new batch by it.
alter table batches add column split_from bigint;
-- 1 while a member may have been told once already: such a batch stays with its provider account.
alter table batches add column doubtful bigint not null default 0;

create index batches_by_origin on batches (split_from) where split_from is not null;

-- Since when an account is out of service; none while it serves.
alter table quotas add column out_since bigint;
-- When it is tried again.
alter table quotas add column probe_at bigint not null default 0;
-- Since when it serves again, after it was out.
alter table quotas add column back_since bigint;

-- Fallback: how long after a push a participant without a receipt is told by text message; none for never.
alter table waves add column fallback_after_ms bigint;
-- When it is looked at next who has none.
alter table waves add column fallback_due_at bigint;
-- The wave that this one tells again.
alter table waves add column fallback_of uuid references waves (id);

create index waves_by_fallback_due on waves (fallback_due_at) where fallback_due_at is not null;
create index waves_of_fallback on waves (fallback_of) where fallback_of is not null;
