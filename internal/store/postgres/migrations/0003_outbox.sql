-- The outbox: alerts that targets hold, and messages that wait to be sent. Records are
-- those of package record, sealed under the name of their table and the key of their row.
--
-- Rows are locked in this order, in each table by key: target, alert_key, alert,
-- delivery, and then all others.

-- A target that was ever told something or asked for. One machine composes for it and
-- sends to it, under a lease by the database's clock; it may be free.
create table target (
	target      text collate "C" primary key,
	owner       bigint,                -- machine.id
	token       bigint,                -- drawn with each lease
	lease_until timestamptz not null default '-infinity',
	sends       bytea,                 -- record.Sends, once something was counted
	health      bytea,                 -- record.Health, from a failure until it works
	ambiguous   bigint not null default 0 -- attempts ever that may have arrived and were made again
) with (fillfactor = 50);

-- How often what a target has was changed by machines that may not be its owner. They
-- count it up once they have committed; the owner looks at it. The one of the name '' is
-- of all targets: of mutes.
create table target_news (
	target text collate "C" primary key,
	n      bigint not null
) with (fillfactor = 50);

-- Which targets the config of a machine has, by the machine's name: what is held for a
-- target that nobody has any more becomes dead letters.
create table target_wanted (
	machine text collate "C" primary key,
	targets text[] not null,
	seen    timestamptz not null
);

-- Alerts, and what became of them: record.Alert. Held in it is the place of the row of
-- held, Logged the key of that of alert_log.
create table alert (
	id     text collate "C" primary key, -- of a hash, so that it spreads
	target text collate "C" not null,
	record bytea not null
);

-- What targets have had, by the identities of items. Of two machines that are to tell a
-- target of the same item at once, the second waits at the key for the first.
create table alert_key (
	target text collate "C" not null,
	key    bytea not null,              -- notify.ItemKey
	id     text collate "C" not null,   -- of the alert
	told   timestamptz not null,        -- when it last came up, to the day
	primary key (target, key)
);

-- Alerts in the order in which they came. logged is Alert.Logged: the time in Unix
-- nanoseconds and a number that makes it unique, each of eight bytes, big-endian. entry is
-- by what an alert can be chosen without a look at its record.
create table alert_log (
	target text collate "C" not null,
	logged bytea not null,
	id     text collate "C" not null,
	entry  bytea not null,
	primary key (target, logged)
);

-- Dead letters, by alert.
create table dead (
	target text collate "C" not null,
	id     text collate "C" not null,
	primary key (target, id)
);

-- What targets hold: record.Held. place is in the order in which alerts came, as far as
-- the clocks of machines agree. A row may show up after others of a later place were
-- seen, as it is seen when it commits; so nobody may go by places to find what is new.
create table held (
	target text collate "C" not null,
	place  bigint not null,
	id     text collate "C" not null,
	record bytea not null,
	primary key (target, place, id)
);

-- Messages and their attempts: record.Delivery, without the payload.
create table delivery (
	id     text collate "C" primary key,
	target text collate "C" not null,
	record bytea not null
);

-- What messages say: a JSON text, sealed as a record. Attempts do not write it anew.
create table payload (
	id     text collate "C" primary key, -- of the delivery
	record bytea not null
);

-- Deliveries that wait. class is 0 for those that were never tried, 1 for such of floods,
-- 2 for retries. place is in the order of composing, or when a retry is due, in Unix
-- nanoseconds; at is when the row was written.
create table queue (
	target text collate "C" not null,
	class  smallint not null,
	place  bigint not null,
	id     text collate "C" not null,
	at     timestamptz not null,
	primary key (target, class, place, id)
);

-- Deliveries that are being sent, and no row of queue has. token is drawn with each
-- attempt. Those that a dead owner has left go back into the queue.
create table begun (
	target text collate "C" not null,
	id     text collate "C" not null,
	token  bigint not null,
	primary key (target, id)
);

-- Articles of the last days, by which another article of their story is known:
-- record.Story. seen is in Unix nanoseconds; part is of item, and spreads what comes at
-- one time.
create table story (
	part   smallint not null,
	seen   bigint not null,
	item   bytea not null,
	record bytea not null,
	primary key (part, seen, item)
);

-- Names of what was reported once and for all.
create table reported (
	name text collate "C" primary key,
	at   timestamptz not null
);

-- What one machine does at a time for all of them, such as pruning.
create table chore (
	name        text collate "C" primary key,
	owner       bigint,
	lease_until timestamptz not null default '-infinity',
	done        timestamptz not null default '-infinity'
);
