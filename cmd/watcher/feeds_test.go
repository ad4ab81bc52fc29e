package main

import (
	"testing"
	"time"

	"watcher/internal/daemon"
)

var tallinn = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Tallinn")
	if err != nil {
		panic(err)
	}
	return zone
}()

func TestFeedNote(t *testing.T) {
	noon := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		shows string
		feed  daemon.Feed
		want  string
	}{
		{"a feed that is well has none", daemon.Feed{}, ""},
		{"a feed that was told to pause", daemon.Feed{Barred: noon.Add(time.Hour)}, "its server asked for a pause until 13:00 UTC"},
		{"a feed whose host told another one", daemon.Feed{Barred: noon.Add(time.Hour), BarredBy: "Zeta"}, "host paused until 16:00 EEST (it told Zeta)"},
	} {
		zone := time.UTC
		if test.feed.BarredBy != "" {
			zone = tallinn
		}
		if got := (&terminal{zone: zone}).feedNote(&test.feed, noon); got != test.want {
			t.Errorf("%s: %q, want %q", test.shows, got, test.want)
		}
	}
}
