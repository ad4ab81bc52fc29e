package main

import (
	"strings"
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

// A server that answers 304 wrongly is named, with what is done about it.
func TestFeedWhoseServerAnswersWrongly(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	var out strings.Builder
	describeFeed(&terminal{stdout: &out, zone: time.UTC}, &daemon.Feed{
		Name: "Desk", URL: "https://desk.example/feed", State: "ok", Items: 10, Polled: noon, Next: noon, Wrong304: noon.Add(-72 * time.Hour),
	}, noon)
	want := `asked      for the whole document at each poll, as its server answered "not modified" (304) to what had changed; found out 3d ago`
	if !strings.Contains(out.String(), want) {
		t.Errorf("got\n%s, want in it\n%s", out.String(), want)
	}
}
