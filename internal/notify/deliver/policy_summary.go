package deliver

import (
	"cmp"
	"slices"
	"time"

	"watcher/internal/notify"
)

// summaryOf says what the alerts that were held for these causes are together. It
// is nil for what has come within a group, or by itself a little late: that is
// news.
func (p *Policy) summaryOf(alerts []notify.HeldAlert, causes []notify.Cause, now time.Time) *notify.DigestSummary {
	if len(alerts) == 0 {
		return nil
	}
	s := &notify.DigestSummary{Of: causes[0], At: now.UTC(), Since: alerts[0].Since}
	due := time.Time{} // the last digest of those that are in it
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

// byRule puts the alerts of a rule together, the rules in the order in which they
// came up, and last what only says where else an article stands.
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
