package notify

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"watcher/internal/fault"
)

// mostFrozen is how many alerts are frozen in one transaction, unless a batch has more.
const mostFrozen = 256

// compose words what the target's policy may tell now, and freezes it. Nothing
// is sent from here: a crash before the freeze composes the same again.
func (w *worker) compose(ctx context.Context) (bool, Wake, error) {
	held, err := w.box.Held(ctx, w.Name)
	if err != nil {
		return false, Wake{}, err
	}
	d := w.Policy.Decide(held)
	if len(d.Picks) == 0 && len(d.Skipped) == 0 {
		return false, w.until(held, d), nil
	}
	byID := make(map[string]Held, len(held.Alerts))
	for _, a := range held.Alerts {
		byID[a.ID] = a
	}
	// What others brought must not wait for a flood to be worded and stored.
	slices.SortStableFunc(d.Picks, func(a, b Pick) int { return cmp.Compare(floods(a, byID), floods(b, byID)) })
	c := Composition{Target: w.Name, Skipped: d.Skipped}
	size := 0
	for _, pick := range d.Picks {
		if size > 0 && size+len(pick.IDs) > mostFrozen {
			if err := w.freeze(ctx, c); err != nil {
				return w.moved(err)
			}
			c, size = Composition{Target: w.Name}, 0
		}
		if err := w.word(ctx, &c, pick, held, byID); err != nil {
			return w.moved(err)
		}
		size += len(pick.IDs)
	}
	if err := w.freeze(ctx, c); err != nil {
		return w.moved(err)
	}
	return true, Wake{}, nil
}

// floods is 1 for a batch that is all of floods, else 0.
func floods(p Pick, byID map[string]Held) int {
	if slices.ContainsFunc(p.IDs, func(id string) bool { return !byID[id].Flood }) {
		return 0
	}
	return 1
}

// moved makes another round of an ErrMoved: somebody else was quicker.
func (w *worker) moved(err error) (bool, Wake, error) {
	if errors.Is(err, ErrMoved) {
		return true, Wake{}, nil
	}
	return false, Wake{}, err
}

func (w *worker) freeze(ctx context.Context, c Composition) error {
	fault.Point("composed")
	if err := w.box.Freeze(ctx, c); err != nil {
		return err
	}
	fault.Point("frozen")
	return nil
}

// until is when to decide again.
func (w *worker) until(h Holding, d Decision) Wake {
	wake := h.Wake
	if d.Next.IsZero() {
		return wake
	}
	// Not at the very instant: the clock of the next look may be a tick behind.
	after := max(d.Next.Sub(h.Now), time.Millisecond)
	if wake.After <= 0 || after < wake.After {
		wake.After = after
	}
	return wake
}

// word composes one batch into c. What cannot be worded becomes a dead letter,
// by itself: it must not hold up the others.
func (w *worker) word(ctx context.Context, c *Composition, pick Pick, h Holding, byID map[string]Held) error {
	alerts, err := w.box.Load(ctx, pick.IDs)
	if err != nil {
		return err
	}
	ms, err := w.try(Batch{ID: messageID(h.Target, pick.IDs...), Target: h.Target, Time: h.Now, Zone: w.Zone, Alerts: alerts, More: pick.More, Full: pick.Full, Summary: pick.Summary})
	if err == nil {
		c.add(&w.Policy, pick.Free, pick.IDs, ms, h, byID)
		return nil
	}
	for i, id := range pick.IDs {
		more, full := 0, time.Time{}
		if i == len(pick.IDs)-1 {
			more, full = pick.More, pick.Full
		}
		ms, err := w.try(Batch{ID: messageID(h.Target, id), Target: h.Target, Time: h.Now, Zone: w.Zone, Alerts: alerts[i : i+1], More: more, Full: full})
		if err == nil {
			c.add(&w.Policy, pick.Free, pick.IDs[i:i+1], ms, h, byID)
			continue
		}
		w.log.Error("an alert cannot be worded and is given up", "alert", id, "error", err)
		if c.Dead == nil {
			c.Dead = make(map[string]string)
		}
		w.dead.Add(1)
		c.Dead[id] = "it cannot be worded: " + err.Error()
	}
	return nil
}

// try has the target's kind word a batch, and sees that no alert is left out.
func (w *worker) try(b Batch) (ms []Message, err error) {
	defer func() {
		if p := recover(); p != nil {
			w.log.Error("panic while wording a message", "panic", p, "stack", string(debug.Stack()))
			ms, err = nil, fmt.Errorf("internal error: %v", p)
		}
	}()
	if ms, err = w.Notifier.Compose(b); err != nil {
		return nil, err
	}
	worded := make(map[string]bool, len(b.Alerts))
	for i, m := range ms {
		ms[i].Kind = w.Kind
		if f := b.Alerts[0].Follows; f != nil && len(b.Alerts) == 1 {
			ms[i].Follows = f.ID
		}
		for _, id := range m.AlertIDs {
			worded[id] = true
		}
	}
	for _, a := range b.Alerts {
		if !worded[a.ID] {
			return nil, fmt.Errorf("alert %s was left out of the message", a.ID)
		}
	}
	return ms, nil
}

// add notes that alerts were composed into messages.
func (c *Composition) add(p *Policy, free bool, ids []string, ms []Message, h Holding, byID map[string]Held) {
	flood := floods(Pick{IDs: ids}, byID) == 1
	for i := range ms {
		ms[i].Flood = flood
	}
	c.Messages = append(c.Messages, ms...)
	if p.limit.most > 0 && !free {
		c.Batches++
	}
	for _, id := range ids {
		a := byID[id]
		for _, r := range a.Rules {
			if p.cooldown[r] > 0 {
				c.Rules = append(c.Rules, r)
			}
		}
		if why := p.HeldBy(a, h); why != "" {
			if c.Why == nil {
				c.Why = make(map[string]string)
			}
			c.Why[id] = why
		}
	}
}

// messageID makes a delivery id of what the message is made of.
func messageID(target string, alertIDs ...string) string {
	sum := sha256.Sum256([]byte(target + "\x00" + strings.Join(alertIDs, "\x00")))
	return "msg_" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:15]))
}
