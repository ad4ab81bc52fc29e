package deliver

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"watcher/internal/notify"
	"watcher/internal/problem"
	"watcher/internal/store"
)

var monday = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func policy(t rapid.TB, o PolicyOptions, cooldown map[string]time.Duration) Policy {
	t.Helper()
	if ps := o.Validate(); len(ps) > 0 {
		t.Fatalf("settings are not valid: %v", ps)
	}
	p, err := o.Policy(cooldown)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// heldAt returns an alert that came so long after noon.
func heldAt(id string, after time.Duration, change ...func(*notify.HeldAlert)) notify.HeldAlert {
	h := notify.HeldAlert{ID: id, Since: monday.Add(after), Rules: []string{"nato"}, Feed: "ERR"}
	for _, c := range change {
		c(&h)
	}
	return h
}

func high(h *notify.HeldAlert)    { h.Severity = notify.High }
func low(h *notify.HeldAlert)     { h.Severity = notify.Low }
func trouble(h *notify.HeldAlert) { h.Trouble, h.Rules, h.Feed = true, nil, "" }

func follows(h *notify.HeldAlert) { h.Follows, h.Rules = true, nil }

func under(rules ...string) func(*notify.HeldAlert) {
	return func(h *notify.HeldAlert) { h.Rules = rules }
}

// told writes a decision as "a b | c+3 | skip d | wait e 13:00 why".
func told(d Decision) string {
	var parts []string
	for _, p := range d.Picks {
		s := strings.Join(p.IDs, " ")
		if p.More > 0 {
			s += fmt.Sprintf("+%d", p.More)
		}
		if !p.Full.IsZero() {
			s += p.Full.UTC().Format(" full until 15:04")
		}
		parts = append(parts, s)
	}
	var rest []string
	for id := range d.Skipped {
		rest = append(rest, "skip "+id)
	}
	for id, w := range d.Waits {
		rest = append(rest, fmt.Sprintf("wait %s %s %s", id, w.Until.UTC().Format("Mon 15:04:05"), w.Why))
	}
	slices.Sort(rest)
	return strings.Join(append(parts, rest...), " | ")
}

func TestDecide(t *testing.T) {
	night := &QuietOptions{From: "22:00", To: "06:00", Except: new(notify.High)}
	for _, c := range []struct {
		name     string
		o        PolicyOptions
		cooldown map[string]time.Duration
		now      time.Duration // after noon
		held     []notify.HeldAlert
		sends    []time.Duration
		rules    map[string]time.Duration
		mutes    []notify.Mute
		want     string
	}{
		{
			name: "without a policy each alert goes at once, by itself and in order",
			held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 0), heldAt("c", 0)}, want: "a | b | c",
		}, {
			name: "what was held up by whatever comes as one",
			now:  10 * time.Minute, held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", time.Minute), heldAt("c", 10*time.Minute)},
			want: "a b | c",
		}, {
			name: "troubles never share a message with articles",
			now:  10 * time.Minute, held: []notify.HeldAlert{heldAt("a", 0), heldAt("t", 0, trouble), heldAt("b", 0), heldAt("u", 0, trouble)},
			want: "t u | a b",
		}, {
			name: "what came before the clock was set back does not wait for it",
			o:    PolicyOptions{Group: time.Minute}, held: []notify.HeldAlert{heldAt("a", 24*time.Hour)},
			want: "a",
		},

		// group
		{
			name: "a group waits for company after its first alert", o: PolicyOptions{Group: 30 * time.Second},
			now: 29 * time.Second, held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 20*time.Second)},
			want: "wait a Mon 12:00:30 others to go with it | wait b Mon 12:00:30 others to go with it",
		}, {
			name: "and then goes as one, late comers too", o: PolicyOptions{Group: 30 * time.Second},
			now: 30 * time.Second, held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 20*time.Second), heldAt("c", 29*time.Second)},
			want: "a b c",
		},

		// digest
		{
			name: "a digest holds until its time", o: PolicyOptions{Digest: "0 7 * * MON-FRI", Timezone: "Europe/Tallinn"},
			held: []notify.HeldAlert{heldAt("a", 0)}, want: "wait a Tue 05:00:00 the digest",
		}, {
			name: "what came after it was due waits for the next", o: PolicyOptions{Digest: "0 13 * * *"},
			now: time.Hour, held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", time.Minute), heldAt("c", time.Hour)},
			want: "a b | wait c Tue 13:00:00 the digest",
		}, {
			name: "a digest of a time when watcher did not run goes at once", o: PolicyOptions{Digest: "0 13 * * *"},
			now: 5 * time.Hour, held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 2*time.Hour)},
			want: "a | wait b Tue 13:00:00 the digest",
		}, {
			name: "a trouble does not wait for the digest", o: PolicyOptions{Digest: "0 7 * * MON"},
			held: []notify.HeldAlert{heldAt("t", 0, trouble), heldAt("a", 0)},
			want: "t | wait a Mon 07:00:00 the digest",
		},

		// quiet
		{
			name: "quiet hours hold all but what is excepted", o: PolicyOptions{Quiet: night, Timezone: "Europe/Tallinn"},
			now: 9 * time.Hour, held: []notify.HeldAlert{heldAt("a", 9*time.Hour), heldAt("b", 9*time.Hour, high)},
			want: "b | wait a Tue 04:00:00 the end of the quiet hours",
		}, {
			name: "a trouble is no exception", o: PolicyOptions{Quiet: night},
			now: 11 * time.Hour, held: []notify.HeldAlert{heldAt("t", 11*time.Hour, trouble)},
			want: "wait t Tue 06:00:00 the end of the quiet hours",
		}, {
			name: "at their end comes one summary", o: PolicyOptions{Quiet: night},
			now: 18 * time.Hour, held: []notify.HeldAlert{heldAt("a", 11*time.Hour), heldAt("b", 13*time.Hour), heldAt("c", 18*time.Hour)},
			want: "a b | c",
		}, {
			name: "a digest that falls into them waits for their end", o: PolicyOptions{Quiet: night, Digest: "0 5 * * *"},
			held: []notify.HeldAlert{heldAt("a", 0)},
			want: "wait a Tue 06:00:00 the end of the quiet hours",
		}, {
			name: "a group that would go within them waits", o: PolicyOptions{Quiet: night, Group: time.Minute},
			now: 10*time.Hour + 10*time.Second, held: []notify.HeldAlert{heldAt("a", 10*time.Hour-50*time.Second)},
			want: "wait a Tue 06:00:00 the end of the quiet hours",
		}, {
			name: "hours within a day", o: PolicyOptions{Quiet: &QuietOptions{From: "11:00", To: "13:30"}},
			held: []notify.HeldAlert{heldAt("a", 0, high)}, want: "wait a Mon 13:30:00 the end of the quiet hours",
		},

		{
			name: "with what came in their last seconds", o: PolicyOptions{Quiet: night},
			now: 18 * time.Hour, held: []notify.HeldAlert{heldAt("a", 11*time.Hour), heldAt("b", 18*time.Hour-10*time.Second)},
			want: "a b",
		},

		// max_per_hour
		{
			name: "the last message that may go says how many follow", o: PolicyOptions{MaxPerHour: &LimitOptions{Alerts: 2}},
			held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 0), heldAt("c", 0), heldAt("d", 0)},
			want: "a | b+2 full until 13:00 | wait c Mon 13:00:00 max_per_hour (2) allows no more | wait d Mon 13:00:00 max_per_hour (2) allows no more",
		}, {
			name: "where none follows yet it says until when the limit holds", o: PolicyOptions{MaxPerHour: &LimitOptions{Alerts: 2}},
			now: 10 * time.Minute, held: []notify.HeldAlert{heldAt("a", 10*time.Minute)}, sends: []time.Duration{0},
			want: "a full until 13:00",
		}, {
			name: "what is more severe goes first", o: PolicyOptions{MaxPerHour: &LimitOptions{Alerts: 1}},
			held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 0, high)},
			want: "b+1 full until 13:00 | wait a Mon 13:00:00 max_per_hour (1) allows no more",
		}, {
			name: "the rest follows as one when there is room", o: PolicyOptions{MaxPerHour: &LimitOptions{Alerts: 2}},
			now: time.Hour, held: []notify.HeldAlert{heldAt("c", 0), heldAt("d", 0), heldAt("e", 50*time.Minute), heldAt("f", time.Hour)},
			sends: []time.Duration{0, 0}, want: "c d e | f full until 14:00",
		}, {
			name: "there is room again an hour after the first of them", o: PolicyOptions{MaxPerHour: &LimitOptions{Alerts: 2}},
			now: 30 * time.Minute, held: []notify.HeldAlert{heldAt("a", 30*time.Minute)},
			sends: []time.Duration{-2 * time.Hour, 5 * time.Minute, 10 * time.Minute},
			want:  "wait a Mon 13:05:00 max_per_hour (2) allows no more",
		}, {
			name: "sends that seem to come from the future do not count", o: PolicyOptions{MaxPerHour: &LimitOptions{Alerts: 1}},
			held: []notify.HeldAlert{heldAt("a", 0)}, sends: []time.Duration{23 * time.Hour}, want: "a full until 13:00",
		},

		{
			name: "what the limit excepts goes all the same, and counts for nothing", o: PolicyOptions{MaxPerHour: &LimitOptions{Alerts: 1, Except: new(notify.High)}},
			held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 0, high), heldAt("c", 0), heldAt("d", 0, high)},
			want: "b | d | a+1 full until 13:00 | wait c Mon 13:00:00 max_per_hour (1) allows no more",
		}, {
			name: "also where the limit is reached", o: PolicyOptions{MaxPerHour: &LimitOptions{Alerts: 1, Except: new(notify.High)}},
			now: 30 * time.Minute, held: []notify.HeldAlert{heldAt("a", 30*time.Minute), heldAt("b", 30*time.Minute, high)}, sends: []time.Duration{0},
			want: "b | wait a Mon 13:00:00 max_per_hour (1) allows no more",
		}, {
			name: "and out of a summary that must wait", o: PolicyOptions{MaxPerHour: &LimitOptions{Alerts: 1, Except: new(notify.High)}, Group: time.Minute},
			now: 30 * time.Minute, held: []notify.HeldAlert{heldAt("a", 29*time.Minute), heldAt("b", 29*time.Minute, high), heldAt("c", 29*time.Minute)}, sends: []time.Duration{0},
			want: "b | wait a Mon 13:00:00 max_per_hour (1) allows no more | wait c Mon 13:00:00 max_per_hour (1) allows no more",
		},

		// min_severity
		{
			name: "what is below min_severity is not sent, but for troubles", o: PolicyOptions{MinSeverity: new(notify.High)},
			held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 0, high), heldAt("c", 0, low), heldAt("t", 0, trouble)},
			want: "b | t | skip a | skip c",
		}, {
			name: "without min_severity low alerts are sent", held: []notify.HeldAlert{heldAt("a", 0, low)}, want: "a",
		},

		// cooldown
		{
			name: "after one alert of a rule the next ones wait", cooldown: map[string]time.Duration{"nato": time.Hour},
			held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 0), heldAt("c", 0, under("other"))},
			want: "a | c | wait b Mon 13:00:00 rule nato cools down",
		}, {
			name: "since when it was last told", cooldown: map[string]time.Duration{"nato": time.Hour},
			now: 10 * time.Minute, held: []notify.HeldAlert{heldAt("a", 10*time.Minute)}, rules: map[string]time.Duration{"nato": -20 * time.Minute},
			want: "wait a Mon 12:40:00 rule nato cools down",
		}, {
			name: "and then come as one", cooldown: map[string]time.Duration{"nato": time.Hour},
			now: time.Hour, held: []notify.HeldAlert{heldAt("a", 10*time.Minute), heldAt("b", 20*time.Minute), heldAt("c", time.Hour)},
			rules: map[string]time.Duration{"nato": 0},
			want:  "a b c",
		}, {
			name: "its end brings what came just before it too", cooldown: map[string]time.Duration{"nato": 80 * time.Second},
			now: 80 * time.Second, held: []notify.HeldAlert{heldAt("a", 10*time.Second), heldAt("b", 15*time.Second), heldAt("c", time.Minute)},
			rules: map[string]time.Duration{"nato": 0},
			want:  "a b c",
		}, {
			name: "a cooldown of less than a minute ends with one message too", cooldown: map[string]time.Duration{"nato": 30 * time.Second},
			now: 30 * time.Second, held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 10*time.Second), heldAt("c", 20*time.Second), heldAt("d", 30*time.Second, under("other"))},
			rules: map[string]time.Duration{"nato": 0},
			want:  "a b c | d",
		}, {
			name: "one that came with the alert that began it was held by it", cooldown: map[string]time.Duration{"nato": 30 * time.Second},
			now: 31 * time.Second, held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 0)},
			rules: map[string]time.Duration{"nato": time.Second},
			want:  "a b",
		}, {
			name: "an alert of another rule as well does not wait", cooldown: map[string]time.Duration{"nato": time.Hour},
			now: time.Minute, held: []notify.HeldAlert{heldAt("a", time.Minute, under("nato", "other"))}, rules: map[string]time.Duration{"nato": 0},
			want: "a",
		},

		// what follows an alert that was told
		{
			name: "a reply goes by itself, and counts for no limit", o: PolicyOptions{MaxPerHour: &LimitOptions{Alerts: 1}, Group: time.Hour, MinSeverity: new(notify.High)},
			now: 30 * time.Minute, held: []notify.HeldAlert{heldAt("a", 0, high), heldAt("r", 0, follows), heldAt("s", 0, follows)},
			want: "r | s | wait a Mon 13:00:00 others to go with it",
		}, {
			name: "in a digest it is among the others", o: PolicyOptions{Digest: "0 13 * * *"},
			now: time.Hour, held: []notify.HeldAlert{heldAt("a", 0), heldAt("r", 0, follows)}, want: "a r",
		}, {
			name: "a muted target holds it too", mutes: []notify.Mute{{Kind: "target", Name: "desk", Until: monday.Add(time.Hour)}},
			held: []notify.HeldAlert{heldAt("r", 0, follows)}, want: "wait r Mon 13:00:00 the target desk is muted",
		},

		// mute
		{
			name:  "what a mute of less than a minute held comes as one when it ends",
			mutes: []notify.Mute{{Kind: "rule", Name: "nato", Since: monday, Until: monday.Add(20 * time.Second)}},
			now:   20 * time.Second, held: []notify.HeldAlert{heldAt("a", time.Second), heldAt("b", 10*time.Second), heldAt("c", 20*time.Second)},
			want: "a b | c",
		}, {
			name: "a muted target holds everything", mutes: []notify.Mute{{Kind: "target", Name: "desk", Until: monday.Add(time.Hour)}},
			held: []notify.HeldAlert{heldAt("a", 0, high), heldAt("t", 0, trouble)},
			want: "wait a Mon 13:00:00 the target desk is muted | wait t Mon 13:00:00 the target desk is muted",
		}, {
			name:  "another target's mute and one that has ended hold nothing",
			mutes: []notify.Mute{{Kind: "target", Name: "duty", Until: monday.Add(time.Hour)}, {Kind: "feed", Name: "ERR", Until: monday}},
			held:  []notify.HeldAlert{heldAt("a", 0)}, want: "a",
		}, {
			name: "a muted feed", mutes: []notify.Mute{{Kind: "feed", Name: "ERR", Until: monday.Add(time.Hour)}},
			held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 0, func(h *notify.HeldAlert) { h.Feed = "LRT" })},
			want: "b | wait a Mon 13:00:00 the feed ERR is muted",
		}, {
			name: "a muted rule holds what no other rule matched", mutes: []notify.Mute{{Kind: "rule", Name: "nato", Until: monday.Add(time.Hour)}},
			held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 0, under("nato", "other"))},
			want: "b | wait a Mon 13:00:00 the rule nato is muted",
		}, {
			name:  "of several muted rules the first to end lets it go",
			mutes: []notify.Mute{{Kind: "rule", Name: "nato", Until: monday.Add(time.Hour)}, {Kind: "rule", Name: "other", Until: monday.Add(2 * time.Hour)}},
			held:  []notify.HeldAlert{heldAt("a", 0, under("nato", "other"))},
			want:  "wait a Mon 13:00:00 the rule nato is muted",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := notify.Holding{Target: "desk", Now: monday.Add(c.now), Alerts: c.held, Mutes: c.mutes, Rules: map[string]time.Time{}}
			for _, s := range c.sends {
				h.Sends = append(h.Sends, monday.Add(s))
			}
			for r, at := range c.rules {
				h.Rules[r] = monday.Add(at)
			}
			p := policy(t, c.o, c.cooldown)
			if got := told(p.Decide(h)); got != c.want {
				t.Errorf("decided\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// On the two days of the year that do not have 24 hours, quiet hours end by the local time.
func TestQuietWhenClocksChange(t *testing.T) {
	p := policy(t, PolicyOptions{Timezone: "Europe/Tallinn", Quiet: &QuietOptions{From: "22:00", To: "06:00"}}, nil)
	for _, c := range []struct{ at, end string }{
		{"2026-03-28T23:00:00+02:00", "2026-03-29T06:00:00+03:00"},
		{"2026-10-24T23:00:00+03:00", "2026-10-25T06:00:00+02:00"},
		{"2026-11-23T05:59:59+02:00", "2026-11-23T06:00:00+02:00"},
		{"2026-11-23T06:00:00+02:00", ""},
		{"2026-11-23T21:59:59+02:00", ""},
		{"2026-11-23T22:00:00+02:00", "2026-11-24T06:00:00+02:00"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		got := p.quiet.end(at)
		if c.end == "" && got.IsZero() {
			continue
		}
		want, err := time.Parse(time.RFC3339, c.end)
		if err != nil || !got.Equal(want) {
			t.Errorf("quiet hours that %s is in end at %v, want %q", c.at, got, c.end)
		}
	}
}

func TestPolicyValidate(t *testing.T) {
	for _, c := range []struct {
		name string
		o    PolicyOptions
		want []problem.Problem
	}{
		{"nothing is set", PolicyOptions{}, nil},
		{"all is right", PolicyOptions{Digest: "0 7 * * *", Timezone: "Europe/Riga", Quiet: &QuietOptions{From: "22:00", To: "06:30"}, MaxPerHour: &LimitOptions{Alerts: 10}}, nil},
		{"a time of day that there is not", PolicyOptions{Quiet: &QuietOptions{From: "24:00", To: "6"}}, []problem.Problem{
			{Key: "quiet.from", Text: `wants a time of day such as "22:00"`}, {Key: "quiet.to", Text: `wants a time of day such as "22:00"`},
		}},
		{"always quiet", PolicyOptions{Quiet: &QuietOptions{From: "06:00", To: "06:00"}}, []problem.Problem{
			{Key: "quiet.to", Text: "is the same as from: then it would never be told"},
		}},
		{"an exception from no limit", PolicyOptions{MaxPerHour: &LimitOptions{Except: new(notify.High)}}, []problem.Problem{{Key: "max_per_hour", Text: "excepts from a limit that it does not say; add alerts: 20"}}},
		{"fewer than none an hour", PolicyOptions{MaxPerHour: &LimitOptions{Alerts: -1}}, []problem.Problem{{Key: "max_per_hour", Text: "wants a number from 1 to 1000; for no limit remove it"}}},
	} {
		if diff := cmp.Diff(c.want, c.o.Validate()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// anyPolicy draws valid settings.
func anyPolicy(t *rapid.T) (PolicyOptions, map[string]time.Duration) {
	o := DefaultPolicy()
	severity := rapid.SampledFrom([]*notify.Severity{nil, new(notify.Low), new(notify.Normal), new(notify.High)})
	switch rapid.IntRange(0, 3).Draw(t, "batching") {
	case 0:
		o.Group = rapid.SampledFrom([]time.Duration{time.Second, 30 * time.Second, time.Hour}).Draw(t, "group")
	case 1:
		o.Digest = rapid.SampledFrom([]string{"0 7 * * MON-FRI", "*/10 * * * *", "30 2 * * *", "@hourly"}).Draw(t, "digest")
	}
	if rapid.Bool().Draw(t, "has quiet hours") {
		o.Quiet = &QuietOptions{From: rapid.SampledFrom([]string{"22:00", "00:00", "12:30"}).Draw(t, "from"), To: rapid.SampledFrom([]string{"06:00", "23:59", "12:29"}).Draw(t, "to"), Except: severity.Draw(t, "except")}
	}
	if o.Quiet != nil || o.Digest != "" {
		o.Timezone = rapid.SampledFrom([]string{"", "Europe/Tallinn", "America/New_York", "Asia/Kathmandu"}).Draw(t, "zone")
	}
	if most := rapid.SampledFrom([]int{0, 0, 1, 2, 30}).Draw(t, "max per hour"); most > 0 {
		o.MaxPerHour = &LimitOptions{Alerts: most, Except: severity.Draw(t, "except from the limit")}
	}
	o.MinSeverity = severity.Draw(t, "min severity")
	cooldown := map[string]time.Duration{}
	for _, r := range []string{"a", "b"} {
		if rapid.Bool().Draw(t, "cools down") {
			cooldown[r] = rapid.SampledFrom([]time.Duration{time.Minute, 5 * time.Hour, 72 * time.Hour}).Draw(t, "cooldown")
		}
	}
	return o, cooldown
}

// Under any policy, which may change meanwhile, and any course of events and of the clock,
// each alert is picked or skipped exactly once.
func TestEachAlertOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, cooldown := anyPolicy(t)
		p := policy(t, o, cooldown)
		h := notify.Holding{Target: "desk", Now: monday, Rules: map[string]time.Time{}}
		all, done := map[string]bool{}, map[string]bool{}
		// look has the policy decide once, as the worker does.
		look := func() (decided bool) {
			d := p.Decide(h)
			gone := map[string]bool{}
			for id := range d.Skipped {
				gone[id] = true
			}
			sent := 0
			for _, pick := range d.Picks {
				if len(pick.IDs) == 0 {
					t.Fatal("a batch without alerts")
				}
				if pick.Free {
					sent--
				}
				if sent++; p.limit.most > 0 && !pick.Free {
					h.Sends = append(h.Sends, h.Now)
				}
				for _, id := range pick.IDs {
					if gone[id] {
						t.Fatalf("%s is in a batch and somewhere else", id)
					}
					gone[id] = true
				}
			}
			rest := h.Alerts[:0:0]
			for _, a := range h.Alerts {
				w, waits := d.Waits[a.ID]
				if waits == gone[a.ID] {
					t.Fatalf("%s: waits %v, gone %v", a.ID, waits, gone[a.ID])
				}
				if waits && (!w.Until.After(h.Now) || w.Why == "" || d.Next.After(w.Until)) {
					t.Fatalf("%s waits for %q until %v at %v, next look at %v", a.ID, w.Why, w.Until, h.Now, d.Next)
				}
				if waits {
					rest = append(rest, a)
					continue
				}
				if done[a.ID] {
					t.Fatalf("%s is told twice", a.ID)
				}
				done[a.ID] = true
				if _, skipped := d.Skipped[a.ID]; !skipped {
					_ = p.HeldBy(a, h)
					for _, r := range a.Rules {
						h.Rules[r] = h.Now
					}
				}
			}
			h.Alerts = rest
			recent := 0
			for _, s := range h.Sends {
				if s.After(h.Now.Add(-time.Hour)) && !s.After(h.Now) {
					recent++
				}
			}
			if p.limit.most > 0 && sent > 0 && recent > p.limit.most {
				t.Fatalf("%d messages within an hour, more than %d", recent, p.limit.most)
			}
			return len(gone) > 0
		}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "event") {
			case 0, 1, 2, 3:
				for range rapid.IntRange(1, 5).Draw(t, "alerts") {
					a := notify.HeldAlert{
						ID: fmt.Sprint("alert ", len(all)), Since: h.Now,
						Severity: notify.Severity(rapid.IntRange(-1, 1).Draw(t, "severity")),
						Trouble:  rapid.IntRange(0, 9).Draw(t, "trouble") == 0,
						Follows:  rapid.IntRange(0, 9).Draw(t, "follows") == 0,
						Feed:     rapid.SampledFrom([]string{"x", "y"}).Draw(t, "feed"),
					}
					if a.Follows {
						a.Trouble = false
					} else if !a.Trouble {
						a.Rules = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 3, rapid.ID[string]).Draw(t, "rules")
					}
					all[a.ID] = true
					h.Alerts = append(h.Alerts, a)
				}
			case 4:
				m := notify.Mute{Kind: rapid.SampledFrom([]string{"rule", "feed", "target"}).Draw(t, "kind"), Since: h.Now}
				m.Name = map[string]string{"rule": "a", "feed": "x", "target": "desk"}[m.Kind]
				m.Until = h.Now.Add(time.Duration(rapid.IntRange(-1, 72).Draw(t, "hours")) * time.Hour)
				h.Mutes = append(h.Mutes, m)
			case 5:
				h.Now = h.Now.Add(time.Duration(rapid.IntRange(-26, 26).Draw(t, "jump")) * time.Hour)
			case 6:
				o, cooldown = anyPolicy(t) // a reload
				p = policy(t, o, cooldown)
			default:
				h.Now = h.Now.Add(time.Duration(rapid.IntRange(0, 7200).Draw(t, "seconds")) * time.Second)
			}
			look()
		}
		// Left alone it picks everything, if it is woken when it said.
		for looks := 0; len(h.Alerts) > 0; looks++ {
			if looks > 200 {
				t.Fatalf("after %d looks %d alerts are still held, at %v: %s", looks, len(h.Alerts), h.Now, told(p.Decide(h)))
			}
			if next := p.Decide(h).Next; next.After(h.Now) {
				h.Now = next
			}
			look()
		}
		if len(done) != len(all) {
			t.Fatalf("%d of %d alerts are accounted for", len(done), len(all))
		}
	})
}

// A flood is sent in summaries, as full as they can be while more of it is coming, and
// never holds up other alerts.
func TestDecideOnAFlood(t *testing.T) {
	flood := func(h *notify.HeldAlert) { h.Flood = true }
	for _, c := range []struct {
		name   string
		now    time.Duration // after noon
		flood  int
		coming bool
		want   string // how many alerts are in each pick
	}{
		{"what is left of it goes once nothing is coming", 0, 1200, false, "500 500 200 1"},
		{"while more is coming only full summaries go", 0, 1200, true, "500 500 1"},
		{"less than a full one waits for the rest", 0, 499, true, "1"},
		{"but not for longer than some seconds", floodWait, 499, true, "499 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := notify.Holding{Target: "desk", Now: monday.Add(c.now), Wake: store.Wake{Coming: c.coming}}
			for i := range c.flood {
				h.Alerts = append(h.Alerts, heldAt(fmt.Sprint(i), 0, flood))
			}
			h.Alerts = append(h.Alerts, heldAt("of another feed", c.now))
			p := policy(t, PolicyOptions{}, nil)
			d := p.Decide(h)
			var sizes []string
			for _, pick := range d.Picks {
				sizes = append(sizes, fmt.Sprint(len(pick.IDs)))
			}
			if got := strings.Join(sizes, " "); got != c.want {
				t.Errorf("picks of %s alerts, want %s", got, c.want)
			}
			if picked, waiting := len(strings.Fields(c.want)), len(d.Waits); picked == 0 || waiting > 0 && !d.Next.Equal(monday.Add(floodWait)) {
				t.Errorf("%d wait until %v", waiting, d.Next)
			}
		})
	}
}
