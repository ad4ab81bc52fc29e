package deliver

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"watcher/internal/fault"
	"watcher/internal/notify"
	"watcher/internal/store"
)

const (
	// maxFrozen bounds the alerts frozen in one transaction. A larger batch has a
	// transaction to itself.
	maxFrozen = 256
	// fewComposed is the largest batch that workers may compose in parallel. Larger
	// batches are composed one at a time over all targets, because together they would
	// starve the store and the small batches of memory and CPU.
	fewComposed = 64
)

// round is a policy's decision about what a target holds at one moment.
type round struct {
	notify.Holding
	Decision
	byID  map[string]notify.HeldAlert
	began time.Time
}

// due reports whether one of the decision's waits has ended.
func (r *round) due() bool {
	return !r.Next.IsZero() && r.Now.Add(time.Since(r.began)).After(r.Next)
}

// decide applies the target's policy to its held alerts.
func (w *worker) decide(held notify.Holding) *round {
	r := &round{Holding: held, Decision: w.Policy.Decide(held), began: time.Now()}
	if len(r.Picks) == 0 {
		return r
	}
	r.byID = make(map[string]notify.HeldAlert, len(held.Alerts))
	for _, a := range held.Alerts {
		r.byID[a.ID] = a
	}
	// Floods last: other alerts must not wait until a flood is composed and frozen.
	slices.SortStableFunc(r.Picks, func(a, b Pick) int { return cmp.Compare(floods(a, r.byID), floods(b, r.byID)) })
	return r
}

// compose composes and freezes what the target's policy releases. It sends nothing. A
// crash before the freeze loses nothing: the same batch is composed again, with the
// same IDs.
func (w *worker) compose(ctx context.Context) (bool, store.Wake, error) {
	held, err := w.box.Held(ctx, w.Name)
	if err != nil {
		return false, store.Wake{}, err
	}
	r := w.decide(held)
	if len(r.Picks) == 0 && len(r.Skipped) == 0 {
		return false, w.until(r.Holding, r.Decision), nil
	}
	if err := w.composeAll(ctx, r); err != nil {
		return w.moved(err)
	}
	return true, store.Wake{}, nil
}

// composeAll composes the decision, or a part of it if something else has become due;
// the next round composes the rest. With cooldowns it always composes everything,
// because a part would start a cooldown that holds back the rest.
func (w *worker) composeAll(ctx context.Context, r *round) error {
	whole := len(w.Policy.cooldown) > 0
	var few []Pick
	size := 0
	for _, pick := range r.Picks {
		large := len(pick.IDs) > fewComposed
		if large || size+len(pick.IDs) > maxFrozen {
			if err := w.composeFew(ctx, r, few); err != nil {
				return err
			}
			few, size = nil, 0
		}
		switch {
		case !large:
			few, size = append(few, pick), size+len(pick.IDs)
			continue
		case r.due() && !whole:
			return nil
		}
		if err := w.composeLarge(ctx, r, pick); err != nil {
			return err
		}
	}
	if err := w.composeFew(ctx, r, few); err != nil {
		return err
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(r.Skipped)), maxFrozen) {
		c := notify.Composition{Target: w.Name, Skipped: make(map[string]string, len(ids))}
		for _, id := range ids {
			c.Skipped[id] = r.Skipped[id]
		}
		if err := w.freeze(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// composeFew composes and freezes batches in one transaction.
func (w *worker) composeFew(ctx context.Context, r *round, picks []Pick) error {
	if len(picks) == 0 {
		return nil
	}
	c := notify.Composition{Target: w.Name}
	for _, pick := range picks {
		if err := w.word(ctx, &c, pick, r.Holding, r.byID); err != nil {
			return err
		}
	}
	return w.freeze(ctx, c)
}

// composeLarge waits for its turn to compose a large batch, and until then composes the
// alerts that arrive meanwhile.
func (w *worker) composeLarge(ctx context.Context, r *round, pick Pick) error {
	for {
		select {
		case <-r.Wake.Changed:
			if err := w.composeNews(ctx, r); err != nil {
				return err
			}
			continue
		default:
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-r.Wake.Changed:
		case w.turn <- struct{}{}:
			defer func() { <-w.turn }()
			return w.composeFew(ctx, r, []Pick{pick})
		}
	}
}

// composeNews composes alerts held since the round began. It leaves to the next round
// what must wait and what belongs to a flood. With max_per_hour it leaves everything,
// since the rest of this round may use the limit up.
func (w *worker) composeNews(ctx context.Context, r *round) error {
	held, err := w.box.News(ctx, w.Name, r.Last)
	if err != nil {
		return err
	}
	r.Last, r.Wake.Changed = held.Last, held.Wake.Changed
	if w.Policy.limit.most > 0 {
		return nil
	}
	held.Alerts = slices.DeleteFunc(held.Alerts, func(a notify.HeldAlert) bool { return a.Flood })
	news := w.decide(held)
	if r.Next.IsZero() || !news.Next.IsZero() && news.Next.Before(r.Next) {
		r.Next = news.Next
	}
	few := slices.DeleteFunc(news.Picks, func(p Pick) bool { return len(p.IDs) > fewComposed })
	return w.composeFew(ctx, news, few)
}

// floods returns 1 for a batch of nothing but floods, else 0, to sort by.
func floods(p Pick, byID map[string]notify.HeldAlert) int {
	if slices.ContainsFunc(p.IDs, func(id string) bool { return !byID[id].Flood }) {
		return 0
	}
	return 1
}

// moved turns ErrMoved into another round: another process has composed the alerts.
func (w *worker) moved(err error) (bool, store.Wake, error) {
	if errors.Is(err, store.ErrMoved) {
		return true, store.Wake{}, nil
	}
	return false, store.Wake{}, err
}

func (w *worker) freeze(ctx context.Context, c notify.Composition) error {
	fault.Point("composed")
	if err := w.box.Freeze(ctx, c); err != nil {
		return err
	}
	fault.Point("frozen")
	return nil
}

// until returns when the policy must decide again.
func (w *worker) until(h notify.Holding, d Decision) store.Wake {
	wake := h.Wake
	if d.Next.IsZero() {
		return wake
	}
	// A little later, because the store's clock may be a tick behind this one.
	after := max(d.Next.Sub(h.Now), time.Millisecond)
	if wake.After <= 0 || after < wake.After {
		wake.After = after
	}
	return wake
}

// word composes one batch into c. An alert that cannot be composed becomes a dead
// letter by itself and does not block the others.
func (w *worker) word(ctx context.Context, c *notify.Composition, pick Pick, h notify.Holding, byID map[string]notify.HeldAlert) error {
	alerts, err := w.box.Load(ctx, pick.IDs)
	if err != nil {
		return err
	}
	ms, err := w.try(notify.Batch{ID: messageID(h.Target, pick.IDs...), Target: h.Target, Time: h.Now, Zone: w.Zone, PageURL: w.PageURL, Alerts: alerts, More: pick.More, Full: pick.Full, Summary: pick.Summary})
	if err == nil {
		addMessages(c, &w.Policy, pick.Free, pick.IDs, ms, h, byID)
		return nil
	}
	for i, id := range pick.IDs {
		more, full := 0, time.Time{}
		if i == len(pick.IDs)-1 {
			more, full = pick.More, pick.Full
		}
		ms, err := w.try(notify.Batch{ID: messageID(h.Target, id), Target: h.Target, Time: h.Now, Zone: w.Zone, PageURL: w.PageURL, Alerts: alerts[i : i+1], More: more, Full: full})
		if err == nil {
			addMessages(c, &w.Policy, pick.Free, pick.IDs[i:i+1], ms, h, byID)
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

// try composes a batch and checks that its messages contain every alert.
func (w *worker) try(b notify.Batch) (ms []notify.Message, err error) {
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

// addMessages adds messages, and the alerts in them, to c.
func addMessages(c *notify.Composition, p *Policy, free bool, ids []string, ms []notify.Message, h notify.Holding, byID map[string]notify.HeldAlert) {
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

// messageID derives a delivery ID from the alerts of a message. Composing the same
// alerts again, after a crash, gives the same ID.
func messageID(target string, alertIDs ...string) string {
	sum := sha256.Sum256([]byte(target + "\x00" + strings.Join(alertIDs, "\x00")))
	return "msg_" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:15]))
}
