package daemon

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"watcher/internal/desk"
	"watcher/internal/poll"
	"watcher/internal/store"

	"github.com/maruel/natural"
)

// Status returns the daemon's state.
func (d *Daemon) Status() desk.Status {
	cfg := d.config()
	s := desk.Status{
		Version: d.opts.Version, PID: os.Getpid(), Config: d.path, Started: d.started,
		Alive: d.Alive() == nil, Healthy: true,
		Feeds: cfg.Feeds.Len(), Rules: len(cfg.Rules), Targets: len(cfg.Targets),
		States: make(map[poll.Condition]int), Outage: d.poller.Outage(),
	}
	s.Polls, s.Failed = d.poller.Counts()
	s.History.Max = int64(cfg.History.Max)
	s.History.Bytes, _, s.History.Full = d.store.HistorySize()
	s.History.Unindexed = d.unindexed.Load()
	s.Sent, s.Unsent = d.deliverer.Counts()
	err := d.storing()
	// A file that is full can be read. A database that is away is not waited for.
	if _, shared := d.store.(sharing); err == nil || !shared {
		var unread error
		if s.States, unread = d.conditions(); shared {
			err = unread
		}
	}
	if err == nil {
		s.Machines, s.Risks, err = d.machines(context.Background())
	}
	if err == nil {
		s.Differing = store.Differing(s.Machines)
		s.Outbox, err = d.store.Tally(context.Background())
	}
	if err == nil {
		s.Failing, err = d.failing()
	}
	if err == nil {
		err = d.Healthy()
	}
	s.Unstored, _ = d.store.Storing()
	if err != nil {
		s.Healthy, s.Trouble = false, err.Error()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	s.Reloaded = d.reloaded
	if d.reload != nil {
		s.ReloadError = d.reload.Error()
	}
	return s
}

// failing returns the targets that fail or refuse.
func (d *Daemon) failing() ([]desk.FailingTarget, error) {
	failing, err := d.store.Failing(context.Background())
	if err != nil {
		return nil, err
	}
	queues, err := d.store.Queues(context.Background(), slices.Collect(maps.Keys(failing)))
	if err != nil {
		return nil, err
	}
	var targets []desk.FailingTarget
	alone := d.deliverer.LeftAlone()
	for _, name := range slices.SortedFunc(maps.Keys(failing), natural.Compare) {
		f := failing[name]
		if f.Answered(queues[name]) {
			continue
		}
		t := desk.FailingTarget{Target: name, State: f.State(), Since: f.Since.UTC(), Error: f.Answer, Failures: f.Failures, Refused: f.Refused, Told: f.Told.UTC(), Next: f.Due.UTC()}
		if until := alone[name]; !f.Due.IsZero() && until.After(f.Due) {
			t.Next = until.UTC()
		}
		targets = append(targets, t)
	}
	return targets, nil
}

// statusLine is the status in systemctl status.
func (d *Daemon) statusLine() string {
	cfg := d.config()
	line := "watching " + count(cfg.Feeds.Len(), "feed") + " with " + count(len(cfg.Rules), "rule")
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.reload != nil {
		line += "; the last reload was refused, the old config is in force"
	}
	return line
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// conditions counts the feeds in each state, but for those that cannot be read.
func (d *Daemon) conditions() (counts map[poll.Condition]int, unread error) {
	counts = make(map[poll.Condition]int)
	now := time.Now()
	for e, err := range d.store.Feeds(context.Background()) {
		if err != nil {
			unread = err
			continue
		}
		counts[e.Health(now).Condition]++
	}
	return counts, unread
}
