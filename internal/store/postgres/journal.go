package postgres

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store/record"
)

// maxPassed bounds the entries of the log that one call of Newest reads, and maxDecoded the
// records: each call is short, however large the store is.
const (
	maxPassed  = 10_000
	maxDecoded = 500
	// minRead is how many entries are read at first; each time it is four times as many.
	minRead = 100
)

// lastPlace is behind all places of the log.
var lastPlace = bytes.Repeat([]byte{0xff}, 17)

// Newest returns at most n articles with an alert that matches the filter, the newest
// first, from behind a place on; nil begins. It reads a bounded part of the log: next is
// the place to go on from, whatever was found, and nil at the end of the log; reached is
// the time of the alerts there. A place stays valid whatever is added or deleted, on each
// machine.
//
// The alerts that all targets have of an article are listed together, at the one with the
// least id; they came of one poll.
func (s *Store) Newest(ctx context.Context, filter notify.AlertFilter, behind []byte, n int) (found []notify.Logged, next []byte, reached time.Time, err error) {
	f := record.ChoiceOf(filter)
	err = s.db.view(ctx, "read the alerts", func(tx pgx.Tx) error {
		found, next, reached = nil, nil, time.Time{}
		l := listing{tx: tx, filter: f, known: make(map[string][]notify.Trace), alerts: make(map[string]*record.Alert), traces: make(map[string]notify.Trace)}
		if err := l.begin(ctx); err != nil || l.ended {
			return err
		}
		below, from := upper(filter, behind), []byte{}
		if !filter.From.IsZero() {
			from = stampOf(filter.From)
		}
		passed, read := 0, minRead
		for {
			entries, err := logIn(ctx, tx, logBefore, l.read, below, from, read)
			if err == nil {
				err = l.readDead(ctx, entries)
			}
			if err != nil {
				return err
			}
			for i := range entries {
				e := &entries[i]
				if passed++; len(found) == n || passed > maxPassed || l.decoded > maxDecoded {
					return nil
				}
				if err := l.fetch(ctx, entries[i:], n-len(found)); err != nil {
					return err
				}
				if article := l.article(e); article != nil {
					found = append(found, notify.Logged{Place: e.place, Alerts: article})
				}
				next, reached, below = e.place, e.at(), e.place
			}
			if len(entries) < read {
				next = nil
				return nil
			}
			read = min(4*read, maxPassed)
		}
	})
	if err != nil {
		return nil, nil, time.Time{}, err
	}
	return found, next, reached, nil
}

// upper returns the place below which the log is read.
func upper(f notify.AlertFilter, behind []byte) []byte {
	if behind == nil {
		behind = lastPlace
	}
	if f.To.IsZero() {
		return behind
	}
	return slices.MinFunc([][]byte{stampOf(f.To), behind}, bytes.Compare)
}

const deadOfTargets = `select id from dead where target = any($1) and id = any($2)`

// listing is one reading of the log.
type listing struct {
	tx      pgx.Tx
	filter  *record.Choice
	targets []string        // all that ever had an alert
	read    []string        // those of which the log is read
	dead    map[string]bool // with a filter for dead letters: which of the entries read last are dead, by id
	ended   bool            // nothing can be found
	decoded int
	known   map[string][]notify.Trace // the traces of articles by id; nil if the article is listed at another id

	// What was fetched, by id.
	alerts map[string]*record.Alert
	traces map[string]notify.Trace
	met    map[string]bool // the ids of entries
}

func (l *listing) begin(ctx context.Context) (err error) {
	l.met = make(map[string]bool)
	if l.targets, err = texts(ctx, l.tx, targetNames); err != nil {
		return err
	}
	if l.read = l.targets; l.filter.Targets != nil {
		l.read = l.filter.Targets
	}
	if !l.filter.Dead {
		return nil
	}
	var some bool
	err = l.tx.QueryRow(ctx, `select exists (select from dead)`).Scan(&some)
	l.ended = !some
	return err
}

// readDead notes which entries are dead letters, if the filter asks for dead letters alone.
func (l *listing) readDead(ctx context.Context, entries []logged) error {
	if !l.filter.Dead {
		return nil
	}
	ids := make([]string, len(entries))
	for i := range entries {
		ids[i] = entries[i].id
	}
	dead, err := texts(ctx, l.tx, deadOfTargets, l.read, ids)
	l.dead = make(map[string]bool, len(dead))
	for _, id := range dead {
		l.dead[id] = true
	}
	return err
}

func (l *listing) may(e *logged) bool {
	return l.filter.May(e.entry) && (!l.filter.Dead || l.dead[e.id])
}

// fetch reads the alerts of the next n entries that may match, with those beside them,
// unless the first is in memory. It takes a few statements.
func (l *listing) fetch(ctx context.Context, entries []logged, n int) error {
	if !l.may(&entries[0]) || l.met[entries[0].id] {
		return nil
	}
	var ids []string
	for i := 0; i < len(entries) && len(ids) < n; i++ {
		if e := &entries[i]; l.may(e) && !l.met[e.id] {
			l.met[e.id] = true
			ids = append(ids, e.id)
		}
	}
	if err := l.load(ctx, ids); err != nil {
		return err
	}
	l.decoded += len(ids)
	var beside []string
	if err := l.loadFollowed(ctx, ids); err != nil {
		return err
	}
	for _, id := range ids {
		if t, ok := l.traces[id]; ok && l.filter.Wants(&t) {
			beside = append(beside, l.ids(id)...)
		}
	}
	before := len(l.alerts)
	err := l.load(ctx, beside)
	l.decoded += len(l.alerts) - before
	return err
}

// load reads alerts that are not in memory yet.
func (l *listing) load(ctx context.Context, ids []string) error {
	missing := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return l.alerts[id] != nil })
	if len(missing) == 0 {
		return nil
	}
	alerts, err := alertsIn(ctx, l.tx, someAlerts, missing)
	if err != nil {
		return err
	}
	deliveries, err := deliveriesOf(ctx, l.tx, alerts)
	if err != nil {
		return err
	}
	maps.Copy(l.alerts, alerts)
	for id, a := range alerts {
		l.traces[id] = traceOf(a, deliveries)
	}
	return nil
}

// loadFollowed reads the alerts that those with these ids follow, as a follow-up has no key
// of its own.
func (l *listing) loadFollowed(ctx context.Context, ids []string) error {
	var followed []string
	for _, id := range ids {
		if a := l.alerts[id]; a != nil && len(a.Keys) == 0 && a.Alert.Follows != nil {
			followed = append(followed, a.Alert.Follows.ID)
		}
	}
	return l.load(ctx, followed)
}

// article returns the alerts of the article of an entry, if the article is listed there.
func (l *listing) article(e *logged) []notify.Trace {
	if !l.may(e) {
		return nil
	}
	if all, met := l.known[e.id]; met {
		return all
	}
	t, ok := l.traces[e.id]
	if !ok || !l.filter.Wants(&t) {
		return nil
	}
	all := l.beside(e.id)
	stands := e.id
	for i := range all {
		if l.filter.Wants(&all[i]) {
			stands = min(stands, all[i].ID)
		}
	}
	for i := range all {
		l.known[all[i].ID] = nil
	}
	l.known[stands] = all
	return l.known[e.id]
}

// sameTime bounds how far apart the alerts of one article are logged.
const sameTime = time.Minute

// beside returns the alerts of an alert's article that came with it, by target.
func (l *listing) beside(id string) []notify.Trace {
	all := []notify.Trace{l.traces[id]}
	seen := l.alerts[id].Alert.FirstSeen
	for _, other := range l.ids(id) {
		if a := l.alerts[other]; a != nil && other != id && a.Alert.FirstSeen.Sub(seen).Abs() < sameTime {
			all = append(all, l.traces[other])
		}
	}
	slices.SortStableFunc(all, func(a, b notify.Trace) int { return cmp.Compare(a.Target, b.Target) })
	return all
}

// ids returns the ids that the alerts of an alert's article have at each target. They are
// computed from the targets' names and the article's key, without a search.
func (l *listing) ids(id string) (ids []string) {
	r := l.alerts[id]
	keys, name := r.Keys, func(target string, key notify.ItemKey) string { return notify.AlertID(target, key) }
	if len(keys) == 0 && r.Alert.Follows != nil {
		told := l.alerts[r.Alert.Follows.ID]
		if told == nil {
			return nil
		}
		keys = told.Keys
		place := record.Location{Feed: r.Alert.Item.Feed, Link: r.Alert.Item.Link}
		name = func(target string, key notify.ItemKey) string {
			return record.FollowID(target, notify.AlertID(target, key), place)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	for _, target := range l.targets {
		ids = append(ids, name(target, notify.ItemKey(keys[0])))
	}
	return ids
}

// Beside returns all alerts of the article of an alert, by target. id is as for Trace.
func (s *Store) Beside(ctx context.Context, id string) (all []notify.Trace, err error) {
	err = s.answer(ctx, "read the alerts of an article", func(tx pgx.Tx) error {
		all, err = besideIn(ctx, tx, id)
		return err
	})
	return all, err
}

func besideIn(ctx context.Context, tx pgx.Tx, id string) ([]notify.Trace, error) {
	full, err := resolve(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	l := listing{tx: tx, filter: record.ChoiceOf(notify.AlertFilter{}), alerts: make(map[string]*record.Alert), traces: make(map[string]notify.Trace)}
	if err := l.begin(ctx); err != nil {
		return nil, err
	}
	if err := l.load(ctx, []string{full}); err != nil {
		return nil, err
	}
	if l.alerts[full] == nil {
		return nil, noAlert(id)
	}
	if err := l.loadFollowed(ctx, []string{full}); err != nil {
		return nil, err
	}
	if err := l.load(ctx, l.ids(full)); err != nil {
		return nil, err
	}
	return l.beside(full), nil
}

const (
	lockAlerts = `select id, record from alert where id = any($1) order by id for update`
	setAlerts  = `
update alert a set record = n.record
from unnest($1::text[], $2::bytea[]) as n(id, record) where a.id = n.id`
)

// Acknowledge records on all alerts of an alert's article who acknowledged it, or takes
// that back. id is as for Trace.
func (s *Store) Acknowledge(ctx context.Context, id string, a notify.Acknowledgement) error {
	all, err := s.Beside(ctx, id)
	if err != nil {
		return err
	}
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	err = s.db.update(ctx, "acknowledge an alert", func(tx pgx.Tx) error {
		alerts, err := alertsIn(ctx, tx, lockAlerts, ids)
		if err != nil {
			return err
		}
		a.At = s.now().UTC()
		there, rows := slices.Sorted(maps.Keys(alerts)), make([][]byte, len(alerts))
		for i, id := range there {
			ack := record.Acknowledgement(a)
			alerts[id].Acknowledged = &ack
			if rows[i], err = pack("alert", alerts[id], id); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, setAlerts, there, rows)
		return err
	})
	if err == nil {
		s.tell(false, ids...)
	}
	return err
}
