package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"watcher/internal/fault"
	"watcher/internal/notify"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// Alerts are stored by their IDs, which are hashes. Each alert that a transaction holds
// changes pages of its own, and the cost of that in bbolt grows with the square of
// their number, because it splits pages only when it commits. So a transaction of polls
// holds at most maxAtOnce alerts. The alerts of a poll that brings more are still
// stored with it, but packed, in parts, in the spool: that is cheap. From there they
// are held, heldAtOnce in each transaction, while other transactions go on; one target
// after the other, because the keys of one target are adjacent.
//
// A part leaves the spool with the last of its alerts. After a crash before that the
// next start holds the whole part again, which does nothing for alerts that are held
// already. What the same feed brings meanwhile queues after its parts. Feeds with parts
// take turns.
const (
	maxAtOnce  = 512
	heldAtOnce = 128 // from the spool: all other writes wait for that
	partSize   = 8192
)

// packParts packs alerts as values of the spool.
func (s *Store) packParts(alerts []notify.Alert) ([][]byte, error) {
	var parts [][]byte
	for some := range slices.Chunk(alerts, partSize) {
		var p record.SpoolPart
		for i := range some {
			if a := &some[i]; i > 0 && alike(some[i-1], *a) {
				last := &p[len(p)-1]
				last.To = append(last.To, record.Addressee{ID: a.ID, Target: a.Target})
			} else {
				p = append(p, record.SpooledOf(a))
			}
		}
		raw, err := record.Encode(p)
		if err != nil {
			return nil, fmt.Errorf("encode %d alerts: %w", len(some), err)
		}
		parts = append(parts, s.packer.EncodeAll(raw, number(uint64(len(some)))))
	}
	return parts, nil
}

// alike reports whether two alerts differ only in their target.
func alike(a, b notify.Alert) bool {
	b.ID, b.Target = a.ID, a.Target
	return reflect.DeepEqual(a, b)
}

func (s *Store) unpackPart(key, value []byte) ([]notify.Alert, error) {
	raw, err := s.unpacker.DecodeAll(value[min(8, len(value)):], nil)
	if err != nil {
		return nil, &brokenError{bucketSpool, bytes.Clone(key), err}
	}
	var p record.SpoolPart
	if err := decode(bucketSpool, key, raw, &p); err != nil {
		return nil, err
	}
	if len(p) == 0 {
		return nil, &brokenError{bucketSpool, bytes.Clone(key), errors.New("there is nothing in it")}
	}
	return p.Alerts(), nil
}

// spool appends parts to those that the feed has there.
func spool(tx *sealed.Tx, feed uint64, parts [][]byte) error {
	b := tx.Bucket(bucketSpool)
	for _, p := range parts {
		seq, err := b.NextSequence()
		if err != nil {
			return err
		}
		if err := b.Put(append(number(feed), number(seq)...), p); err != nil {
			return err
		}
	}
	return nil
}

// spooling reports whether a feed has parts in the spool.
func spooling(tx *sealed.Tx, feed uint64) bool {
	k, _ := tx.Bucket(bucketSpool).Cursor().Seek(number(feed))
	return bytes.HasPrefix(k, number(feed))
}

// spooler holds the alerts in the spool, part by part.
func (s *Store) spooler() {
	defer close(s.emptied)
	var turn []byte // where to look for the next feed
	moved := false
	for !s.isClosing() {
		key, err := s.movePart(turn)
		switch {
		case err != nil:
			// The next commit meets the same error and reports it.
			s.idle(time.After(5 * time.Second))
			continue
		case key != nil:
			turn, moved = number(uint64Of(key)+1), true
			continue
		case moved:
			s.broadcastAll() // all of what was coming is held now
			moved = false
		}
		s.idle(nil)
	}
}

// retireStray repeats Retire if something was in the spool for a target that left the
// config meanwhile. What fails is done at the next start.
func (s *Store) retireStray(targets map[string]bool) {
	kept := s.wanted.Load()
	if kept == nil {
		return
	}
	for t := range targets {
		if !(*kept)[t] {
			_, _ = s.Retire(context.Background(), slices.Collect(maps.Keys(*kept)))
			return
		}
	}
}

// idle returns when something may be in the spool, at a time, or when the store is
// being closed.
func (s *Store) idle(until <-chan time.Time) {
	select {
	case <-s.closing:
	case <-s.filled:
	case <-until:
	}
}

// movePart holds the alerts of the first part of the feed whose turn it is, or of the
// next feed that has one. The composers are woken once the whole part is held; earlier
// they would decide on too little. It returns the part's key; nil if there is none. A
// crash before the last of its transactions is on disk leaves the part in the spool; a
// crash after it finds the part held.
func (s *Store) movePart(turn []byte) (key []byte, err error) {
	var alerts []notify.Alert
	err = s.view(func(tx *sealed.Tx) (err error) {
		c := tx.Bucket(bucketSpool).Cursor()
		k, v := c.Seek(turn)
		if k == nil {
			k, v = c.First()
		}
		if key = bytes.Clone(k); key == nil {
			return nil
		}
		alerts, err = s.unpackPart(k, v)
		return err
	})
	if err != nil || key == nil {
		return nil, err
	}
	defer s.moved.Store(0)
	slices.SortStableFunc(alerts, func(a, b notify.Alert) int { return strings.Compare(a.Target, b.Target) })
	targets := make(map[string]bool) // that hold more and were not woken yet
	for len(alerts) > 0 && !s.isClosing() {
		some := alerts[:min(heldAtOnce, len(alerts))]
		alerts = alerts[len(some):]
		if err := s.holdOf(key, some, len(alerts) == 0, targets); err != nil {
			return nil, err
		}
		for t := range targets {
			if len(alerts) == 0 || alerts[0].Target != t {
				s.spreadHeld(map[string]bool{t: true})
				delete(targets, t)
			}
		}
		s.moved.Add(int64(len(some)))
		fault.Point("between parts")
	}
	return key, nil
}

// holdOf holds some alerts of a part, which leaves the spool with the last of them, and
// adds the targets that got something new.
func (s *Store) holdOf(key []byte, some []notify.Alert, last bool, targets map[string]bool) error {
	var brought map[string]bool
	err := s.updateLarge(func(tx *sealed.Tx) error {
		brought = make(map[string]bool)
		b := tx.Bucket(bucketSpool)
		if b.Get(key) == nil {
			return nil // a transaction reached the disk although it failed
		}
		if err := s.holdAll(tx, some, brought); err != nil || !last {
			return err
		}
		return b.Delete(key)
	})
	if err != nil {
		return err
	}
	s.tellAlerts(some)
	s.retireStray(brought)
	maps.Copy(targets, brought)
	return nil
}

// spooled counts the alerts in the spool that are not held yet.
func (s *Store) spooled(tx *sealed.Tx) (n int) {
	c := tx.Bucket(bucketSpool).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		n += int(uint64Of(v))
	}
	return max(0, n-int(s.moved.Load()))
}
