package postgres

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/store/record"
)

// errMeanwhile says that another machine has stored what a transaction was about to store,
// or has changed what it was about to change. The next try sees that.
var errMeanwhile = errors.New("another machine changed the same meanwhile")

// toldFor is how long after an identity came up no further sighting of it is recorded.
const toldFor = 24 * time.Hour

// toldAlerts reads the alerts that identities lead to, and the alerts with some ids. With a
// plain join the planner would read a whole table for a hundred keys, because it takes a
// page of an index for as expensive as four others: ten times the work. "offset 0" makes it
// look each key up by itself.
const toldAlerts = `
select u.target, u.key, k.id, k.told, a.record
from unnest($1::text[], $2::bytea[]) as u(target, key)
cross join lateral (select id, told from alert_key where target = u.target and key = u.key offset 0) as k
left join lateral (select record from alert where id = k.id offset 0) as a on true
union all
select null, null, n.id, null, a.record
from unnest($3::text[]) as n(id)
cross join lateral (select record from alert where id = n.id offset 0) as a`

// holding is what one transaction does with the alerts that come in. It is worked out in
// memory from what the store has, and then written.
type holding struct {
	s       *Store
	tx      pgx.Tx
	now     time.Time
	stories map[notify.ItemKey]story.Key // by first key
	told    map[identity]*toldAs
	alerts  map[string]*storedAlert // by id
	made    map[string]int          // alerts, by rule
}

// identity is a key by which a target knows an item.
type identity struct {
	target string
	key    notify.ItemKey
}

// toldAs is the alert that an identity leads to.
type toldAs struct {
	id     string
	stored bool // it has a row
	put    bool // the row is to be written
}

// storedAlert is the record of an alert.
type storedAlert struct {
	record.Alert
	was     []byte // as it is stored; nil if it is not
	changed bool
	held    bool // its row of held is to be written too
}

// insertAlerts holds alerts that no poll brought: see queueAlerts.
func (s *Store) insertAlerts(ctx context.Context, tx pgx.Tx, alerts []notify.Alert) error {
	var b pgx.Batch
	var d days
	if err := s.queueAlerts(ctx, tx, &b, &d, alerts); err != nil {
		return err
	}
	return s.send(ctx, tx, &b, &d)
}

// queueAlerts holds alerts. If the target has had an alert with the same id, key or story,
// the place is noted on that one instead. It reads what it needs, and leaves what is to be
// written in the batch and the days. It belongs to the transaction of what brought the
// alerts: a crash before the commit leaves nothing of them.
func (s *Store) queueAlerts(ctx context.Context, tx pgx.Tx, b *pgx.Batch, d *days, alerts []notify.Alert) error {
	if len(alerts) == 0 {
		return nil
	}
	// A flood goes behind whatever came with it.
	alerts = slices.Clone(alerts)
	slices.SortStableFunc(alerts, func(a, b notify.Alert) int { return cmp.Compare(flood(&a), flood(&b)) })
	names := make([]string, len(alerts))
	for i := range alerts {
		names[i] = alerts[i].Target
	}
	if err := s.addTargets(ctx, tx, names); err != nil {
		return err
	}
	a := holding{s: s, tx: tx, now: s.now(), told: make(map[identity]*toldAs), alerts: make(map[string]*storedAlert), made: make(map[string]int)}
	var err error
	if a.stories, err = s.storiesOf(ctx, tx, alerts, a.now, b); err != nil {
		return err
	}
	if err := a.read(ctx, alerts); err != nil {
		return err
	}
	for i := range alerts {
		if err := a.hold(ctx, &alerts[i]); err != nil {
			return err
		}
	}
	d.noteRules(alerts, a.made)
	a.queueKeys(b)
	return a.queueAlerts(b)
}

func flood(a *notify.Alert) int {
	if a.Flood {
		return 1
	}
	return 0
}

// keysOf returns the identities of an alert, and the first article of its story, the zero
// Key if stories do not count.
func (a *holding) keysOf(al *notify.Alert) (keys []notify.ItemKey, first story.Key) {
	keys = al.Keys
	if al.Story.IsZero() {
		return keys, story.Key{}
	}
	first = a.stories[al.Keys[0]]
	if !al.EachArticle && !slices.Contains(keys, notify.ItemKey(first)) {
		// The story gets a key of its own, as the key of its first article must still lead
		// to the alert of that article.
		keys = append(slices.Clone(keys), notify.KeyOf("story", string(first[:])))
	}
	return keys, first
}

// read reads what the store has of the alerts.
func (a *holding) read(ctx context.Context, alerts []notify.Alert) error {
	var targets, ids []string
	var keys [][]byte
	asked := make(map[identity]bool)
	for i := range alerts {
		al := &alerts[i]
		ids = append(ids, al.ID)
		of, first := a.keysOf(al)
		for _, k := range append(slices.Clone(of), notify.ItemKey(first)) {
			if who := (identity{al.Target, k}); !asked[who] {
				asked[who] = true
				targets, keys = append(targets, al.Target), append(keys, bytes.Clone(k[:]))
			}
		}
	}
	rows, err := a.tx.Query(ctx, toldAlerts, targets, keys, ids)
	if err != nil {
		return err
	}
	var target *string
	var key, raw []byte
	var id string
	var at *time.Time
	_, err = pgx.ForEachRow(rows, []any{&target, &key, &id, &at, &raw}, func() error {
		if target != nil {
			a.told[identity{*target, notify.ItemKey(key)}] = &toldAs{id: id, stored: true, put: a.now.Sub(*at) > toldFor}
		}
		if raw == nil || a.alerts[id] != nil {
			return nil
		}
		r := &storedAlert{was: raw}
		a.alerts[id] = r
		return unpack("alert", raw, &r.Alert, id)
	})
	return err
}

func (a *holding) readAlerts(rows pgx.Rows) error {
	return eachAlert(rows, func(id string, raw []byte, r *record.Alert) {
		a.alerts[id] = &storedAlert{Alert: *r, was: bytes.Clone(raw)}
	})
}

// hold decides what becomes of an alert.
func (a *holding) hold(ctx context.Context, al *notify.Alert) error {
	keys, first := a.keysOf(al)
	r := &storedAlert{Alert: record.Alert{Alert: record.BodyOf(al), Target: al.Target, Keys: record.KeysOf(al.Keys), Flood: al.Flood, Since: a.now}}
	if first != (story.Key{}) {
		r.Story = notify.StoryID(first)
	}
	if earlier, same := a.alertOf(al, keys, first); earlier != "" {
		was, taken := a.noteAlsoIn(earlier, &r.Alert.Alert, same)
		if taken {
			a.remember(al.Target, keys, earlier)
			if was == nil || was.Held != 0 || !al.Trails {
				return nil
			}
			return a.follow(ctx, was, &r.Alert.Alert)
		}
		if was != nil {
			r.Alert.Alert.AlsoIn = append(r.Alert.Alert.AlsoIn, was.Alert.Alert.Places()...)
			r.Heard, r.Worst = was.HeardAs()
		}
	}
	a.remember(al.Target, keys, al.ID)
	a.add(r)
	for _, hit := range al.Rules {
		a.made[hit.Name]++
	}
	return nil
}

// add adds a new alert, which is held.
func (a *holding) add(r *storedAlert) {
	a.alerts[r.Alert.Alert.ID] = r
	r.Held = a.s.place(a.now)
	r.Logged = binary.BigEndian.AppendUint64(nil, uint64(a.now.UnixNano()))
	r.Logged = binary.BigEndian.AppendUint64(r.Logged, r.Held)
	r.changed, r.held = true, true
}

// alertOf returns the id of the alert that the target has had under one of an alert's
// identities; the first article of the story is tried last. same is true if it is of the
// same item, and not only of a near-identical one.
func (a *holding) alertOf(al *notify.Alert, keys []notify.ItemKey, first story.Key) (id string, same bool) {
	if a.alerts[al.ID] != nil {
		return al.ID, true
	}
	if len(keys) > len(al.Keys) {
		keys = append(slices.Clip(keys), notify.ItemKey(first))
	}
	for i, k := range keys {
		if t := a.told[identity{al.Target, k}]; t != nil {
			return t.id, i < len(al.Keys)
		}
	}
	return "", false
}

// remember makes every key lead to an alert from now on, because the third copy may have a
// key in common with the second one alone.
func (a *holding) remember(target string, keys []notify.ItemKey, id string) {
	for _, k := range keys {
		who := identity{target, k}
		if t := a.told[who]; t == nil {
			a.told[who] = &toldAs{id: id, put: true}
		} else if t.id != id {
			t.id, t.put = id, true
		}
	}
}

// noteAlsoIn records on an alert that the same article stands elsewhere too. While the
// alert is held, rules that matched only the same item of another feed are added to it. If
// the target did not want the alert and the copy is more severe, the alert is held after
// all. taken is false if the copy needs an alert of its own: it is another article of the
// story, and a rule matched it under which the story was not alerted, or it is more severe
// than what was alerted. r is nil if the record was pruned, as keys are kept longer than
// records.
func (a *holding) noteAlsoIn(id string, copied *record.Body, same bool) (r *storedAlert, taken bool) {
	if r = a.alerts[id]; r == nil {
		return nil, same
	}
	body := &r.Alert.Alert
	rules, worst := r.HeardAs()
	worse := copied.Severity > worst
	if !same && (worse && r.Held == 0 && r.Skipped == "" || matchesOther(copied, rules)) {
		return r, false
	}
	for _, place := range copied.Places() {
		if place.Feed != body.Item.Feed && !slices.Contains(body.AlsoIn, place) {
			body.AlsoIn = append(body.AlsoIn, place)
			r.changed = true
		}
	}
	revived := worse && r.Skipped != ""
	if r.Held != 0 || revived {
		for _, hit := range copied.Rules { // only for the same item; near-identical ones get alerts of their own
			if !slices.Contains(rules, hit.Name) {
				body.Rules = append(body.Rules, hit)
				r.changed = true
			}
		}
		if worse {
			body.Severity = copied.Severity
			r.changed = true
		}
	}
	if revived {
		r.Skipped, r.Ended, r.Since = "", time.Time{}, a.now
		r.Held = a.s.place(a.now)
	}
	r.held = r.held || r.changed && r.Held != 0
	return r, true
}

// matchesOther reports whether an alert has a rule that is not in rules.
func matchesOther(a *record.Body, rules []string) bool {
	return slices.ContainsFunc(a.Rules, func(hit record.Rule) bool { return !slices.Contains(rules, hit.Name) })
}

// follow holds a note that an article that the target was alerted of stands in another
// place too, if the target can show it.
func (a *holding) follow(ctx context.Context, r *storedAlert, copied *record.Body) error {
	place := record.Location{Feed: copied.Item.Feed, Link: copied.Item.Link}
	told := &r.Alert.Alert
	if len(r.Messages) == 0 || !slices.Contains(told.AlsoIn, place) {
		return nil
	}
	id := record.FollowID(r.Target, told.ID, place)
	if a.alerts[id] == nil {
		rows, err := a.tx.Query(ctx, alertsByID, []string{id})
		if err != nil {
			return err
		}
		if err := a.readAlerts(rows); err != nil {
			return err
		}
	}
	if a.alerts[id] != nil {
		return nil // already noted
	}
	a.add(&storedAlert{Alert: record.Alert{
		Alert: record.Body{
			ID: id, Severity: copied.Severity, FirstSeen: copied.FirstSeen, Item: copied.Item,
			Follows: &record.Earlier{ID: told.ID, Title: told.Item.Title, Link: told.Item.Link},
		},
		Target: r.Target, Since: a.now, Story: r.Story,
	}})
	return nil
}

// place returns the next place for an alert that is to be held.
func (s *Store) place(now time.Time) uint64 {
	ts := s.targets
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.place = max(ts.place+1, uint64(max(0, now.UnixMicro()))<<11)
	return ts.place
}

// spreadAlerts wakes all who wait for alerts.
func (s *Store) spreadAlerts(alerts []notify.Alert) {
	targets, ids := make(map[string]bool), make([]string, len(alerts))
	for i := range alerts {
		targets[alerts[i].Target], ids[i] = true, alerts[i].ID
	}
	names := slices.Collect(maps.Keys(targets))
	s.added(names)
	s.spreadTargets(names...)
	s.tell(true, ids...)
}

// Report holds alerts that no poll brought: troubles of watcher's own.
func (s *Store) Report(ctx context.Context, alerts []notify.Alert) error {
	err := s.db.update(ctx, "store a report", func(tx pgx.Tx) error { return s.insertAlerts(ctx, tx, alerts) })
	if err == nil {
		s.spreadAlerts(alerts)
	}
	return err
}

const noteReported = `insert into reported (name, at) values ($1, now() + $2::interval) on conflict (name) do nothing`

// ReportOnce holds alerts unless alerts were reported under the same name before.
func (s *Store) ReportOnce(ctx context.Context, name string, alerts []notify.Alert) error {
	err := s.db.update(ctx, "store a report", func(tx pgx.Tx) error {
		if tag, err := tx.Exec(ctx, noteReported, name, s.db.ahead()); err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return s.insertAlerts(ctx, tx, alerts)
	})
	if err == nil {
		s.spreadAlerts(alerts)
	}
	return err
}
