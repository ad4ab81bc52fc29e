package notify

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"watcher/internal/problem"
	"watcher/internal/schedule"
)

// PolicyOptions are the settings of a target that say when it is told, the same
// for every kind. The zero value but for Stories tells each alert at once.
type PolicyOptions struct {
	// Group waits so long for company after an alert, and sends what has come
	// by then as one message.
	Group time.Duration `yaml:"group"`
	// Digest is a cron spec: what has come is sent as one message when it says.
	Digest string `yaml:"digest"`
	// Timezone is the IANA name by which Digest and Quiet tell the time, and in
	// which messages do; UTC if empty.
	Timezone string        `yaml:"timezone"`
	Quiet    *QuietOptions `yaml:"quiet"`
	// MaxPerHour bounds the messages of any 60 minutes; 0 for no bound.
	MaxPerHour int `yaml:"max_per_hour"`
	// MinSeverity is the least severity that is sent. Watcher's own troubles
	// always are.
	MinSeverity *Severity `yaml:"min_severity"`
	// Stories tells a story once, whichever feeds carry it.
	Stories bool `yaml:"stories"`
	// Spacing is the least time between two messages, if longer than what the
	// kind of target asks for.
	Spacing time.Duration `yaml:"spacing"`
}

// QuietOptions are the hours in which a target is not told.
type QuietOptions struct {
	From string `yaml:"from"` // "22:00"
	To   string `yaml:"to"`   // "06:00"
	// Except is the severity from which alerts are told all the same; without
	// it none are.
	Except *Severity `yaml:"except"`
}

// DefaultPolicy are the settings that hold where a config has none.
func DefaultPolicy() PolicyOptions { return PolicyOptions{Stories: true} }

// Validate implements config's validator.
func (o *PolicyOptions) Validate() []problem.Problem {
	var ps []problem.Problem
	if o.Digest != "" {
		if _, err := schedule.Parse(o.Digest, ""); err != nil {
			ps = append(ps, problem.At("digest", "%v", err))
		}
	}
	if _, err := schedule.Zone(o.Timezone); err != nil {
		ps = append(ps, problem.At("timezone", "%v", err))
	}
	if o.Digest != "" && o.Group > 0 {
		ps = append(ps, problem.At("group", "cannot stand beside digest, which waits longer anyway; remove one"))
	}
	if o.Group > 24*time.Hour {
		ps = append(ps, problem.At("group", "is longer than a day; for that there is digest"))
	}
	if o.Spacing > time.Hour {
		ps = append(ps, problem.At("spacing", "is longer than an hour; for that there is max_per_hour"))
	}
	if o.MaxPerHour < 0 || o.MaxPerHour > 1000 {
		ps = append(ps, problem.At("max_per_hour", "wants a number from 1 to 1000"))
	}
	if q := o.Quiet; q != nil {
		from, err := clockTime(q.From)
		if err != nil {
			ps = append(ps, problem.At("quiet.from", "%v", err))
		}
		to, err2 := clockTime(q.To)
		if err2 != nil {
			ps = append(ps, problem.At("quiet.to", "%v", err2))
		}
		if err == nil && err2 == nil && from == to {
			ps = append(ps, problem.At("quiet.to", "is the same as from: then it would never be told"))
		}
	}
	return ps
}

// Zone is the zone of valid settings.
func (o *PolicyOptions) Zone() *time.Location {
	zone, err := schedule.Zone(o.Timezone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// clockTime reads a time of day as the time since midnight.
func clockTime(s string) (time.Duration, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("wants a time of day such as \"22:00\"")
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

// Policy decides when a target is told of what it holds. It is made once by
// PolicyOptions.Policy, is not changed, and has no state: what it decides
// follows from a Holding alone. The zero value tells each alert at once.
type Policy struct {
	group      time.Duration
	digest     schedule.Schedule
	digests    bool
	quiet      *quietHours
	maxPerHour int
	min        *Severity                // nil takes all
	cooldown   map[string]time.Duration // by rule
}

type quietHours struct {
	from, to time.Duration // since midnight; to may be before from
	zone     *time.Location
	except   Severity
}

// Policy makes the policy of settings that are valid, for rules with these
// cooldowns.
func (o *PolicyOptions) Policy(cooldown map[string]time.Duration) (Policy, error) {
	p := Policy{group: o.Group, maxPerHour: o.MaxPerHour, min: o.MinSeverity, cooldown: cooldown}
	if o.Digest != "" {
		s, err := schedule.Parse(o.Digest, o.Timezone)
		if err != nil {
			return Policy{}, fmt.Errorf("digest: %w", err)
		}
		p.digest, p.digests = s, true
	}
	if o.Quiet != nil {
		var err error
		q := &quietHours{zone: o.Zone(), except: math.MaxInt8}
		if q.from, err = clockTime(o.Quiet.From); err != nil {
			return Policy{}, fmt.Errorf("quiet.from: %w", err)
		}
		if q.to, err = clockTime(o.Quiet.To); err != nil {
			return Policy{}, fmt.Errorf("quiet.to: %w", err)
		}
		if o.Quiet.Except != nil {
			q.except = *o.Quiet.Except
		}
		p.quiet = q
	}
	return p, nil
}

// end returns when the quiet hours that t is in end, or zero if it is in none.
func (q *quietHours) end(t time.Time) time.Time {
	local := t.In(q.zone)
	year, month, day := local.Date()
	at := func(days int, d time.Duration) time.Time {
		return time.Date(year, month, day+days, int(d.Hours()), int(d.Minutes())%60, 0, 0, q.zone)
	}
	for _, days := range []int{-1, 0} { // hours that began yesterday, and today's
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

// Wait is what an alert is held for.
type Wait struct {
	Until time.Time
	Why   string
}

// Pick is what goes into one batch.
type Pick struct {
	IDs     []string
	More    int       // alerts that would have gone too and follow later
	Full    time.Time // until when max_per_hour allows no more, if it is the last; else zero
	Trouble bool
	Reply   bool // one that follows another, and counts for no limit
}

// Decision is what a policy makes of a holding: each alert is picked once,
// skipped, or waits.
type Decision struct {
	Picks   []Pick
	Skipped map[string]string // by id: why the target is not to be told
	Waits   map[string]Wait   // by id
	Next    time.Time         // when to decide again at the latest; zero if nothing waits
}

const (
	// late is the age from which alerts that were held up, by whatever, come in
	// one summary instead of one by one.
	late = time.Minute
	// mostPicked bounds a batch.
	mostPicked = 500
	// floodWait is how long alerts of a flood wait for the rest of it at most.
	floodWait = 10 * time.Second
)

// FloodSize is how many alerts one poll of one feed may bring for a target that
// are told one by one. More come in summaries.
const FloodSize = 500

// Decide applies the policy.
func (p *Policy) Decide(h Holding) Decision {
	d := Decision{Skipped: make(map[string]string), Waits: make(map[string]Wait)}
	var ready []Held
	var replies []Pick
	for _, a := range h.Alerts {
		if p.min != nil && !a.Trouble && !a.Follows && a.Severity < *p.min {
			d.Skipped[a.ID] = fmt.Sprintf("its severity is %s, and the target takes %s and above", a.Severity, *p.min)
		} else if w := p.wait(a, h); w.Until.After(h.Now) {
			d.hold(a, w)
		} else if a.Follows && !p.digests {
			// A line in a thread: it needs no company, and is no flood.
			replies = append(replies, Pick{IDs: []string{a.ID}, Reply: true})
		} else {
			ready = append(ready, a)
		}
	}
	ready = p.company(&d, gathered(&d, ready, h), h.Now)
	d.Picks = append(p.limit(&d, p.batches(&d, ready, h), h), replies...)
	return d
}

func (d *Decision) hold(a Held, w Wait) {
	d.Waits[a.ID] = w
	if d.Next.IsZero() || w.Until.Before(d.Next) {
		d.Next = w.Until
	}
}

// wait returns until when an alert must wait by itself, whatever else is held.
func (p *Policy) wait(a Held, h Holding) Wait {
	var w Wait
	later := func(t time.Time, format string, args ...any) {
		if t.After(w.Until) {
			w = Wait{t, fmt.Sprintf(format, args...)}
		}
	}
	// What seems to come from the future was held before the clock was set back.
	known := !a.Since.After(h.Now)
	if p.digests && !a.Trouble && known {
		later(p.digest.Next(a.Since), "the digest")
	}
	if m, ok := muted(a, h); ok {
		later(m.Until, "the %s %s is muted", m.Kind, m.Name)
	}
	if rule, end := p.cooling(a, h.Rules, h.Now); rule != "" {
		later(end, "rule %s cools down", rule)
	}
	if p.quiet != nil && a.Severity < p.quiet.except {
		at := h.Now
		if w.Until.After(at) {
			at = w.Until
		}
		later(p.quiet.end(at), "the end of the quiet hours")
	}
	return w
}

// muted returns the mute that holds an alert back the longest. One that several
// rules matched is muted with the last of them.
func muted(a Held, h Holding) (longest Mute, ok bool) {
	var first Mute // of the rules' mutes, the one that ends first
	rules := 0
	take := func(m Mute) {
		if !ok || m.Until.After(longest.Until) {
			longest, ok = m, true
		}
	}
	for _, m := range h.Mutes {
		switch {
		case !m.Until.After(h.Now):
		case m.Kind == "target" && m.Name == h.Target, m.Kind == "feed" && m.Name == a.Feed && !a.Trouble:
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

// cooling returns the rule because of which an alert waits, and until when: it
// waits only while all its rules cool down.
func (p *Policy) cooling(a Held, told map[string]time.Time, now time.Time) (rule string, end time.Time) {
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

// cooled returns a rule that cooled down while the alert was held, if it did for
// all the alert's rules; else it is empty.
func (p *Policy) cooled(a Held, h Holding) string {
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

// gathered keeps what is ready of a flood back until there is enough for a batch,
// or no more to come.
func gathered(d *Decision, ready []Held, h Holding) []Held {
	if !h.Wake.Coming {
		return ready
	}
	of := func(a Held) bool { return a.Flood && h.Now.Sub(a.Since) < floodWait }
	n := 0
	for _, a := range ready {
		if of(a) {
			n++
		}
	}
	going := n - n%mostPicked
	return slices.DeleteFunc(ready, func(a Held) bool {
		if !of(a) {
			return false
		}
		if going--; going >= 0 {
			return false
		}
		d.hold(a, Wait{a.Since.Add(floodWait), "the rest of what its feed brought"})
		return true
	})
}

// company keeps what is ready back until the first of it has waited for others
// as long as the policy says.
func (p *Policy) company(d *Decision, ready []Held, now time.Time) []Held {
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
		d.hold(a, Wait{end, "others to go with it"})
	}
	return nil
}

// bundle is a batch in the making.
type bundle struct {
	alerts []Held
	held   bool // they were held up
	top    Severity
}

// batches puts together what goes at once: what was held up, as a summary, and
// each of the others by itself. One that would have to wait because of the
// summary's rules goes in it: the end of a cooldown brings all there is.
func (p *Policy) batches(d *Decision, ready []Held, h Holding) []bundle {
	var summary, troubles, single []Held
	for _, a := range ready {
		held := p.digests || p.HeldBy(a, h) != ""
		switch {
		case held && a.Trouble:
			troubles = append(troubles, a)
		case held:
			summary = append(summary, a)
		default:
			single = append(single, a)
		}
	}
	told := make(map[string]time.Time)
	maps.Copy(told, h.Rules)
	tell := func(alerts []Held) {
		for _, a := range alerts {
			for _, r := range a.Rules {
				told[r] = h.Now
			}
		}
	}
	tell(summary)
	single = slices.DeleteFunc(single, func(a Held) bool {
		rule, _ := p.cooling(a, told, h.Now)
		if rule != "" {
			summary = append(summary, a)
		}
		return rule != ""
	})
	var bs []bundle
	for _, alerts := range [][]Held{troubles, summary} {
		for part := range slices.Chunk(alerts, mostPicked) {
			bs = append(bs, newBundle(part, true))
		}
	}
	for i, a := range single {
		if rule, end := p.cooling(a, told, h.Now); rule != "" {
			d.hold(a, Wait{end, fmt.Sprintf("rule %s cools down", rule)})
			continue
		}
		tell(single[i : i+1])
		bs = append(bs, newBundle(single[i:i+1], false))
	}
	return bs
}

func newBundle(alerts []Held, held bool) bundle {
	b := bundle{alerts: alerts, held: held, top: alerts[0].Severity}
	for _, a := range alerts {
		b.top = max(b.top, a.Severity)
	}
	return b
}

// limit lets through what max_per_hour allows. Where that is less than all, a
// summary goes first and then what is most severe; the last one says how many
// follow, and they follow as one summary once there is room. The one that takes
// the last room says until when there is none, since nobody knows what is to come.
func (p *Policy) limit(d *Decision, bs []bundle, h Holding) []Pick {
	room := len(bs)
	var free time.Time // when there will be room again
	if p.maxPerHour > 0 {
		room, free = p.room(h)
	}
	if room < len(bs) {
		slices.SortStableFunc(bs, func(a, b bundle) int {
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
	for i, b := range bs {
		if i < room {
			pick := Pick{Trouble: b.alerts[0].Trouble}
			for _, a := range b.alerts {
				pick.IDs = append(pick.IDs, a.ID)
			}
			if p.maxPerHour > 0 && i == room-1 {
				pick.Full = free
			}
			picks = append(picks, pick)
			continue
		}
		for _, a := range b.alerts {
			d.hold(a, Wait{free, fmt.Sprintf("max_per_hour (%d) allows no more", p.maxPerHour)})
			if len(picks) > 0 {
				picks[len(picks)-1].More++
			}
		}
	}
	return picks
}

// room returns how many batches may go now, and when there will be room again
// once they have gone.
func (p *Policy) room(h Holding) (n int, free time.Time) {
	n, free = p.maxPerHour, h.Now.Add(time.Hour)
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

// HeldBy says afterwards what an alert that goes now was held for; empty if it
// was not.
func (p *Policy) HeldBy(a Held, h Holding) string {
	if a.Since.After(h.Now) {
		return "the clock was set back"
	}
	then := h
	then.Now = a.Since
	w := p.wait(a, then)
	n, _ := p.room(then)
	switch {
	case w.Why != "":
		return w.Why
	case p.cooled(a, h) != "":
		return fmt.Sprintf("rule %s cools down", p.cooled(a, h))
	case p.group > 0:
		return "others to go with it"
	case a.Flood:
		return "the rest of what its feed brought"
	case p.maxPerHour > 0 && n == 0:
		return fmt.Sprintf("max_per_hour (%d) allowed no more", p.maxPerHour)
	case h.Now.Sub(a.Since) > late:
		return "a mute, or watcher did not run"
	}
	return ""
}
