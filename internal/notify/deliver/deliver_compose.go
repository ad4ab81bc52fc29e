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
	// mostFrozen is how many alerts are frozen in one transaction, unless a batch has more.
	mostFrozen = 256
	// fewComposed is up to how many alerts a batch is worded whatever others do: of
	// larger ones one at a time, or those who word them would leave neither memory
	// nor processors to the store and to what is small.
	fewComposed = 64
)

// round is what a policy makes of what its target holds at one moment.
type round struct {
	notify.Holding
	Decision
	byID  map[string]notify.Held
	began time.Time
}

// due says whether something that waited when the policy decided waits no longer.
func (r *round) due() bool {
	return !r.Next.IsZero() && r.Now.Add(time.Since(r.began)).After(r.Next)
}

// decide decides what to tell of what the target holds.
func (w *worker) decide(held notify.Holding) *round {
	r := &round{Holding: held, Decision: w.Policy.Decide(held), began: time.Now()}
	if len(r.Picks) == 0 {
		return r
	}
	r.byID = make(map[string]notify.Held, len(held.Alerts))
	for _, a := range held.Alerts {
		r.byID[a.ID] = a
	}
	// What others brought must not wait for a flood to be worded and stored.
	slices.SortStableFunc(r.Picks, func(a, b Pick) int { return cmp.Compare(floods(a, r.byID), floods(b, r.byID)) })
	return r
}

// compose words what the target's policy may tell now, and freezes it. Nothing
// is sent from here: a crash before the freeze composes the same again.
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

// composeAll composes what was decided, or a part of it where something else has
// become due: the next round goes on with the rest. Where rules cool down, what
// goes now would hold that rest back.
func (w *worker) composeAll(ctx context.Context, r *round) error {
	whole := len(w.Policy.cooldown) > 0
	var few []Pick
	size := 0
	for _, pick := range r.Picks {
		large := len(pick.IDs) > fewComposed
		if large || size+len(pick.IDs) > mostFrozen {
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
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(r.Skipped)), mostFrozen) {
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

// composeFew composes batches in one transaction.
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

// composeLarge composes a batch once it is this worker's turn, and until then what
// else comes to be held.
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

// composeNews composes what has come to be held since the round began. What of it
// waits, or is of a flood, is left to the next round; so is all of it where
// messages are counted, as the rest of this round may need all the room there is.
func (w *worker) composeNews(ctx context.Context, r *round) error {
	held, err := w.box.News(ctx, w.Name, r.Last)
	if err != nil {
		return err
	}
	r.Last, r.Wake.Changed = held.Last, held.Wake.Changed
	if w.Policy.limit.most > 0 {
		return nil
	}
	held.Alerts = slices.DeleteFunc(held.Alerts, func(a notify.Held) bool { return a.Flood })
	news := w.decide(held)
	if r.Next.IsZero() || !news.Next.IsZero() && news.Next.Before(r.Next) {
		r.Next = news.Next
	}
	few := slices.DeleteFunc(news.Picks, func(p Pick) bool { return len(p.IDs) > fewComposed })
	return w.composeFew(ctx, news, few)
}

// floods is 1 for a batch that is all of floods, else 0.
func floods(p Pick, byID map[string]notify.Held) int {
	if slices.ContainsFunc(p.IDs, func(id string) bool { return !byID[id].Flood }) {
		return 0
	}
	return 1
}

// moved makes another round of an ErrMoved: somebody else was quicker.
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

// until is when to decide again.
func (w *worker) until(h notify.Holding, d Decision) store.Wake {
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
func (w *worker) word(ctx context.Context, c *notify.Composition, pick Pick, h notify.Holding, byID map[string]notify.Held) error {
	alerts, err := w.box.Load(ctx, pick.IDs)
	if err != nil {
		return err
	}
	ms, err := w.try(notify.Batch{ID: messageID(h.Target, pick.IDs...), Target: h.Target, Time: h.Now, Zone: w.Zone, Alerts: alerts, More: pick.More, Full: pick.Full, Summary: pick.Summary})
	if err == nil {
		addMessages(c, &w.Policy, pick.Free, pick.IDs, ms, h, byID)
		return nil
	}
	for i, id := range pick.IDs {
		more, full := 0, time.Time{}
		if i == len(pick.IDs)-1 {
			more, full = pick.More, pick.Full
		}
		ms, err := w.try(notify.Batch{ID: messageID(h.Target, id), Target: h.Target, Time: h.Now, Zone: w.Zone, Alerts: alerts[i : i+1], More: more, Full: full})
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

// try has the target's kind word a batch, and sees that no alert is left out.
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

// addMessages notes that alerts were composed into messages.
func addMessages(c *notify.Composition, p *Policy, free bool, ids []string, ms []notify.Message, h notify.Holding, byID map[string]notify.Held) {
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
