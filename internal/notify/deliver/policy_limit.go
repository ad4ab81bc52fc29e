package deliver

import (
	"fmt"
	"slices"
	"time"

	"watcher/internal/notify"
)

// hourly is max_per_hour. The zero value is no limit.
type hourly struct {
	most   int             // messages of any 60 minutes; 0 for no bound
	except notify.Severity // alerts from this severity on neither wait for the limit nor count
}

// holds reports whether an alert must wait once the limit is reached.
func (l hourly) holds(a notify.HeldAlert) bool { return l.most > 0 && a.Severity < l.except }

// room returns how many batches may go now, and when the next one may go after them.
// Without a limit n is larger than any number of batches.
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

// limited releases what max_per_hour allows. If that is not everything, a summary goes
// first, then the most severe alerts. The last message says how many alerts follow;
// they follow as one summary once the limit allows it. The message that uses the limit
// up says until when there is no other, because what comes next is unknown. What the
// limit excepts is always released, also out of a batch that must wait.
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
				return -1 // otherwise it might never have its turn
			case b.held && !a.held:
				return 1
			}
			return int(b.top) - int(a.top)
		})
	}
	var picks []Pick
	last := -1 // the last pick that counts against the limit
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
