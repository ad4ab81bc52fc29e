package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"watcher/internal/notify"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// maxTraced bounds the alerts that are read in one transaction.
const maxTraced = 256

// Traces calls yield with the alerts held since a time, oldest first, and then with
// those still in the spool, until yield returns false.
func (s *Store) Traces(ctx context.Context, since time.Time, yield func(notify.Trace) bool) error {
	goOn := true
	each := func(t notify.Trace) bool {
		goOn = goOn && yield(t)
		return goOn
	}
	end, err := s.logged(ctx, number(uint64(max(0, since.UnixNano()))), each)
	if err != nil || !goOn {
		return err
	}
	told := make(map[string]bool)
	err = s.coming(ctx, since, func(t notify.Trace) bool {
		told[t.ID] = true
		return each(t)
	})
	if err != nil || !goOn {
		return err
	}
	// Alerts that left the spool meanwhile are in the log by now.
	_, err = s.logged(ctx, end, func(t notify.Trace) bool { return told[t.ID] || each(t) })
	return err
}

// logged calls yield with the alerts of the log from a key on, until yield returns
// false. It returns the key to continue from.
func (s *Store) logged(ctx context.Context, from []byte, yield func(notify.Trace) bool) (end []byte, err error) {
	for more := true; more; {
		var traces []notify.Trace
		err := s.view(func(tx *sealed.Tx) error {
			traces, end = nil, from
			c := tx.Bucket(bucketLog).Cursor()
			k, id := c.Seek(from)
			for ; k != nil && len(traces) < maxTraced; k, id = c.Next() {
				t, ok, err := traceOf(tx, string(loggedID(id)))
				if err != nil {
					return err
				}
				if ok {
					traces = append(traces, t)
				}
				end = append(bytes.Clone(k), 0)
			}
			more = k != nil
			return ctx.Err()
		})
		if err != nil {
			return nil, fmt.Errorf("read the alerts: %w", err)
		}
		for _, t := range traces {
			if !yield(t) {
				return end, nil
			}
		}
		from = end
	}
	return end, nil
}

// coming calls yield with the alerts in the spool that came since a time and are not
// held yet, until yield returns false.
func (s *Store) coming(ctx context.Context, since time.Time, yield func(notify.Trace) bool) error {
	var parts [][]byte
	err := s.view(func(tx *sealed.Tx) error {
		parts = nil
		return tx.Bucket(bucketSpool).ForEach(func(k, _ []byte) error {
			parts = append(parts, bytes.Clone(k))
			return nil
		})
	})
	for i := 0; err == nil && i < len(parts); i++ {
		var traces []notify.Trace
		err = s.view(func(tx *sealed.Tx) error {
			traces = nil
			v := tx.Bucket(bucketSpool).Get(parts[i])
			if v == nil {
				return nil // all of it is held now
			}
			alerts, err := s.unpackPart(parts[i], v)
			if err != nil {
				return err
			}
			for _, a := range alerts {
				if a.FirstSeen.Before(since) || tx.Bucket(bucketAlerts).Get([]byte(a.ID)) != nil {
					continue
				}
				traces = append(traces, notify.Trace{
					ID: a.ID, Target: a.Target, State: notify.StateHeld, Severity: a.Severity, Rules: a.Rules, Item: a.Item,
					AlsoIn: a.AlsoIn, Trouble: a.Trouble, Follows: a.Follows, Held: a.FirstSeen.UTC(),
				})
			}
			return ctx.Err()
		})
		for _, t := range traces {
			if !yield(t) {
				return nil
			}
		}
	}
	if err != nil {
		return fmt.Errorf("read the alerts in the spool: %w", err)
	}
	return nil
}

// Trace returns the history of an alert. id is its ID, a unique prefix of it, or the ID
// of a delivery.
func (s *Store) Trace(_ context.Context, id string) (t notify.Trace, err error) {
	err = s.view(func(tx *sealed.Tx) error {
		full, err := resolve(tx, id)
		if err != nil {
			return err
		}
		t, _, err = traceOf(tx, full)
		return err
	})
	return t, err
}

// resolve returns the alert's ID for an id as Trace takes it.
func resolve(tx *sealed.Tx, id string) (string, error) {
	var r record.Delivery
	if ok, err := getJSON(tx, bucketDeliveries, id, &r); err != nil {
		return "", err
	} else if ok && len(r.Message.AlertIDs) > 0 {
		return r.Message.AlertIDs[0], nil
	}
	c := tx.Bucket(bucketAlerts).Cursor()
	k, _ := c.Seek([]byte(id))
	if id == "" || !strings.HasPrefix(string(k), id) {
		return "", &notify.NoAlertError{Text: fmt.Sprintf("no alert has the id %q", id)}
	}
	found := string(k)
	if next, _ := c.Next(); found != id && strings.HasPrefix(string(next), id) {
		return "", &notify.NoAlertError{Text: fmt.Sprintf("several alerts have ids that begin with %q, write more of it", id)}
	}
	return found, nil
}

func traceOf(tx *sealed.Tx, id string) (t notify.Trace, ok bool, err error) {
	var r record.Alert
	if ok, err := getJSON(tx, bucketAlerts, id, &r); err != nil || !ok {
		return t, ok, err
	}
	t, err = lifeOf(tx, &r)
	return t, err == nil, err
}

// lifeOf returns the history of an alert.
func lifeOf(tx *sealed.Tx, r *record.Alert) (t notify.Trace, err error) {
	var ds []record.Delivery
	for _, m := range r.Messages {
		var d record.Delivery
		if ok, err := getJSON(tx, bucketDeliveries, m, &d); err != nil {
			return t, err
		} else if ok {
			ds = append(ds, d)
		}
	}
	return r.Trace(ds), nil
}

// Retry requeues a dead letter: its dead messages under their IDs, or the alert itself
// if it was not composed.
func (s *Store) Retry(_ context.Context, id string) error { return s.changeDead(id, retryDead) }

func retryDead(tx *sealed.Tx, r *record.Alert, ds []record.Delivery, now time.Time) error {
	for _, d := range ds {
		d.Dead, d.Frozen, d.Due = time.Time{}, now, now
		if err := enqueueRetry(tx, d, now); err != nil {
			return err
		}
	}
	if r.Dead == "" {
		return putJSON(tx.Bucket(bucketAlerts), r.Alert.ID, r)
	}
	r.Dead, r.Ended, r.Since = "", time.Time{}, now
	return putHeld(tx, r)
}

// Drop removes a dead letter for good.
func (s *Store) Drop(_ context.Context, id string) error {
	return s.changeDead(id, func(tx *sealed.Tx, r *record.Alert, ds []record.Delivery, now time.Time) error {
		for _, d := range ds {
			d.Dropped = now
			if err := putJSON(tx.Bucket(bucketDeliveries), d.Message.ID, d); err != nil {
				return err
			}
		}
		r.Dropped = now
		return putJSON(tx.Bucket(bucketAlerts), r.Alert.ID, r)
	})
}

// changeDead applies a change to a dead letter.
func (s *Store) changeDead(id string, change changeLetter) error {
	var refused error
	var c deadChange
	err := s.update(func(tx *sealed.Tx) error {
		refused, c = nil, newDeadChange()
		full, err := resolve(tx, id)
		if broken, ok := errors.AsType[*brokenError](err); ok {
			return broken
		} else if err != nil {
			refused = err
			return nil // others share the transaction
		}
		if err = c.apply(tx, full, change); errors.Is(err, notify.ErrNotDead) {
			refused = err
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("change a dead letter: %w", err)
	}
	s.tellDead(c)
	return refused
}

// changeLetter changes an alert of a dead letter, and its dead messages.
type changeLetter func(tx *sealed.Tx, r *record.Alert, ds []record.Delivery, now time.Time) error

// deadChange is what changes of dead letters have changed.
type deadChange struct{ alerts, targets map[string]bool }

func newDeadChange() deadChange {
	return deadChange{make(map[string]bool), make(map[string]bool)}
}

// apply applies a change to a dead letter: to its dead messages, and so to the other alerts
// in them. It removes all of these from the list of dead letters.
func (c deadChange) apply(tx *sealed.Tx, id string, change changeLetter) error {
	if tx.Bucket(bucketDead).Get([]byte(id)) == nil {
		return fmt.Errorf("alert %s: %w", id, notify.ErrNotDead)
	}
	now := clock()
	alerts := []string{id}
	ds, err := deadDeliveries(tx, id)
	if err != nil {
		return err
	}
	for _, d := range ds {
		alerts = append(alerts, d.Message.AlertIDs...)
		c.targets[d.Message.Target] = true
	}
	changed := make(map[string]bool)
	for i, alert := range alerts {
		if changed[alert] {
			continue
		}
		changed[alert], c.alerts[alert] = true, true
		var r record.Alert
		if ok, err := getJSON(tx, bucketAlerts, alert, &r); err != nil {
			return err
		} else if !ok {
			continue
		}
		c.targets[r.Target] = true
		if i > 0 {
			ds = nil // already changed
		}
		if err := change(tx, &r, ds, now); err != nil {
			return err
		}
		if err := unmarkDead(tx, alert); err != nil {
			return err
		}
	}
	return nil
}

// tellDead wakes those who wait for what changes of dead letters have changed.
func (s *Store) tellDead(c deadChange) {
	s.spread(c.targets)
	s.watches.Tell(false, slices.Collect(maps.Keys(c.alerts))...)
}

// unmarkDead removes an alert from the list of dead letters, unless another message of
// it is dead.
func unmarkDead(tx *sealed.Tx, id string) error {
	ds, err := deadDeliveries(tx, id)
	if err != nil || len(ds) > 0 {
		return err
	}
	return tx.Bucket(bucketDead).Delete([]byte(id))
}

// deadDeliveries returns the dead messages of an alert.
func deadDeliveries(tx *sealed.Tx, id string) (ds []record.Delivery, err error) {
	var r record.Alert
	if ok, err := getJSON(tx, bucketAlerts, id, &r); err != nil || !ok {
		return nil, err
	}
	for _, m := range r.Messages {
		var d record.Delivery
		if ok, err := getJSON(tx, bucketDeliveries, m, &d); err != nil {
			return nil, err
		} else if ok && !d.Dead.IsZero() && d.Dropped.IsZero() {
			ds = append(ds, d)
		}
	}
	return ds, nil
}

// Retire makes dead letters of what is held or queued for targets that are no longer
// configured: all but those named. It returns the number of alerts.
func (s *Store) Retire(_ context.Context, targets []string) (retired int, err error) {
	keep := make(map[string]bool, len(targets))
	for _, t := range targets {
		keep[t] = true
	}
	s.wanted.Store(&keep) // before the rest: the spooler checks it after its transactions
	err = s.updateLarge(func(tx *sealed.Tx) error {
		retired = 0
		now := clock()
		gone, err := keysOfOthers(tx, keep)
		if err != nil {
			return err
		}
		for _, g := range gone {
			retired++
			if err := tx.Bucket(g.bucket).Delete(g.key); err != nil {
				return err
			}
			if err := g.retire(tx, now); err != nil {
				return err
			}
		}
		return forgetFailing(tx, keep)
	})
	if err != nil {
		return 0, fmt.Errorf("retire the queues of removed targets: %w", err)
	}
	return retired, nil
}

// retiring is a key of a bucket for a target that is no longer configured.
type retiring struct {
	bucket          []byte
	key             []byte
	alert, delivery string // one of them
}

// retire makes a dead letter of the value of such a key.
func (g retiring) retire(tx *sealed.Tx, now time.Time) error {
	const why = "the target is configured no longer"
	var r record.Alert
	if ok, err := getJSON(tx, bucketAlerts, g.alert, &r); err != nil {
		return err
	} else if ok {
		r.Held, r.Dead, r.Ended = 0, why, now
		return errors.Join(putJSON(tx.Bucket(bucketAlerts), g.alert, r), markDead(tx, []string{g.alert}))
	}
	var d record.Delivery
	if ok, err := getJSON(tx, bucketDeliveries, g.delivery, &d); err != nil || !ok {
		return err
	}
	d.Dead, d.Due = now, time.Time{}
	d.Attempts = append(d.Attempts, record.Attempt{Start: now, End: now, Answer: why})
	return errors.Join(putJSON(tx.Bucket(bucketDeliveries), g.delivery, d), markDead(tx, d.Message.AlertIDs))
}

func keysOfOthers(tx *sealed.Tx, keep map[string]bool) (gone []retiring, _ error) {
	for _, name := range [][]byte{bucketHeld, bucketFresh, bucketRetry} {
		c := tx.Bucket(name).Cursor()
		for k, v := c.First(); k != nil; {
			target, _, _ := bytes.Cut(k, []byte{0})
			if keep[string(target)] {
				k, v = c.Seek(append(bytes.Clone(target), 1)) // past all of its keys
				continue
			}
			g := retiring{bucket: name, key: bytes.Clone(k)}
			if bytes.Equal(name, bucketHeld) {
				var h record.Held
				if err := decode(bucketHeld, k, v, &h); err != nil {
					return nil, err
				}
				g.alert = h.ID
			} else {
				_, g.delivery = unstamp(v)
			}
			gone = append(gone, g)
			k, v = c.Next()
		}
	}
	return gone, nil
}

// Tally counts the contents of the outbox.
func (s *Store) Tally(context.Context) (t notify.OutboxTally, err error) {
	err = s.view(func(tx *sealed.Tx) error {
		n := func(names ...[]byte) (sum int) {
			for _, name := range names {
				c := tx.Bucket(name).Cursor()
				for k, _ := c.First(); k != nil; k, _ = c.Next() {
					sum++
				}
			}
			return sum
		}
		t = notify.OutboxTally{
			Held: n(bucketHeld) + s.spooled(tx), Waiting: n(bucketFresh, bucketRetry, bucketBegun), Dead: n(bucketDead),
			Ambiguous: int(counted(tx.Bucket(bucketMeta), keyAmbiguous)),
		}
		return nil
	})
	if err != nil {
		return t, fmt.Errorf("count the alerts: %w", err)
	}
	return t, nil
}
