package poll

import (
	"context"
	"iter"
	"time"
)

// Pause is how long a host wants to be left alone.
type Pause struct {
	Until time.Time
	Feed  string // the one that was told so, with a 429
}

// Pauses are the hosts that want to be left alone.
type Pauses struct {
	plan *Plan
	host map[string]Pause
}

// Pauses finds the pauses that are in force among the plan's feeds.
func (p *Plan) Pauses(all iter.Seq2[FeedStatus, error], now time.Time) (Pauses, error) {
	ps := Pauses{plan: p, host: make(map[string]Pause)}
	for e, err := range all {
		if err != nil {
			return Pauses{}, err
		}
		s := &e.State
		if !s.BarAll || !s.Barred.After(now) {
			continue
		}
		f := p.Feed(e.Feed)
		if f == nil {
			continue
		}
		if key := f.hostKey(s); key != "" && s.Barred.After(ps.host[key].Until) {
			ps.host[key] = Pause{Until: s.Barred, Feed: e.Feed}
		}
	}
	return ps, nil
}

// Of returns the pause of the host of a feed; ok is false if there is none.
func (ps Pauses) Of(feed string, s *FeedState) (p Pause, ok bool) {
	if len(ps.host) == 0 {
		return Pause{}, false
	}
	if f := ps.plan.Feed(feed); f != nil {
		p, ok = ps.host[f.hostKey(s)]
	}
	return p, ok
}

// Pauses are those in force now.
func (p *Poller) Pauses(ctx context.Context) (Pauses, error) {
	return p.plan.Load().Pauses(p.store.Feeds(ctx), time.Now())
}
