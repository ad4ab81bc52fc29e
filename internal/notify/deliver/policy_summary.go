package deliver

import (
	"cmp"
	"slices"
	"time"

	"watcher/internal/notify"
)

// summaryOf describes a summary of alerts that were held for these causes. It is nil
// for alerts that waited for a group or are only a little late: those are news.
func (p *Policy) summaryOf(alerts []notify.HeldAlert, causes []notify.Cause, now time.Time) *notify.DigestSummary {
	if len(alerts) == 0 {
		return nil
	}
	s := &notify.DigestSummary{Of: causes[0], At: now.UTC(), Since: alerts[0].Since}
	due := time.Time{} // the latest digest that one of the alerts waited for
	for i, a := range alerts {
		if causes[i] != s.Of {
			s.Of = notify.OfSeveral
		}
		if a.Since.Before(s.Since) {
			s.Since = a.Since
		}
		if p.digests && !a.Trouble {
			if at := p.digest.Next(a.Since); at.After(due) && !at.After(now) {
				due = at
			}
		}
	}
	s.Since = s.Since.UTC()
	if !due.IsZero() {
		s.Of, s.At = notify.OfDigest, due
	}
	if s.Of == "" || s.Of == notify.OfGroup || s.Of == notify.OfDelay && len(alerts) == 1 {
		return nil
	}
	return s
}

// byRule sorts alerts by rule, the rules in the order in which they first matched.
// Alerts that only name another place of an article come last.
func byRule(alerts []notify.HeldAlert) {
	rank := make(map[string]int)
	for _, a := range alerts {
		if s := a.Section(); rank[s] == 0 {
			rank[s] = len(rank) + 1
		}
	}
	rank[notify.Elsewhere] = len(alerts) + 1
	slices.SortStableFunc(alerts, func(a, b notify.HeldAlert) int { return cmp.Compare(rank[a.Section()], rank[b.Section()]) })
}
