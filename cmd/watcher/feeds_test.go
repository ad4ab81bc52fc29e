package main

import (
	"strings"
	"testing"
	"time"

	"watcher/internal/cli"
	"watcher/internal/desk"
	"watcher/internal/poll"
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
		feed  desk.FeedReport
		want  string
	}{
		{"a feed that is well has none", desk.FeedReport{}, ""},
		{"a feed that was told to pause", desk.FeedReport{Barred: noon.Add(time.Hour)}, "its server asked for a pause until 13:00 UTC"},
		{"a feed whose host told another one", desk.FeedReport{Barred: noon.Add(time.Hour), BarredBy: "Zeta"}, "host paused until 16:00 EEST (it told Zeta)"},
	} {
		zone := time.UTC
		if test.feed.BarredBy != "" {
			zone = tallinn
		}
		if got := feedNote(&cli.Terminal{Zone: zone}, &test.feed, noon); got != test.want {
			t.Errorf("%s: %q, want %q", test.shows, got, test.want)
		}
	}
}

// A server that answers 304 wrongly is named, and what watcher does about it.
func TestFeedWhoseServerAnswersWrongly(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	var out strings.Builder
	describeFeed(&cli.Terminal{Stdout: &out, Zone: time.UTC}, &desk.FeedReport{
		Name: "Desk", URL: "https://desk.example/feed", State: "ok", Items: 10, Polled: noon, Next: noon, Wrong304: noon.Add(-72 * time.Hour),
	}, noon)
	want := `asked      for the whole document at each poll, as its server answered "not modified" (304), or with what was there before, when something had changed; found out 3d ago`
	if !strings.Contains(out.String(), want) {
		t.Errorf("got\n%s, want in it\n%s", out.String(), want)
	}
}

// What a feed has taught of its items is printed, and which items slid back into it.
func TestFeedThatHasTaughtItsHabits(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	var out strings.Builder
	describeFeed(&cli.Terminal{Stdout: &out, Zone: time.UTC}, &desk.FeedReport{
		Name: "Desk", URL: "https://desk.example/feed", State: "ok", Items: 10, Polled: noon, Next: noon.Add(15 * time.Minute),
		Identity: "its guids change at every poll; told apart by title and date",
		SlidBack: 2,
		Slid: []poll.Old{
			{Title: "Treaty signed", Link: "https://desk.example/1", Published: noon.AddDate(-1, 0, 0), Rules: []string{"treaty"}},
			{Title: "NATO treaty ratified", Link: "https://desk.example/2", Published: noon.AddDate(0, -11, 0), Rules: []string{"treaty", "nato"}},
		},
	}, noon)
	want := `Desk  ok
  url        https://desk.example/feed
  last poll  0s ago
  next poll  in 15m
  last new   not yet
  items      10
  identity   its guids change at every poll; told apart by title and date
  slid back  2 items matched, not told: older than all that the feed had shown, and last in it
             2025-04-02 NATO treaty ratified https://desk.example/2 (treaty, nato)
             2025-03-02 Treaty signed https://desk.example/1 (treaty)
`
	if out.String() != want {
		t.Errorf("got\n%s, want\n%s", out.String(), want)
	}
}
