package targets

import (
	"strings"
	"testing"
	"time"

	"watcher/internal/notify"
)

func tallinn(t tb) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Tallinn")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// TestZone shows that people read times in the target's zone, and that what programs read
// does not change.
func TestZone(t *testing.T) {
	b := batch(Sample("desk", noon))
	b.Zone, b.Full = tallinn(t), noon.Add(time.Hour)
	published := *b.Alerts[0].Item.Published
	want := []string{published.In(b.Zone).Format("2 Jan 2006 15:04 EET"), "15:00 EET"}
	for _, kind := range Kinds() {
		n := kindsUnderTest[kind].at(t, "https://receiver.example/in")
		text := ""
		for _, m := range compose(t, n, b) {
			shown, err := notify.Preview(n, m)
			if err != nil {
				t.Fatal(err)
			}
			text += shown + string(m.Payload)
		}
		wanted := want
		switch kind {
		case "webhook", "command":
			wanted = []string{published.Format(time.RFC3339)}
		case "pagerduty", "discord": // they show times in the reader's own zone, and are given UTC
			wanted = []string{published.Format(time.RFC3339), want[1]}
		}
		for _, w := range wanted {
			if !strings.Contains(text, w) {
				t.Errorf("%s does not say %q:\n%s", kind, w, text)
			}
		}
		if strings.Contains(text, "UTC") {
			t.Errorf("%s tells a time in UTC:\n%s", kind, text)
		}
	}
}

// TestZoneOfTemplates shows that templates use the target's zone too.
func TestZoneOfTemplates(t *testing.T) {
	w := Words{Title: `{{.Time.Format "15:04 MST"}}`}.wording()
	b := batch(notify.Alert{FirstSeen: noon})
	b.Zone = tallinn(t)
	if got := w.cards(b)[0].title(); got != "14:00 EET" {
		t.Errorf("the title is %q", got)
	}
}

// TestZoneOfFrozenConsole shows that a message that an earlier version froze has times in
// UTC, as it had then.
func TestZoneOfFrozenConsole(t *testing.T) {
	n := open(t, &ConsoleOptions{}, testEnv())
	text, err := notify.Preview(n, notify.Message{Target: "desk", Payload: []byte(`{"cards":[{"severity":"normal","title":[{"text":"x"}],"time":"2031-03-03T12:00:00Z"}],"full":"2031-03-03T13:00:00Z"}`)})
	if err != nil || !strings.Contains(text, "3 Mar 2031 12:00 UTC") || !strings.Contains(text, "13:00 UTC") {
		t.Errorf("it is %q: %v", text, err)
	}
}
