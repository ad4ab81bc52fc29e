package deliver

import (
	"fmt"
	"slices"
	"time"

	"watcher/internal/notify"
)

// hourly is max_per_hour. The zero value is none.
type hourly struct {
	most   int             // messages of any 60 minutes; 0 for no bound
	except notify.Severity // from which alerts do not wait for it, nor count
}

// holds reports whether an alert waits when the limit is reached.
func (l hourly) holds(a notify.HeldAlert) bool { return l.most > 0 && a.Severity < l.except }

// room returns how many batches may go now, and when the next one may go after them.
// Without a limit it returns more than there can be.
func (l hourly) room(h notify.Holding) (n int, free time.Time) {
	if l.most == 0 {
		return len(h.Alerts) + 1, time.Time{}
	}
	n, free = l.most, h.Now.Add(time.Hour)
	for _, s := range h.Sends {
		if s.After(h.Now.Add(-time.Hour)) && !s.After(h.Now) {
			n--
			if end := s.Add(time.Hour); end.Before(free) {
				free = end
			}
		}
	}
	return max(n, 0), free
}

// limited lets through what max_per_hour allows. Where that is less than all, a
// summary goes first and then what is most severe; the last one says how many
// follow, and they follow as one summary once there is room. The one that takes
// the last room says until when there is none, since nobody knows what is to come.
// What the limit excepts goes in any case, also out of a batch that must wait.
func (p *Policy) limited(d *Decision, bs []batchDraft, h notify.Holding) []Pick {
	room, free := p.limit.room(h)
	counted := 0
	for _, b := range bs {
		if slices.ContainsFunc(b.alerts, p.limit.holds) {
			counted++
		}
	}
	if room < counted {
		slices.SortStableFunc(bs, func(a, b batchDraft) int {
			switch {
			case a.held && !b.held:
				return -1 // or it might never have its turn
			case b.held && !a.held:
				return 1
			}
			return int(b.top) - int(a.top)
		})
	}
	var picks []Pick
	last := -1 // the pick that took the last room, or came last of those that took some
	for _, b := range bs {
		switch {
		case !slices.ContainsFunc(b.alerts, p.limit.holds):
			picks = append(picks, b.pick(p.limit.most > 0))
			continue
		case room > 0:
			room--
			last = len(picks)
			picks = append(picks, b.pick(false))
			if room == 0 {
				picks[last].Full = free
			}
			continue
		}
		urgent := b
		urgent.alerts = nil
		for _, a := range b.alerts {
			if !p.limit.holds(a) {
				urgent.alerts = append(urgent.alerts, a)
				continue
			}
			d.hold(a, Wait{free, fmt.Sprintf("max_per_hour (%d) allows no more", p.limit.most), notify.OfLimit})
			if last >= 0 {
				picks[last].More++
			}
		}
		if len(urgent.alerts) > 0 {
			picks = append(picks, urgent.pick(true))
		}
	}
	return picks
}

func (b batchDraft) pick(free bool) Pick {
	p := Pick{Trouble: b.alerts[0].Trouble, Free: free, Summary: b.summary}
	for _, a := range b.alerts {
		p.IDs = append(p.IDs, a.ID)
	}
	return p
}
