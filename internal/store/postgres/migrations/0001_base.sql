-- meta holds what there is one of: the number of shards, the outage of the connection.
create table meta (
	key   text primary key,
	value bytea not null
);

-- machine has a row for each process on the store, renewed with each heartbeat.
create table machine (
	id          bigint primary key,
	name        text not null,
	fingerprint text not null default '', -- of its config
	config      text not null default '', -- path of it
	version     text not null default '',
	started     timestamptz not null,
	seen        timestamptz not null
);
