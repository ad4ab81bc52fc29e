package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/seen"
)

// ErrUnknownFeed says that the config has no feed of the name.
var ErrUnknownFeed = errors.New("no feed has this name")

// Settled counts what became of held items.
type Settled struct {
	Items  int `json:"items"`          // that were held
	Alerts int `json:"alerts"`         // that follow
	Left   int `json:"left,omitempty"` // that are held still
}

// Accept takes the held items of a re-keyed feed as seen: they do not alert.
func (p *Poller) Accept(ctx context.Context, feed string) (Settled, error) {
	return p.settle(ctx, feed, func(plan *Plan, shown *seen.Index) ([]feeds.Item, []byte, error) {
		items, err := shown.HeldItems()
		if err != nil {
			return nil, shown.Accept(), nil //nolint:nilerr // what is damaged can be accepted all the same
		}
		accepted, err := seen.Unpack(shown.Accept())
		if err != nil {
			return nil, nil, err
		}
		return nil, accepted.Matched(plan.marks(items)), nil
	})
}

// Release alerts what matches among the held items of a re-keyed feed.
func (p *Poller) Release(ctx context.Context, feed string) (Settled, error) {
	return p.settle(ctx, feed, func(_ *Plan, seen *seen.Index) ([]feeds.Item, []byte, error) { return seen.Release() })
}

// ReleaseOf alerts what matches among the held items whose ids, as HeldID makes them,
// begin with one of the given texts. A text that fits no item, or several, is an
// error, and nothing changes.
func (p *Poller) ReleaseOf(ctx context.Context, feed string, ids []string) (Settled, error) {
	return p.settle(ctx, feed, func(_ *Plan, seen *seen.Index) ([]feeds.Item, []byte, error) {
		items, err := seen.HeldItems()
		if err != nil {
			return nil, nil, err
		}
		keys := make(map[uint64]bool, len(ids))
		for _, id := range ids {
			key, err := keyOf(items, id)
			if err != nil {
				return nil, nil, err
			}
			keys[key] = true
		}
		return seen.ReleaseOf(keys)
	})
}

// HeldID is how a person names a held item.
func HeldID(it *feeds.Item) string { return fmt.Sprintf("%016x", it.Entry.Key) }

// keyOf finds the one item whose id begins with the text.
func keyOf(items []feeds.Item, id string) (uint64, error) {
	var found []uint64
	for i := range items {
		if key := items[i].Entry.Key; id != "" && strings.HasPrefix(HeldID(&items[i]), id) && !slices.Contains(found, key) {
			found = append(found, key)
		}
	}
	switch len(found) {
	case 0:
		return 0, fmt.Errorf("no held item has the id %q", id)
	case 1:
		return found[0], nil
	}
	return 0, fmt.Errorf("%d held items have an id that begins with %q: write more of it", len(found), id)
}

// settle ends the hold of a feed's items, or of some of them, in one transaction with the alerts
// that follow.
func (p *Poller) settle(ctx context.Context, feed string, decide func(*Plan, *seen.Index) ([]feeds.Item, []byte, error)) (Settled, error) {
	var did Settled
	err := p.update(ctx, feed, func(plan *Plan, o *pollResult) error {
		shown, err := p.seen(ctx, &o.Claim)
		if err != nil {
			return err
		}
		held := shown.Held()
		if held == 0 {
			return fmt.Errorf("no items of %s are held", feed)
		}
		items, packed, err := decide(plan, shown)
		if err != nil {
			return err
		}
		left, err := seen.Unpack(packed)
		if err != nil {
			return err
		}
		did.Left = left.Held()
		did.Items = held - did.Left
		o.Seen, o.Articles = packed, items
		if o.State.Held = did.Left; did.Left == 0 {
			o.State.Rekeyed = time.Time{}
		}
		o.Alerts = plan.alerts(plan.Feed(feed), &o.State, items, false, o.Claim.Now)
		did.Alerts = len(o.Alerts)
		return nil
	})
	return did, err
}

// Retry makes a feed due at once, also one whose server said that it is gone. A
// feed whose host asked to be left alone stays so, whichever feed it told.
func (p *Poller) Retry(ctx context.Context, feed string) error {
	pauses, err := p.Pauses(ctx)
	if err != nil {
		return fmt.Errorf("look for a pause of the host of %s: %w", feed, err)
	}
	return p.update(ctx, feed, func(_ *Plan, o *pollResult) error {
		if until := o.State.Barred; until.After(o.Claim.Now) {
			return fmt.Errorf("the server of %s asked not to be asked before %s", feed, until.Format(time.RFC3339))
		}
		if host, ok := pauses.Of(feed, &o.State); ok {
			return fmt.Errorf("the host of %s asked not to be asked before %s (it told %s)", feed, host.Until.Format(time.RFC3339), host.Feed)
		}
		o.State.Gone = false
		o.Next = o.Claim.Now
		return nil
	})
}

// update changes a feed between two polls of it.
func (p *Poller) update(ctx context.Context, feed string, change func(*Plan, *pollResult) error) error {
	plan := p.plan.Load()
	if plan.Feed(feed) == nil {
		return fmt.Errorf("%w: %s", ErrUnknownFeed, feed)
	}
	c, err := p.awaitClaim(ctx, feed)
	if err != nil {
		return err
	}
	o := untouched(c, c.Due)
	refused := change(plan, &o)
	if refused != nil {
		o = untouched(c, c.Due)
	}
	lost, err := p.store.Commit(context.WithoutCancel(ctx), []Outcome{o.Outcome})
	if err == nil && len(lost) > 0 {
		err = fmt.Errorf("%s was polled or changed meanwhile, try again", feed)
	}
	if err == nil {
		p.notifyWaiters(&o, nil)
	}
	return errors.Join(refused, err)
}

// awaitClaim claims a feed, after the poll of it that is under way.
func (p *Poller) awaitClaim(ctx context.Context, feed string) (Claim, error) {
	for {
		c, ok, wake, err := p.store.Claim(ctx, feed, lease)
		if err != nil || ok {
			return c, err
		}
		if wake.After == 0 || wake.After > time.Second {
			wake.After = time.Second
		}
		if err := wake.Wait(ctx); err != nil {
			return Claim{}, err
		}
	}
}
