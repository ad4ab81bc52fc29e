package desk_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/poll"
	"watcher/internal/store/bolt"
)

// The feeds that need attention come first, and each is on one page.
func TestFeedList(t *testing.T) {
	const feeds, failing = 150, 7
	var file strings.Builder
	file.WriteString("rules: [{name: r, match: narva}]\nnotify: {desk: {type: console}}\nfeeds:\n")
	for i := range feeds {
		fmt.Fprintf(&file, "  - {name: feed-%03d, url: 'https://example.org/%d'}\n", i, i)
	}
	cfg := parsed(t, file.String())
	store, err := bolt.Open(filepath.Join(t.TempDir(), "feeds.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	ctx := context.Background()
	if err := store.Sync(ctx, cfg.Feeds); err != nil {
		t.Fatal(err)
	}
	claims, _, err := store.ClaimDue(ctx, failing, time.Minute, 0)
	if err != nil {
		t.Fatal(err)
	}
	bad := make(map[string]bool)
	for _, c := range claims {
		o := poll.Outcome{Claim: c, State: c.State, Next: c.Now.Add(time.Hour)}
		o.State.Polled, o.State.Failing, o.State.Failed, o.State.Error = c.Now, c.Now, 3, "no answer"
		if lost, err := store.Commit(ctx, []poll.Outcome{o}); err != nil || len(lost) > 0 {
			t.Fatal(lost, err)
		}
		bad[c.Feed] = true
	}
	d := desk.New(desk.Options{Config: func() *config.Config { return cfg }, Store: store, Poller: poll.New(store, nil, slog.New(slog.DiscardHandler))})
	seen := make(map[string]bool)
	var order []string
	for from := 0; ; from += 60 {
		list, err := d.FeedList(ctx, desk.FeedFilter{}, from, 60)
		if err != nil {
			t.Fatal(err)
		}
		if list.All != feeds || list.Found != feeds || list.Counts[poll.Failing] != failing || list.Counts[poll.Unpolled] != feeds-failing {
			t.Fatalf("counted %d, %d found, %v", list.All, list.Found, list.Counts)
		}
		for _, f := range list.Feeds {
			if seen[f.Name] {
				t.Errorf("%s stands there twice", f.Name)
			}
			seen[f.Name] = true
			order = append(order, f.Name)
		}
		if len(list.Feeds) < 60 {
			break
		}
	}
	if len(order) != feeds {
		t.Errorf("%d feeds on all pages", len(order))
	}
	for i, name := range order {
		if bad[name] != (i < failing) {
			t.Errorf("%s is at place %d", name, i)
		}
	}
	list, err := d.FeedList(ctx, desk.FeedFilter{Words: "FEED-14", State: poll.Unpolled}, 0, 60)
	if err != nil || list.All != feeds || list.Found < 3 || list.Found > 10 {
		t.Errorf("of feed-140 to feed-149 %d are found, %v", list.Found, err)
	}
}
