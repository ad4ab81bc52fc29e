package notify

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Cause is what holds alerts up. Its text stands in webhooks.
type Cause string

const (
	OfDigest   Cause = "digest"
	OfQuiet    Cause = "quiet"
	OfMute     Cause = "mute"
	OfCooldown Cause = "cooldown"
	OfLimit    Cause = "max_per_hour"
	OfGroup    Cause = "group"
	OfFlood    Cause = "flood"
	OfDelay    Cause = "delay" // of watcher itself: it did not run, or its clock was set
	OfSeveral  Cause = "several"
)

// Summary says what a message is that tells what was held, and of when.
type Summary struct {
	Of    Cause     // what held all of it
	At    time.Time // when it was due, or was composed where nothing says when it is due
	Since time.Time // when the first of its alerts came
}

// summaryOf says what the alerts that were held for these causes are together. It
// is nil for what has come within a group, or by itself a little late: that is
// news.
func (p *Policy) summaryOf(alerts []Held, causes []Cause, now time.Time) *Summary {
	if len(alerts) == 0 {
		return nil
	}
	s := &Summary{Of: causes[0], At: now.UTC(), Since: alerts[0].Since}
	due := time.Time{} // the last digest of those that are in it
	for i, a := range alerts {
		if causes[i] != s.Of {
			s.Of = OfSeveral
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
		s.Of, s.At = OfDigest, due
	}
	if s.Of == "" || s.Of == OfGroup || s.Of == OfDelay && len(alerts) == 1 {
		return nil
	}
	return s
}

// byRule puts the alerts of a rule together, the rules in the order in which they
// came up, and last what only says where else an article stands.
func byRule(alerts []Held) {
	rank := make(map[string]int)
	for _, a := range alerts {
		if s := a.section(); rank[s] == 0 {
			rank[s] = len(rank) + 1
		}
	}
	rank[elsewhere] = len(alerts) + 1
	slices.SortStableFunc(alerts, func(a, b Held) int { return cmp.Compare(rank[a.section()], rank[b.section()]) })
}

// elsewhere heads alerts of articles that were told before.
const elsewhere = "told before, and elsewhere too"

// section is the rule under which an alert stands in a summary.
func (a Held) section() string {
	switch {
	case a.Follows:
		return elsewhere
	case len(a.Rules) > 0:
		return a.Rules[0]
	}
	return ""
}

func (a Alert) section() string {
	switch {
	case a.Follows != nil:
		return elsewhere
	case len(a.Rules) > 0:
		return a.Rules[0].Name
	}
	return ""
}

// headed gives the first card of each section its heading.
func headed(cs []card, b Batch) {
	if b.Summary == nil {
		return
	}
	for i := 0; i < len(cs); {
		section, end := b.Alerts[i].section(), i+1
		for end < len(cs) && b.Alerts[end].section() == section {
			end++
		}
		if section != "" {
			cs[i].Heading = fmt.Sprintf("%s: %s", short(section, nameRunes), counted(end-i, "alert"))
		}
		i = end
	}
}

// summaryNames are what a summary is called; it is "of" or "," a time.
var summaryNames = map[Cause]string{
	OfDigest: "Digest of", OfQuiet: "Summary of the quiet hours,", OfMute: "Summary after a mute,", OfCooldown: "Summary after a cooldown,",
	OfLimit: "Summary of what the limit held,", OfFlood: "Summary of a flood,", OfDelay: "Summary of what was held,", OfSeveral: "Summary of what was held,",
}

// head says what a message is if it tells what was held, and of when; else it is
// empty.
func (b *Batch) head() string {
	if b.Summary == nil {
		return ""
	}
	noun := "alert"
	if b.Alerts[0].Trouble != nil {
		noun = "report"
	}
	at, since := inZone(b.Summary.At, b.Zone), inZone(b.Summary.Since, b.Zone)
	layout := "Mon 2 Jan"
	switch {
	case at.Format(time.DateOnly) == since.Format(time.DateOnly):
		layout = "15:04"
	case at.Sub(since) < 24*time.Hour:
		layout = "Mon 15:04"
	}
	return fmt.Sprintf("%s %s: %s since %s", summaryNames[b.Summary.Of], at.Format("Mon 2 Jan, 15:04 MST"), counted(len(b.Alerts), noun), since.Format(layout))
}

// headline says in one line what a message with some of the batch's cards holds.
func (b *Batch) headline(cs []card) string {
	if head := b.head(); head != "" {
		return head
	}
	return headline(cs)
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
