package schedule_test

import (
	"strings"
	"testing"

	"watcher/internal/schedule"
)

func TestZone(t *testing.T) {
	for _, c := range []struct{ what, name, says string }{
		{"a letter left out", "Europe/Talinn", "did you mean Europe/Tallinn?"},
		{"a letter too many", "Europe/Viilnius", "did you mean Europe/Vilnius?"},
		{"a letter mistaken", "Europe/Rima", "did you mean Europe/Riga?"},
		{"the city alone", "Tallinn", "did you mean Europe/Tallinn?"},
		{"a space and no capitals", "america/new york", "did you mean America/New_York?"},
		{"nothing like a zone", "Mars/Olympus", "such as Europe/Tallinn"},
		{"an abbreviation too short to tell", "XX", "such as Europe/Tallinn"},
		{"the machine's own", "Local", "unknown time zone"},
	} {
		if _, err := schedule.Zone(c.name); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %q: %v, want %q", c.what, c.name, err, c.says)
		}
	}
	for _, name := range []string{"", "UTC", "Europe/Tallinn", "Pacific/Chatham"} {
		if _, err := schedule.Zone(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}
