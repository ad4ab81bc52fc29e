package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/store"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// maxHeld bounds the held alerts that are returned at a time: more than a policy puts
// into one round, and few enough to read at every change.
const maxHeld = 20_000

// hold stores an alert for its target's policy. If the target already has one with the
// same ID, key or story, hold records the place on that one and returns false. New
// alerts are counted in made, by rule.
func (s *Store) hold(tx *sealed.Tx, a notify.Alert, now time.Time, made map[string]store.DayCount) (bool, error) {
	keys := a.Keys
	first, err := s.story(tx, a, now)
	if err != nil {
		return false, err
	}
	if first != (story.Key{}) && !a.EachArticle && !slices.Contains(keys, notify.ItemKey(first)) {
		// The story has a key of its own: the key of its first article must keep
		// leading to that article's alert.
		keys = append(slices.Clone(keys), notify.KeyOf("story", string(first[:])))
	}
	r := record.Alert{Alert: record.BodyOf(&a), Target: a.Target, Keys: record.KeysOf(a.Keys), Flood: a.Flood, Since: now}
	if first != (story.Key{}) {
		r.Story = notify.StoryID(first)
	}
	earlier, same := alertOf(tx, a, keys, notify.ItemKey(first))
	if earlier != "" {
		first, taken, err := noteAlsoIn(tx, earlier, &r.Alert, same, now)
		switch {
		case err != nil:
			return false, err
		case taken:
			if err := indexKeys(tx, a.Target, keys, earlier, now); err != nil {
				return false, err
			}
			if first.Held != 0 || !a.Trails {
				return first.Held != 0, nil
			}
			return follow(tx, &first, &r.Alert, now)
		}
		r.Alert.AlsoIn = append(r.Alert.AlsoIn, first.Alert.Places()...)
		r.Heard, r.Worst = first.HeardAs()
	}
	if err := indexKeys(tx, a.Target, keys, a.ID, now); err != nil {
		return false, err
	}
	if err := logAlert(tx, &r, now); err != nil {
		return false, err
	}
	for _, hit := range a.Rules {
		c := made[hit.Name]
		c.Alerts++
		made[hit.Name] = c
	}
	return true, putHeld(tx, &r)
}

// alertOf returns the ID of the alert that the target has under one of the alert's
// identities, the story's first article last. same says that it is of the same item,
// not only of a near-identical one.
func alertOf(tx *sealed.Tx, a notify.Alert, keys []notify.ItemKey, story notify.ItemKey) (id string, same bool) {
	if tx.Bucket(bucketAlerts).Get([]byte(a.ID)) != nil {
		return a.ID, true
	}
	if len(keys) > len(a.Keys) {
		keys = append(slices.Clip(keys), story)
	}
	told := tx.Bucket(bucketTold)
	for i, k := range keys {
		if v := told.Get(toldKey(a.Target, k)); len(v) > 8 {
			return string(v[8:]), i < len(a.Keys)
		}
	}
	return "", false
}

// indexKeys makes every key refer to an alert: a third copy may share only the second
// one's.
func indexKeys(tx *sealed.Tx, target string, keys []notify.ItemKey, id string, now time.Time) error {
	told := tx.Bucket(bucketTold)
	for _, k := range keys {
		if err := told.Put(toldKey(target, k), append(number(uint64(now.Unix())), id...)); err != nil {
			return err
		}
	}
	return nil
}

func toldKey(target string, k notify.ItemKey) []byte { return append(targetKey(target), k[:]...) }

// noteAlsoIn records another place of an article on its alert. While that alert is
// held, rules that matched only the same item of another feed join it. An alert that
// its target skipped is held after all if the copy is more severe. taken is false if
// the copy needs an alert of its own: it is another article of the story and either
// matched a rule that the story was not sent under, or is more severe.
func noteAlsoIn(tx *sealed.Tx, id string, copied *record.Body, same bool, now time.Time) (r record.Alert, taken bool, err error) {
	alerts := tx.Bucket(bucketAlerts)
	if ok, err := getJSON(tx, bucketAlerts, id, &r); err != nil || !ok {
		return r, ok || same, err // the record may be pruned: the keys are remembered longer
	}
	rules, worst := r.HeardAs()
	worse := copied.Severity > worst
	if !same && (worse && r.Held == 0 && r.Skipped == "" || matchesOther(copied, rules)) {
		return r, false, nil
	}
	changed := false
	for _, place := range copied.Places() {
		if place.Feed != r.Alert.Item.Feed && !slices.Contains(r.Alert.AlsoIn, place) {
			r.Alert.AlsoIn = append(r.Alert.AlsoIn, place)
			changed = true
		}
	}
	revived := worse && r.Skipped != ""
	if r.Held != 0 || revived {
		for _, hit := range copied.Rules { // of the same item; other articles get alerts of their own
			if !slices.Contains(rules, hit.Name) {
				r.Alert.Rules = append(r.Alert.Rules, hit)
				changed = true
			}
		}
		if worse {
			r.Alert.Severity = copied.Severity
			changed = true
		}
	}
	if changed || revived {
		if err := rejournal(tx, &r); err != nil {
			return r, false, err
		}
	}
	switch {
	case revived:
		r.Skipped, r.Ended, r.Since = "", time.Time{}, now
		return r, true, putHeld(tx, &r)
	case !changed:
		return r, true, nil
	case r.Held != 0:
		return r, true, putHeld(tx, &r)
	}
	return r, true, putJSON(alerts, id, r)
}

// matchesOther reports whether an alert matched a rule that is not among rules.
func matchesOther(a *record.Body, rules []string) bool {
	return slices.ContainsFunc(a.Rules, func(hit record.Rule) bool { return !slices.Contains(rules, hit.Name) })
}

// follow holds a note that an article sent before has another place, for targets that
// can show it.
func follow(tx *sealed.Tx, r *record.Alert, copied *record.Body, now time.Time) (bool, error) {
	place := record.Location{Feed: copied.Item.Feed, Link: copied.Item.Link}
	if len(r.Messages) == 0 || !slices.Contains(r.Alert.AlsoIn, place) {
		return false, nil
	}
	a := record.Body{
		ID:       record.FollowID(r.Target, r.Alert.ID, place),
		Severity: copied.Severity, FirstSeen: copied.FirstSeen, Item: copied.Item,
		Follows: &record.Earlier{ID: r.Alert.ID, Title: r.Alert.Item.Title, Link: r.Alert.Item.Link},
	}
	if tx.Bucket(bucketAlerts).Get([]byte(a.ID)) != nil {
		return false, nil // already noted
	}
	f := record.Alert{Alert: a, Target: r.Target, Since: now, Story: r.Story}
	if err := logAlert(tx, &f, now); err != nil {
		return false, err
	}
	return true, putHeld(tx, &f)
}

// putHeld stores an alert as held. It goes to the end of its target's queue unless it
// has a place there.
func putHeld(tx *sealed.Tx, r *record.Alert) error {
	held := tx.Bucket(bucketHeld)
	if r.Held == 0 {
		seq, err := held.NextSequence()
		if err != nil {
			return err
		}
		r.Held = seq
	}
	v, err := record.Encode(new(r.Hold()))
	if err != nil {
		return fmt.Errorf("encode %q: %w", r.Alert.ID, err)
	}
	if err := held.Put(targetKey(r.Target, r.Held), v); err != nil {
		return err
	}
	return putJSON(tx.Bucket(bucketAlerts), r.Alert.ID, r)
}

// Report holds alerts that no poll brought: troubles of watcher itself.
func (s *Store) Report(_ context.Context, alerts []notify.Alert) error {
	targets := make(map[string]bool)
	err := s.updateOf(len(alerts), func(tx *sealed.Tx) error { return s.holdAll(tx, alerts, targets) })
	if err != nil {
		return fmt.Errorf("store a report: %w", err)
	}
	s.spreadHeld(targets)
	s.tellAlerts(alerts)
	return nil
}

// holdAll holds alerts and adds the targets that got something new.
func (s *Store) holdAll(tx *sealed.Tx, alerts []notify.Alert, targets map[string]bool) error {
	now, made := clock(), make(map[string]store.DayCount)
	for _, a := range alerts {
		held, err := s.hold(tx, a, now, made)
		if err != nil {
			return err
		}
		if held {
			targets[a.Target] = true
		}
	}
	return errors.Join(noteMatches(tx, alerts, now), s.countRules(tx, made, now))
}

// Held implements notify.HeldStore.
func (s *Store) Held(_ context.Context, target string) (notify.Holding, error) {
	return s.heldAfter(target, 0, maxHeld)
}

// Oldest is Held of the first n alerts.
func (s *Store) Oldest(_ context.Context, target string, n int) (notify.Holding, error) {
	return s.heldAfter(target, 0, n)
}

// News implements notify.HeldStore.
func (s *Store) News(_ context.Context, target string, last uint64) (notify.Holding, error) {
	return s.heldAfter(target, last, maxHeld)
}

// heldAfter returns the first n held alerts of target after a position.
func (s *Store) heldAfter(target string, last uint64, n int) (notify.Holding, error) {
	changed := s.heldNews(target)
	h := notify.Holding{Target: target, Now: clock(), Wake: store.Wake{Changed: changed}}
	err := s.view(func(tx *sealed.Tx) error {
		h.Alerts, h.Last = nil, last
		k, _ := tx.Bucket(bucketSpool).Cursor().First()
		h.Wake.Coming = k != nil
		prefix := targetKey(target)
		c := tx.Bucket(bucketHeld).Cursor()
		for k, v := c.Seek(targetKey(target, last+1)); bytes.HasPrefix(k, prefix) && len(h.Alerts) < n; k, v = c.Next() {
			var a record.Held
			if err := decode(bucketHeld, k, v, &a); err != nil {
				return err
			}
			h.Alerts, h.Last = append(h.Alerts, a.HeldAlert()), uint64Of(k[len(prefix):])
		}
		var sends record.Sends
		if _, err := getJSON(tx, bucketSends, target, &sends); err != nil {
			return err
		}
		h.Sends, h.Rules = sends.Sends, sends.Rules
		mutes, err := mutesIn(tx)
		h.Mutes = mutes
		return err
	})
	if err != nil {
		return notify.Holding{}, fmt.Errorf("read the held alerts of %s: %w", target, err)
	}
	return h, nil
}

// Load implements notify.HeldStore.
func (s *Store) Load(_ context.Context, ids []string) ([]notify.Alert, error) {
	loaded := make([]notify.Alert, 0, len(ids))
	moved := false
	err := s.view(func(tx *sealed.Tx) error {
		loaded, moved = loaded[:0], false
		for _, id := range ids {
			var r record.Alert
			if ok, err := getJSON(tx, bucketAlerts, id, &r); err != nil {
				return err
			} else if !ok || r.Held == 0 {
				moved = true
				return nil
			}
			a := r.Alert.Alert()
			a.Target, a.Keys = r.Target, record.ItemKeys(r.Keys)
			loaded = append(loaded, a)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %d held alerts: %w", len(ids), err)
	case moved:
		return nil, store.ErrMoved
	}
	return loaded, nil
}
