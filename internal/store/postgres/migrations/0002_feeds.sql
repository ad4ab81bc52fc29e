-- Times in bigint columns are milliseconds since 1970, by the database's clock.

-- polls: the machine takes its share of the feeds. One that was opened for a look does not.
alter table machine add column polls boolean not null default false;

-- shard is a part of the feeds: those of some hosts, so that one machine asks a host. Its
-- owner holds it until lease_until under a token that is drawn when it is taken. seq
-- counts what changed of its feeds: each entry of the journal, and each change of a config.
-- feeds is the last number that was given to a feed.
create table shard (
	shard       smallint primary key,
	owner       bigint not null default 0, -- machine.id; 0 is nobody
	token       bigint not null default 0,
	lease_until timestamptz not null default '-infinity',
	seq         bigint not null default 0,
	feeds       bigint not null default 0
) with (fillfactor = 10);

-- feed is a feed as its last poll that brought something left it. Its number is its own
-- for good: it outlives a change of its name, and of the shard. There is no index on due:
-- updates stay in their page, and the owner knows from memory what is due.
create table feed (
	shard   smallint not null,
	feed    bigint not null,
	edition integer not null default 0, -- another one after a change of its config: what was polled before is lost
	seq     bigint not null,            -- of the shard: entries of the journal up to it are older than this row
	token   bigint not null default 0,  -- of the transaction that wrote it last
	due     bigint,                     -- null: it was removed from the config
	polled  bigint not null default 0,
	name    text not null,
	record  bytea not null,             -- record.State
	primary key (shard, feed)
) with (fillfactor = 80);

-- feed_name is what configs say of the feeds. A removed one is kept for 90 days.
create table feed_name (
	name    text collate "C" primary key,
	shard   smallint not null,
	feed    bigint not null,
	url     text not null,
	cadence text not null,
	removed timestamptz
);

-- missing has the feeds that the config of one machine has not, while another machine's
-- may have them. One that is missing on all machines is removed.
create table missing (
	shard   smallint not null,
	feed    bigint not null,
	machine bigint not null,
	primary key (shard, feed, machine)
);

-- due_log has what polls changed that brought nothing, as they were since the last
-- snapshot (journal.go says how it is packed); due_snap the sum of all before.
create table due_log (
	shard   smallint not null,
	seq     bigint not null,
	entries bytea not null,
	primary key (shard, seq)
);
create table due_snap (
	shard smallint primary key,
	seq   bigint not null,
	dues  bytea not null
);

-- seen is what a feed has shown: a value at part 0, and behind it what changed of it with
-- each poll that brought something.
create table seen (
	shard smallint not null,
	feed  bigint not null,
	part  smallint not null,
	value bytea not null,
	primary key (shard, feed, part)
);
alter table seen alter column value set storage external; -- hashes do not shrink

-- outage is that of a machine's own connection.
create table outage (
	machine text primary key, -- machine.name
	record  bytea not null
);

-- loan is a feed that another machine than the shard's owner wants to change: it asks, the
-- owner grants, it changes the feed or lets it go (done), the owner takes it back.
create table loan (
	shard   smallint not null,
	feed    bigint not null,
	machine bigint not null,
	token   bigint not null,
	state   smallint not null, -- 0 asked, 1 granted, 2 done
	until   timestamptz not null,
	seq     bigint not null default 0, -- of the shard when it was granted
	due     bigint not null default 0,
	entry   bytea, -- of the journal, where that is newer than the row
	primary key (shard, feed)
);
