package postgres

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store"
)

// tallyParts is over how many rows the tally of one rule is spread, so that transactions in
// which the rule matched seldom wait for each other.
const tallyParts = 16

func tallyPart() int16 { return int16(rand.IntN(tallyParts)) }

// CountIn sets the zone in which the days of tallies begin; it is UTC until then. What was
// counted before stays on its days.
func (s *Store) CountIn(zone *time.Location) { s.zone.Store(zone) }

// dayOf returns the number of a time's day, counted from 1970.
func (s *Store) dayOf(t time.Time) int {
	zone := s.zone.Load()
	if zone == nil {
		zone = time.UTC
	}
	year, month, day := t.In(zone).Date()
	return int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

const (
	countFeeds = `
insert into feed_day as d (feed, day, items, last)
select * from unnest($1::bigint[], $2::int[], $3::bigint[], $4::timestamptz[])
on conflict (feed, day) do update set items = d.items + excluded.items, last = excluded.last
returning feed, day, items`

	oldFeedDays = `
delete from feed_day d
using unnest($1::bigint[], $2::int[]) as n(feed, day)
where d.feed = n.feed and d.day <= n.day - $3::int`

	countRules = `
insert into rule_day as d (rule, day, part, items, alerts, alone, last)
select rule, $2, $3, items, alerts, alone, case when items > 0 then $4::timestamptz else 'epoch' end
from unnest($1::text[], $5::bigint[], $6::bigint[], $7::bigint[]) as n(rule, items, alerts, alone)
on conflict (rule, day, part) do update set items = d.items + excluded.items, alerts = d.alerts + excluded.alerts,
	alone = d.alone + excluded.alone, last = greatest(d.last, excluded.last)`

	matchRules = `
insert into rule_matched as m (rule, part, at)
select rule, $2, $3 from unnest($1::text[]) as n(rule)
on conflict (rule, part) do update set at = excluded.at`
)

// days is what a transaction adds to the days of rules and feeds. The zero value adds
// nothing.
type days struct {
	feeds   map[int64]*feedDay
	rules   map[string]store.DayCount
	matched map[string]bool
}

// feedDay is how much new a feed brought, and when.
type feedDay struct {
	items int64
	at    time.Time
}

// countBrought counts what polls brought. It must count only what this very transaction
// stores, nothing that was stored before.
func (d *days) countBrought(polls []brought) {
	for _, p := range polls {
		if p.items > 0 {
			f := d.feeds[p.feed]
			if f == nil {
				f = new(feedDay)
				put(&d.feeds, p.feed, f)
			}
			f.items, f.at = f.items+int64(p.items), p.at
		}
		d.countCaught(p.alerts)
	}
}

// send executes the statements of a batch, and with them adds the days. Those come last,
// because all transactions meet at the rows of rules.
func (s *Store) send(ctx context.Context, tx pgx.Tx, b *pgx.Batch, d *days) error {
	begun := s.queueFeedDays(b, d.feeds)
	s.queueRules(b, d)
	if b.Len() == 0 {
		return nil
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil || len(begun.feeds) == 0 {
		return err
	}
	_, err := tx.Exec(ctx, oldFeedDays, begun.feeds, begun.days, store.CountedDays)
	return err
}

// begunDays are days on which feeds had brought nothing yet.
type begunDays struct {
	feeds []int64
	days  []int32
}

func (s *Store) queueFeedDays(b *pgx.Batch, of map[int64]*feedDay) *begunDays {
	begun := new(begunDays)
	if len(of) == 0 {
		return begun
	}
	feeds := slices.Sorted(maps.Keys(of))
	days, n, last := make([]int32, len(feeds)), make([]int64, len(feeds)), make([]time.Time, len(feeds))
	for i, f := range feeds {
		days[i], n[i], last[i] = int32(s.dayOf(of[f].at)), of[f].items, of[f].at.Truncate(time.Second)
	}
	b.Queue(countFeeds, feeds, days, n, last).Query(func(rows pgx.Rows) error {
		var feed, all int64
		var day int32
		_, err := pgx.ForEachRow(rows, []any{&feed, &day, &all}, func() error {
			if all == of[feed].items {
				begun.feeds, begun.days = append(begun.feeds, feed), append(begun.days, day)
			}
			return nil
		})
		return err
	})
	return begun
}

// queueRules adds to the tallies of rules of today.
func (s *Store) queueRules(b *pgx.Batch, d *days) {
	part, now := tallyPart(), s.now()
	if matched := slices.Sorted(maps.Keys(d.matched)); len(matched) > 0 {
		b.Queue(matchRules, matched, part, now)
	}
	rules := slices.Sorted(maps.Keys(d.rules))
	if len(rules) == 0 {
		return
	}
	items, alerts, alone := make([]int64, len(rules)), make([]int64, len(rules)), make([]int64, len(rules))
	for i, r := range rules {
		items[i], alerts[i], alone[i] = int64(d.rules[r].Items), int64(d.rules[r].Alerts), int64(d.rules[r].Alone)
	}
	b.Queue(countRules, rules, s.dayOf(now), part, now.Truncate(time.Second), items, alerts, alone)
}

// countCaught counts the articles that each rule matched in the alerts of a poll, and those
// that no other rule matched.
func (d *days) countCaught(alerts []notify.Alert) {
	for len(alerts) > 0 {
		n := 1
		for n < len(alerts) && sameArticle(&alerts[0], &alerts[n]) {
			n++
		}
		names := rulesOf(alerts[:n])
		for _, name := range names {
			c := d.rules[name]
			c.Items++
			if len(names) == 1 {
				c.Alone++
			}
			put(&d.rules, name, c)
		}
		alerts = alerts[n:]
	}
}

// sameArticle reports whether two alerts are of one item, for different targets.
func sameArticle(a, b *notify.Alert) bool {
	return len(a.Keys) > 0 && len(b.Keys) > 0 && a.Keys[0] == b.Keys[0]
}

// rulesOf returns the names of the rules of alerts, each once.
func rulesOf(alerts []notify.Alert) (names []string) {
	for i := range alerts {
		for _, hit := range alerts[i].Rules {
			if !slices.Contains(names, hit.Name) {
				names = append(names, hit.Name)
			}
		}
	}
	return names
}

// noteRules records that rules matched now, and counts the alerts that they made: made has
// the new alerts by rule.
func (d *days) noteRules(alerts []notify.Alert, made map[string]int) {
	for _, rule := range rulesOf(alerts) {
		put(&d.matched, rule, true)
	}
	for rule, n := range made {
		c := d.rules[rule]
		c.Alerts += n
		put(&d.rules, rule, c)
	}
}

// put sets a value of a map, which it makes if it is nil.
func put[K comparable, V any](m *map[K]V, key K, value V) {
	if *m == nil {
		*m = make(map[K]V)
	}
	(*m)[key] = value
}

const (
	ruleDays = `
select rule, day, sum(items)::bigint, sum(alerts)::bigint, sum(alone)::bigint, max(last)
from rule_day where rule = any($1) group by rule, day`

	feedDays = `
select n.name, d.day, d.items, 0::bigint, 0::bigint, d.last
from feed_name n join feed_day d on d.feed = n.feed
where n.name = any($1)`
)

// RuleTallies returns what rules brought on each of the last days. A rule that never
// matched has none.
func (s *Store) RuleTallies(ctx context.Context, rules []string) (map[string]store.Tally, error) {
	return s.tallies(ctx, ruleDays, rules)
}

// FeedTallies returns what configured feeds brought on each of the last days; Last is when
// something new last came up. A feed that never brought anything new has none.
func (s *Store) FeedTallies(ctx context.Context, feeds []string) (map[string]store.Tally, error) {
	return s.tallies(ctx, feedDays, feeds)
}

func (s *Store) tallies(ctx context.Context, query string, names []string) (map[string]store.Tally, error) {
	tallies := make(map[string]store.Tally, len(names))
	err := s.db.view(ctx, "read what was counted of each day", func(tx pgx.Tx) error {
		clear(tallies)
		rows, err := tx.Query(ctx, query, names)
		if err != nil {
			return err
		}
		first := s.dayOf(s.now()) - store.CountedDays + 1
		var name string
		var day int
		var items, alerts, alone int64
		var last time.Time
		_, err = pgx.ForEachRow(rows, []any{&name, &day, &items, &alerts, &alone, &last}, func() error {
			t := tallies[name]
			if i := day - first; i >= 0 && i < len(t.Days) {
				t.Days[i] = store.DayCount{Items: int(items), Alerts: int(alerts), Alone: int(alone)}
			}
			if last.Unix() > 0 && last.After(t.Last) {
				t.Last = last.UTC()
			}
			tallies[name] = t
			return nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return tallies, nil
}

// rulesKept is for how many days a rule's last match is kept.
const rulesKept = 400

// pruneRuleDays deletes old days of the next rules, and returns the last of these rules; ""
// behind the last one.
const pruneRuleDays = `
with few as (select distinct rule from rule_day where rule > $1 order by rule limit $2),
gone as (
	delete from rule_day d using few
	where d.rule = few.rule and (d.day <= $3 - $4::int and exists (select 1 from rule_day n where n.rule = d.rule and n.day > d.day) or d.day <= $3 - $5::int)
)
select coalesce(max(rule), '') from few`

// prunedRules is of how many rules a statement deletes days: some thousand rows.
const prunedRules = 100

// pruneDays deletes the days of rules that are no longer shown, except the last day of each
// rule. Old days of a feed are deleted when a newer one is added.
func (s *Store) pruneDays(ctx context.Context) error {
	for rule := ""; ; {
		last := ""
		err := s.db.update(ctx, "forget what rules brought long ago", func(tx pgx.Tx) error {
			return tx.QueryRow(ctx, pruneRuleDays, rule, prunedRules, s.dayOf(s.now()), store.CountedDays, rulesKept).Scan(&last)
		})
		if err != nil || last == "" {
			return err
		}
		rule = last
	}
}
