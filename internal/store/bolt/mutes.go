package bolt

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// mutesKept is how long an ended mute is kept: a policy asks for a minute why an alert
// was held.
const mutesKept = 2 * time.Minute

// Mute stores a mute, in place of one with the same kind and name. A mute whose Until
// has passed ends the one there is.
func (s *Store) Mute(_ context.Context, m notify.Mute) error {
	err := s.update(func(tx *sealed.Tx) error {
		b, now := tx.Bucket(bucketMutes), clock()
		all, err := mutesIn(tx)
		if err != nil {
			return err
		}
		ends := !m.Until.After(now)
		m.Since = now.UTC()
		was := false
		for _, old := range all {
			if old.Kind == m.Kind && old.Name == m.Name && old.Until.After(now) {
				was = true
				if ends {
					m.Since = old.Since
				}
			}
			if now.Sub(old.Until) < mutesKept {
				continue
			}
			if err := b.Delete(muteKey(old)); err != nil {
				return err
			}
		}
		if ends && !was {
			return nil
		}
		if ends {
			m.Until = now.UTC()
		}
		return putJSON(b, string(muteKey(m)), record.Mute(m))
	})
	if err != nil {
		return fmt.Errorf("store a mute: %w", err)
	}
	s.broadcastAll()
	return nil
}

func muteKey(m notify.Mute) []byte { return []byte(m.Kind + "\x00" + m.Name) }

// Mutes returns the mutes in force.
func (s *Store) Mutes(context.Context) ([]notify.Mute, error) {
	var active []notify.Mute
	err := s.view(func(tx *sealed.Tx) error {
		active = nil
		all, err := mutesIn(tx)
		for _, m := range all {
			if m.Until.After(clock()) {
				active = append(active, m)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the mutes: %w", err)
	}
	return active, nil
}

func mutesIn(tx *sealed.Tx) (all []notify.Mute, err error) {
	err = tx.Bucket(bucketMutes).ForEach(func(k, v []byte) error {
		var m record.Mute
		if err := decode(bucketMutes, k, v, &m); err != nil {
			return err
		}
		all = append(all, notify.Mute(m))
		return nil
	})
	return all, err
}

// noteMatches records when each rule last matched.
func noteMatches(tx *sealed.Tx, alerts []notify.Alert, now time.Time) error {
	b := tx.Bucket(bucketMatched)
	for _, a := range alerts {
		for _, hit := range a.Rules {
			if last := matchedAt(b, hit.Name); now.Sub(last) < time.Second && !last.After(now) {
				continue // once for each commit is enough
			}
			if err := b.Put([]byte(hit.Name), number(uint64(now.UnixNano()))); err != nil {
				return err
			}
		}
	}
	return nil
}

func matchedAt(b *sealed.Bucket, rule string) time.Time {
	v := b.Get([]byte(rule))
	if len(v) != 8 {
		return time.Time{}
	}
	return time.Unix(0, int64(binary.BigEndian.Uint64(v)))
}

// Matched returns when each of these rules last matched. For a rule that never matched
// it is when the rule was first asked for.
func (s *Store) Matched(ctx context.Context, rules []string) (map[string]time.Time, error) {
	matched, err := s.LastMatched(ctx, rules)
	if err != nil || len(matched) == len(rules) {
		return matched, err
	}
	err = s.update(func(tx *sealed.Tx) error {
		b := tx.Bucket(bucketMatched)
		for _, r := range rules {
			if b.Get([]byte(r)) != nil {
				continue
			}
			if err := b.Put([]byte(r), number(uint64(clock().UnixNano()))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("note new rules: %w", err)
	}
	return s.LastMatched(ctx, rules)
}

// LastMatched is Matched without a write: rules that never matched are absent unless
// Matched was asked for them before.
func (s *Store) LastMatched(_ context.Context, rules []string) (map[string]time.Time, error) {
	matched := make(map[string]time.Time, len(rules))
	err := s.view(func(tx *sealed.Tx) error {
		for _, r := range rules {
			if t := matchedAt(tx.Bucket(bucketMatched), r); !t.IsZero() {
				matched[r] = t.UTC()
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read when rules matched: %w", err)
	}
	return matched, nil
}
