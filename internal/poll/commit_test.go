package poll_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"watcher/internal/poll"
	"watcher/internal/rules"
	"watcher/internal/store/bolt"
	"watcher/internal/testutil"
)

// full is a store whose first commit fails, or loses all claims, and which notes in log what
// became of each.
type full struct {
	*bolt.Store
	log   *slog.Logger
	loses bool
	tried int
}

// Commit implements poll.FeedStore.
func (f *full) Commit(ctx context.Context, outcomes []poll.Outcome) ([]poll.Claim, error) {
	if f.tried++; f.tried == 1 {
		f.log.Info("the first is not stored")
		if !f.loses {
			return nil, errors.New("no space left on device")
		}
		var lost []poll.Claim
		for i := range outcomes {
			lost = append(lost, outcomes[i].Claim)
		}
		return lost, nil
	}
	f.log.Info("stored")
	return f.Store.Commit(ctx, outcomes)
}

// TestBaselineIsSaidOnceItIsStored loses the outcome of a feed's first poll. Whoever waits for
// the word of a baseline takes what comes after it for news.
func TestBaselineIsSaidOnceItIsStored(t *testing.T) {
	for how, polls := range map[string]func(*poll.Poller){
		"a program that runs": func(p *poll.Poller) {
			running, cancel := context.WithTimeout(ctx, hour)
			defer cancel()
			p.Run(running)
		},
		"single rounds": func(p *poll.Poller) {
			for range 2 {
				_, _ = p.Once(ctx, func(int, int) {})
				time.Sleep(2 * hour) // the claim of the poll that was lost has run out
			}
		},
	} {
		for lost, loses := range map[string]bool{"the disk is full": false, "the claim is lost": true} {
			t.Run(how+", "+lost, func(t *testing.T) {
				dir := t.TempDir()
				in(t, func(t *testing.T) {
					w := newWeb()
					src := source("a", day)
					w.serve(src.URL, steady(rss("", entry{"1", "one", time.Time{}})))
					set, err := rules.Compile([]rules.Rule{{Name: "nato", Keywords: []string{"NATO"}}}, rules.Options{})
					if err != nil {
						t.Fatal(err)
					}
					n := idle(t, w, dir, &poll.Plan{Rules: set}, src)
					defer func() { n.must(n.store.Close()) }()
					var said bytes.Buffer
					log := slog.New(slog.NewJSONHandler(&said, nil))
					p := poll.New(&full{Store: n.store, log: log, loses: loses}, w, log)
					p.SetPlan(n.plan)
					polls(p)
					var order []string
					for line := range strings.Lines(said.String()) {
						for _, what := range []string{"the first is not stored", "stored", "baseline taken"} {
							if strings.Contains(line, `"msg":"`+what+`"`) {
								order = append(order, what)
							}
						}
					}
					testutil.Equal(t, "what was said", order, []string{"the first is not stored", "stored", "baseline taken"})
				})
			})
		}
	}
}
