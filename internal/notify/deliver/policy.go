package deliver

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"watcher/internal/notify"
	"watcher/internal/schedule"
)

// Policy decides when a target is told of the alerts it holds. PolicyOptions.Policy
// makes it. It is immutable and has no state: a decision follows from a Holding alone.
// The zero value releases each alert at once.
type Policy struct {
	group    time.Duration
	digest   schedule.Schedule
	digests  bool
	quiet    *quietHours
	limit    hourly
	min      *notify.Severity         // nil: all severities
	cooldown map[string]time.Duration // by rule
}

type quietHours struct {
	from, to time.Duration // since midnight; to may be before from
	zone     *time.Location
	except   notify.Severity
}

// end returns the end of the quiet hours that contain t, or zero.
func (q *quietHours) end(t time.Time) time.Time {
	local := t.In(q.zone)
	year, month, day := local.Date()
	at := func(days int, d time.Duration) time.Time {
		return time.Date(year, month, day+days, int(d.Hours()), int(d.Minutes())%60, 0, 0, q.zone)
	}
	for _, days := range []int{-1, 0} { // quiet hours that began yesterday, and today's
		from, to := at(days, q.from), at(days, q.to)
		if q.to < q.from {
			to = at(days+1, q.to)
		}
		if !t.Before(from) && t.Before(to) {
			return to
		}
	}
	return time.Time{}
}

// Wait is why and until when an alert is held.
type Wait struct {
	Until time.Time
	Why   string
	Of    notify.Cause
}

// Pick is the content of one batch.
type Pick struct {
	IDs     []string
	More    int       // further alerts that max_per_hour holds back
	Full    time.Time // when max_per_hour allows the next message, if this is the last one before; else zero
	Trouble bool
	Free    bool                  // does not count against max_per_hour: a follow-up, or excepted
	Summary *notify.DigestSummary // set for a summary of alerts that were held
}

// Decision is a policy's answer to a Holding. Each alert is picked once, skipped, or
// waits.
type Decision struct {
	Picks   []Pick
	Skipped map[string]string // by id: why the alert is not sent
	Waits   map[string]Wait   // by id
	Next    time.Time         // latest time of the next decision; zero if nothing waits
}

const (
	// late is the age from which alerts that were held up are summarised.
	late = time.Minute
	// maxPicked bounds the alerts of a batch.
	maxPicked = 500
	// floodWait bounds how long the first alerts of a flood wait for the rest.
	floodWait = 10 * time.Second
)

// Decide applies the policy to what a target holds.
func (p *Policy) Decide(h notify.Holding) Decision {
	d := Decision{Skipped: make(map[string]string), Waits: make(map[string]Wait)}
	var ready []notify.HeldAlert
	var replies []Pick
	for _, a := range h.Alerts {
		if p.min != nil && !a.Trouble && !a.Follows && a.Severity < *p.min {
			d.Skipped[a.ID] = fmt.Sprintf("its severity is %s, and the target takes %s and above", a.Severity, *p.min)
		} else if w := p.wait(a, h); w.Until.After(h.Now) {
			d.hold(a, w)
		} else if a.Follows && !p.digests {
			// A reply in a thread is neither grouped nor part of a flood.
			replies = append(replies, Pick{IDs: []string{a.ID}, Free: true})
		} else {
			ready = append(ready, a)
		}
	}
	ready = p.company(&d, gathered(&d, ready, h), h.Now)
	d.Picks = append(p.limited(&d, p.batches(&d, ready, h), h), replies...)
	return d
}

func (d *Decision) hold(a notify.HeldAlert, w Wait) {
	d.Waits[a.ID] = w
	if d.Next.IsZero() || w.Until.Before(d.Next) {
		d.Next = w.Until
	}
}

// wait returns until when an alert must wait, whatever else is held.
func (p *Policy) wait(a notify.HeldAlert, h notify.Holding) Wait {
	var w Wait
	later := func(t time.Time, of notify.Cause, format string, args ...any) {
		if t.After(w.Until) {
			w = Wait{t, fmt.Sprintf(format, args...), of}
		}
	}
	// Since is after Now if the clock was set back.
	known := !a.Since.After(h.Now)
	if p.digests && !a.Trouble && known {
		later(p.digest.Next(a.Since), notify.OfDigest, "the digest")
	}
	if m, ok := MuteOf(a, h); ok {
		later(m.Until, notify.OfMute, "the %s %s is muted", m.Kind, cmp.Or(m.Title, m.Name))
	}
	if rule, end := p.cooling(a, h.Rules, h.Now); rule != "" {
		later(end, notify.OfCooldown, "rule %s cools down", rule)
	}
	if p.quiet != nil && a.Severity < p.quiet.except {
		at := h.Now
		if w.Until.After(at) {
			at = w.Until
		}
		later(p.quiet.end(at), notify.OfQuiet, "the end of the quiet hours")
	}
	return w
}

// MuteOf returns the mute that holds an alert back the longest. An alert of several
// rules is muted only while all of them are.
func MuteOf(a notify.HeldAlert, h notify.Holding) (longest notify.Mute, ok bool) {
	var first notify.Mute // the first of the rules' mutes to end
	rules := 0
	take := func(m notify.Mute) {
		if !ok || m.Until.After(longest.Until) {
			longest, ok = m, true
		}
	}
	for _, m := range h.Mutes {
		switch {
		case !m.Until.After(h.Now):
		case m.Kind == "target" && m.Name == h.Target, m.Kind == "feed" && m.Name == a.Feed && !a.Trouble,
			m.Kind == "story" && m.Name == a.Story && a.Story != "":
			take(m)
		case m.Kind == "rule" && slices.Contains(a.Rules, m.Name):
			if rules++; rules == 1 || m.Until.Before(first.Until) {
				first = m
			}
		}
	}
	if rules > 0 && rules == len(a.Rules) {
		take(first)
	}
	return longest, ok
}

// cooling returns the rule whose cooldown an alert waits for, and its end. An alert
// waits only while all its rules cool down.
func (p *Policy) cooling(a notify.HeldAlert, told map[string]time.Time, now time.Time) (rule string, end time.Time) {
	for _, r := range a.Rules {
		last, known := told[r]
		until := last.Add(p.cooldown[r])
		if !known || last.After(now) || !until.After(now) {
			return "", time.Time{}
		}
		if rule == "" || until.Before(end) {
			rule, end = r, until
		}
	}
	return rule, end
}

// cooled returns a rule of the alert if all its rules were cooling down while it was
// held, else "".
func (p *Policy) cooled(a notify.HeldAlert, h notify.Holding) string {
	for _, r := range a.Rules {
		last, known := h.Rules[r]
		if !known || last.After(h.Now) || p.cooldown[r] == 0 || !a.Since.Before(last.Add(p.cooldown[r])) {
			return ""
		}
	}
	if len(a.Rules) == 0 {
		return ""
	}
	return a.Rules[0]
}

// gathered holds back the ready alerts of a flood until they fill a batch or no more
// arrive.
func gathered(d *Decision, ready []notify.HeldAlert, h notify.Holding) []notify.HeldAlert {
	if !h.Wake.Coming {
		return ready
	}
	of := func(a notify.HeldAlert) bool { return a.Flood && h.Now.Sub(a.Since) < floodWait }
	n := 0
	for _, a := range ready {
		if of(a) {
			n++
		}
	}
	going := n - n%maxPicked
	return slices.DeleteFunc(ready, func(a notify.HeldAlert) bool {
		if !of(a) {
			return false
		}
		if going--; going >= 0 {
			return false
		}
		d.hold(a, Wait{a.Since.Add(floodWait), "the rest of what its feed brought", notify.OfFlood})
		return true
	})
}

// company holds back ready alerts until the oldest has waited for Group.
func (p *Policy) company(d *Decision, ready []notify.HeldAlert, now time.Time) []notify.HeldAlert {
	if p.group == 0 || len(ready) == 0 {
		return ready
	}
	first := now
	for _, a := range ready {
		if a.Since.After(now) {
			return ready // the clock was set back: better now than in a day
		}
		if a.Since.Before(first) {
			first = a.Since
		}
	}
	end := first.Add(p.group)
	if !end.After(now) {
		return ready
	}
	for _, a := range ready {
		d.hold(a, Wait{end, "others to go with it", notify.OfGroup})
	}
	return nil
}

// batchDraft is a batch under construction.
type batchDraft struct {
	alerts  []notify.HeldAlert
	held    bool // its alerts were held up
	summary *notify.DigestSummary
	top     notify.Severity
}

// batches groups what is released now: alerts that were held up into summaries, the
// others one by one. An alert that the cooldown started by a summary would hold back
// joins the summary, so that the end of a cooldown brings everything.
func (p *Policy) batches(d *Decision, ready []notify.HeldAlert, h notify.Holding) []batchDraft {
	var summary, troubles, single []notify.HeldAlert
	var causes, reported []notify.Cause // of the held alerts
	for _, a := range ready {
		of, _ := p.heldBy(a, h)
		switch held := p.digests || of != ""; {
		case held && a.Trouble:
			troubles, reported = append(troubles, a), append(reported, of)
		case held:
			summary, causes = append(summary, a), append(causes, of)
		default:
			single = append(single, a)
		}
	}
	told := make(map[string]time.Time)
	maps.Copy(told, h.Rules)
	tell := func(alerts []notify.HeldAlert) {
		for _, a := range alerts {
			for _, r := range a.Rules {
				told[r] = h.Now
			}
		}
	}
	tell(summary)
	single = slices.DeleteFunc(single, func(a notify.HeldAlert) bool {
		rule, _ := p.cooling(a, told, h.Now)
		if rule != "" {
			summary, causes = append(summary, a), append(causes, notify.OfCooldown)
		}
		return rule != ""
	})
	var bs []batchDraft
	reports, what := p.summaryOf(troubles, reported, h.Now), p.summaryOf(summary, causes, h.Now)
	if what != nil {
		byRule(summary)
	}
	for part := range slices.Chunk(troubles, maxPicked) {
		bs = append(bs, newBundle(part, true, reports))
	}
	for part := range slices.Chunk(summary, maxPicked) {
		bs = append(bs, newBundle(part, true, what))
	}
	for i, a := range single {
		if rule, end := p.cooling(a, told, h.Now); rule != "" {
			d.hold(a, Wait{end, fmt.Sprintf("rule %s cools down", rule), notify.OfCooldown})
			continue
		}
		tell(single[i : i+1])
		bs = append(bs, newBundle(single[i:i+1], false, nil))
	}
	return bs
}

func newBundle(alerts []notify.HeldAlert, held bool, what *notify.DigestSummary) batchDraft {
	b := batchDraft{alerts: alerts, held: held, summary: what, top: alerts[0].Severity}
	for _, a := range alerts {
		b.top = max(b.top, a.Severity)
	}
	return b
}

// HeldBy returns what held up an alert that is released now, or "".
func (p *Policy) HeldBy(a notify.HeldAlert, h notify.Holding) string {
	_, why := p.heldBy(a, h)
	return why
}

func (p *Policy) heldBy(a notify.HeldAlert, h notify.Holding) (of notify.Cause, why string) {
	if a.Since.After(h.Now) {
		return notify.OfDelay, "the clock was set back"
	}
	then := h
	then.Now = a.Since
	w := p.wait(a, then)
	n, _ := p.limit.room(then)
	switch {
	case w.Why != "":
		return w.Of, w.Why
	case p.cooled(a, h) != "":
		return notify.OfCooldown, fmt.Sprintf("rule %s cools down", p.cooled(a, h))
	case p.group > 0:
		return notify.OfGroup, "others to go with it"
	case a.Flood:
		return notify.OfFlood, "the rest of what its feed brought"
	case n == 0 && p.limit.holds(a):
		return notify.OfLimit, fmt.Sprintf("max_per_hour (%d) allowed no more", p.limit.most)
	case h.Now.Sub(a.Since) > late:
		return notify.OfDelay, "a mute, or watcher did not run"
	}
	return "", ""
}
