-- What people decide, and what is counted for them.

-- A mute holds back what it names. It is kept for some minutes after its end.
create table mute (
	kind   text not null, -- rule, feed, target or story
	name   text not null,
	until  timestamptz not null,
	record bytea not null,
	primary key (kind, name)
);

-- When rules last matched, or were first asked for. part spreads a rule that matches all
-- the time over some rows, so that transactions do not wait for each other: the latest
-- of them counts.
create table rule_matched (
	rule text not null,
	part smallint not null,
	at   timestamptz not null,
	primary key (rule, part)
) with (fillfactor = 70);

-- What a rule brought on a day, in parts that add up. day is in days since 1970 on the
-- calendar of the config's zone; last is when it matched last, epoch if it did not.
create table rule_day (
	rule   text not null,
	day    integer not null,
	part   smallint not null,
	items  bigint not null,
	alerts bigint not null,
	alone  bigint not null,
	last   timestamptz not null,
	primary key (rule, day, part)
) with (fillfactor = 70);

-- How many new items a feed brought on a day. Older days go when a new one comes.
create table feed_day (
	feed  bigint not null,
	day   integer not null,
	items bigint not null,
	last  timestamptz not null,
	primary key (feed, day)
) with (fillfactor = 70);

-- The tokens that open feeds of alerts, by the part of them that may be seen.
create table feed_token (
	id     text primary key,
	record bytea not null
);

-- Records that could not be read, with what was left of them.
create table damage (
	id     bigint primary key,
	since  timestamptz not null,
	told   timestamptz, -- when it was reported
	record bytea not null
);

-- On which machines somebody looks at what comes and changes, since when, and until when
-- that is believed.
create table watch (
	machine bigint primary key,
	since   timestamptz not null,
	until   timestamptz not null
) with (fillfactor = 50);

-- What machines told of alerts while somebody looked at another one. It is kept for a
-- minute.
create table told (
	machine bigint not null,
	part    bigint not null, -- random
	at      timestamptz not null,
	came    text[] not null,
	changed text[] not null,
	missed  boolean not null, -- there was more
	primary key (machine, part)
);

-- The versions of the files of lists and rules that all machines share. text is sealed as
-- a record is; token is drawn with each save, by which it knows its own.
create table config_file (
	name    text not null,
	version bigint not null,
	token   bigint not null,
	at      timestamptz not null,
	by      text not null,
	text    bytea not null,
	primary key (name, version)
);
