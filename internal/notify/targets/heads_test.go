package targets

import (
	"strings"
	"testing"
	"time"

	"watcher/internal/notify"
)

// TestSummaryInEachKind shows that each kind says what a digest is, and that the kinds for
// people name its rules.
func TestSummaryInEachKind(t *testing.T) {
	for _, kind := range Kinds() {
		n := kindsUnderTest[kind].at(t, "https://receiver.example/in")
		text := ""
		for _, m := range compose(t, n, digest()) {
			shown, err := notify.Preview(n, m)
			if err != nil {
				t.Fatal(err)
			}
			text += strings.NewReplacer("\\u2060", "", "\u2060", "").Replace(shown)
		}
		want := []string{"Digest of Mon 3 Mar, 07:00 EET: 5 alerts since Fri 28 Feb", "baltic-brigades: 3 alerts", "cables: 1 alert", "elsewhere too: 1 alert"}
		switch kind {
		case "webhook", "command":
			want = []string{`"of": "digest"`, `"at": "2031-03-03T05:00:00Z"`, `"since": "2031-02-28T12:00:00Z"`}
		case "pagerduty":
			want = want[:1]
		}
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s does not say %q:\n%s", kind, w, text)
			}
		}
	}
}

// TestHead shows how a summary is headed, for each cause and span of time.
func TestHead(t *testing.T) {
	at := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name    string
		of      notify.Cause
		since   time.Duration // before at
		alerts  int
		trouble bool
		want    string
	}{
		{"a digest of days tells the day it begins", notify.OfDigest, 67 * time.Hour, 4, false, "Digest of Mon 23 Nov, 09:00 EET: 4 alerts since Fri 20 Nov"},
		{"one of the same day only the time", notify.OfDigest, time.Hour, 1, false, "Digest of Mon 23 Nov, 09:00 EET: 1 alert since 08:00"},
		{"and one of less than a day the weekday too", notify.OfSeveral, 10 * time.Hour, 2, false, "Summary of what was held, Mon 23 Nov, 09:00 EET: 2 alerts since Sun 23:00"},
		{"the end of the quiet hours", notify.OfQuiet, time.Hour, 2, false, "Summary of the quiet hours, Mon 23 Nov, 09:00 EET: 2 alerts since 08:00"},
		{"the end of a mute", notify.OfMute, time.Hour, 2, false, "Summary after a mute, Mon 23 Nov, 09:00 EET: 2 alerts since 08:00"},
		{"the end of a cooldown", notify.OfCooldown, time.Hour, 2, false, "Summary after a cooldown, Mon 23 Nov, 09:00 EET: 2 alerts since 08:00"},
		{"room again below the limit", notify.OfLimit, time.Hour, 2, false, "Summary of what the limit held, Mon 23 Nov, 09:00 EET: 2 alerts since 08:00"},
		{"a flood", notify.OfFlood, time.Hour, 2, false, "Summary of a flood, Mon 23 Nov, 09:00 EET: 2 alerts since 08:00"},
		{"reports of watcher itself", notify.OfDelay, time.Hour, 2, true, "Summary of what was held, Mon 23 Nov, 09:00 EET: 2 reports since 08:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := notify.Batch{Zone: tallinn(t), Summary: &notify.DigestSummary{Of: c.of, At: at, Since: at.Add(-c.since)}, Alerts: make([]notify.Alert, c.alerts)}
			if c.trouble {
				b.Alerts[0].Trouble = &notify.Trouble{}
			}
			if got := head(&b); got != c.want {
				t.Errorf("the head is %q, want %q", got, c.want)
			}
		})
	}
}
