-- arrival has the articles of a poll until they get their numbers.
create table arrival (
	shard    smallint,
	id       bigint, -- of what it has, so that to commit it again changes nothing
	feed     bigint not null,
	seen     bigint not null, -- Unix nanoseconds
	articles int not null,
	bytes    int not null, -- of article.packed
	primary key (shard, id)
);

-- article has their text, until it is in a segment.
create table article (
	shard  smallint,
	id     bigint,
	packed bytea not null,
	primary key (shard, id)
);

-- tail has the polls whose articles have numbers, and are in no segment yet.
create table tail (
	first    bigint primary key, -- number of the first article; those of the others follow
	articles int not null,
	feed     bigint not null,
	seen     bigint not null,
	bytes    int not null,
	shard    smallint not null,
	id       bigint not null
);

-- history is how far numbers and segments are. Who holds its lease makes segments.
create table history (
	one         bool primary key,
	next        bigint not null,           -- the number that the next article gets
	ends        bigint not null,           -- what tail has below it is in a segment, and counts no more
	torn        bigint not null default 0, -- how often something of the tail was deleted that is in no segment
	forgotten   bigint not null default 1, -- articles that were seen before then are no more, in Unix nanoseconds
	owner       bigint not null default 0,
	token       bigint not null default 0,
	lease_until timestamptz not null default 'epoch'
) with (fillfactor = 10);

insert into history (one, next, ends) values (true, 1099511627776, 1099511627776);

-- segment is a run of articles with an index over them.
create table segment (
	first    bigint primary key,
	articles int not null,    -- numbers
	pieces   bigint not null, -- what its pieces are under
	bytes    bigint not null, -- of header and pieces
	newest   bigint not null, -- when its last article was seen
	scanner  bigint not null, -- the versions that its words were cut with
	speech   bigint not null,
	broken   bool not null default false, -- as its record says
	record   bytea not null
);

-- piece is a part of a segment. Those that no segment leads to are in unnamed.
create table piece (
	pieces bigint,
	number bigint,
	value  bytea not null,
	primary key (pieces, number)
);

-- unnamed are pieces of a segment that is being made, or is no more: they are deleted
-- then.
create table unnamed (
	pieces bigint primary key,
	until  timestamptz not null
);

-- dict is a dictionary that segments are packed with, twice: all of them hang on it.
create table dict (
	id     bigint,
	number smallint,
	value  bytea not null,
	primary key (id, number)
);
