-- asked counts how often a person had all that waits for the target tried at once: its
-- owner may be another machine than the one that was told.
alter table target_news add column asked bigint not null default 0;
