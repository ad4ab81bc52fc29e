package deliver

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"watcher/internal/notify"
)

// summarized writes what a policy makes of held alerts: for each batch what held it, when
// it was due and since when it was held, and the alerts.
func summarized(p Policy, h notify.Holding, zone *time.Location) string {
	var parts []string
	for _, pick := range p.Decide(h).Picks {
		head := ""
		if s := pick.Summary; s != nil {
			head = fmt.Sprintf("%s of %s since %s = ", s.Of, s.At.In(zone).Format("Mon 2 Jan 15:04"), s.Since.In(zone).Format("Mon 2 Jan 15:04"))
		}
		parts = append(parts, head+strings.Join(pick.IDs, " "))
	}
	return strings.Join(parts, " | ")
}

func TestSummaries(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Tallinn")
	if err != nil {
		t.Fatal(err)
	}
	night := &QuietOptions{From: "22:00", To: "06:00"}
	hour := map[string]time.Duration{"nato": time.Hour}
	for _, c := range []struct {
		name     string
		o        PolicyOptions
		cooldown map[string]time.Duration
		now      time.Duration // after noon of Mon 23 Nov
		held     []notify.HeldAlert
		sends    []time.Duration
		rules    map[string]time.Duration
		mutes    []notify.Mute
		want     string
	}{
		{
			name: "a digest says of when it is, and since when, by rule", o: PolicyOptions{Digest: "0 7 * * MON-FRI"}, now: -4 * time.Hour,
			held: []notify.HeldAlert{heldAt("a", -72*time.Hour), heldAt("b", -50*time.Hour, under("cables")), heldAt("f", -49*time.Hour, follows), heldAt("c", -48*time.Hour)},
			want: "digest of Mon 23 Nov 09:00 since Fri 20 Nov 14:00 = a c b f",
		}, {
			name: "a digest of one alert is one too", o: PolicyOptions{Digest: "0 13 * * *"}, now: time.Hour, held: []notify.HeldAlert{heldAt("a", 0)},
			want: "digest of Mon 23 Nov 15:00 since Mon 23 Nov 14:00 = a",
		}, {
			name: "what a digest does not hold is none", o: PolicyOptions{Digest: "0 13 * * *"}, held: []notify.HeldAlert{heldAt("t", 0, trouble)},
			want: "t",
		}, {
			name: "the end of the quiet hours", o: PolicyOptions{Quiet: night}, now: 18 * time.Hour,
			held: []notify.HeldAlert{heldAt("a", 11*time.Hour), heldAt("b", 12*time.Hour, under("cables")), heldAt("c", 13*time.Hour)},
			want: "quiet of Tue 24 Nov 08:00 since Tue 24 Nov 01:00 = a c b",
		}, {
			name: "the end of a mute", mutes: []notify.Mute{{Kind: "rule", Name: "nato", Since: monday, Until: monday.Add(20 * time.Second)}},
			now: 20 * time.Second, held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 10*time.Second)},
			want: "mute of Mon 23 Nov 14:00 since Mon 23 Nov 14:00 = a b",
		}, {
			name: "the end of a cooldown", cooldown: hour, rules: map[string]time.Duration{"nato": 0}, now: time.Hour,
			held: []notify.HeldAlert{heldAt("a", time.Minute), heldAt("b", 2*time.Minute)},
			want: "cooldown of Mon 23 Nov 15:00 since Mon 23 Nov 14:01 = a b",
		}, {
			name: "room again below the limit", o: PolicyOptions{MaxPerHour: &LimitOptions{Alerts: 1}}, sends: []time.Duration{-30 * time.Minute},
			now: 30 * time.Minute, held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", time.Minute)},
			want: "max_per_hour of Mon 23 Nov 14:30 since Mon 23 Nov 14:00 = a b",
		}, {
			name: "held by one thing and another", o: PolicyOptions{Quiet: night}, now: 18*time.Hour + 2*time.Minute,
			held: []notify.HeldAlert{heldAt("a", 9*time.Hour), heldAt("b", 17*time.Hour)},
			want: "several of Tue 24 Nov 08:02 since Mon 23 Nov 23:00 = a b",
		}, {
			name: "reports of watcher itself", o: PolicyOptions{Quiet: night}, now: 18 * time.Hour,
			held: []notify.HeldAlert{heldAt("t", 11*time.Hour, trouble), heldAt("u", 13*time.Hour, trouble)},
			want: "quiet of Tue 24 Nov 08:00 since Tue 24 Nov 01:00 = t u",
		}, {
			name: "a burst that was grouped is news", o: PolicyOptions{Group: time.Minute}, now: time.Minute,
			held: []notify.HeldAlert{heldAt("a", 0), heldAt("b", 1, under("cables")), heldAt("c", 2)}, want: "a b c",
		}, {
			name: "and so is one alert that is a little late", now: 10 * time.Minute, held: []notify.HeldAlert{heldAt("a", 0)}, want: "a",
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
			if got := summarized(policy(t, c.o, c.cooldown), h, zone); got != c.want {
				t.Errorf("it tells\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
