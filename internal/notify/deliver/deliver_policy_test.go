package deliver_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/store"
	"watcher/internal/store/bolt"
)

// ruled holds alerts of a rule for desk.
func (d *desk) ruled(rule string, severity notify.Severity, titles ...string) {
	d.t.Helper()
	var alerts []notify.Alert
	for _, title := range titles {
		key := notify.KeyOf(title)
		alerts = append(alerts, notify.Alert{
			ID: notify.AlertID("desk", key), Target: "desk", Keys: []notify.ItemKey{key}, Severity: severity,
			Rules: []notify.RuleHit{{Name: rule}}, Item: notify.AlertItem{Title: title, Feed: "Wire"},
		})
	}
	if err := d.store.Report(context.Background(), alerts); err != nil {
		d.t.Fatal(err)
	}
}

// withPolicy runs a desk with one target, which has a policy.
func withPolicy(t *testing.T, o deliver.PolicyOptions, cooldown map[string]time.Duration, n notify.Notifier) *desk {
	t.Helper()
	d := newDesk(t, nil, nil)
	d.setPolicy(o, cooldown, n)
	return d
}

func (d *desk) setPolicy(o deliver.PolicyOptions, cooldown map[string]time.Duration, n notify.Notifier) {
	d.t.Helper()
	p, err := o.Policy(cooldown)
	if err != nil {
		d.t.Fatal(err)
	}
	d.SetTargets([]deliver.Target{{Name: "desk", Notifier: n, Policy: p, Spacing: o.Spacing}}, nil)
}

// batches records the batches that it gets, as "a b+2", and when.
type batches struct {
	receiver
	told []string
	when []time.Time
}

func (b *batches) Compose(batch notify.Batch) ([]notify.Message, error) {
	var titles []string
	for _, a := range batch.Alerts {
		titles = append(titles, a.Item.Title)
	}
	s := strings.Join(titles, " ")
	if batch.More > 0 {
		s += fmt.Sprintf("+%d", batch.More)
	}
	b.mu.Lock()
	b.told, b.when = append(b.told, s), append(b.when, time.Now())
	b.mu.Unlock()
	return b.receiver.Compose(batch)
}

func (b *batches) want(t *testing.T, want ...string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if got, want := strings.Join(b.told, " | "), strings.Join(want, " | "); got != want {
		t.Errorf("it was told %q, want %q", got, want)
	}
}

func TestGroupIsSentAsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := new(batches)
		d := withPolicy(t, deliver.PolicyOptions{Group: 30 * time.Second}, nil, b)
		start := time.Now()
		d.ruled("r", notify.Normal, "a", "b")
		time.Sleep(20 * time.Second)
		d.ruled("r", notify.Normal, "c")
		time.Sleep(time.Minute)
		d.ruled("r", notify.Normal, "d")
		time.Sleep(time.Minute)
		d.stop()
		b.want(t, "a b c", "d")
		if waited := b.when[0].Sub(start); waited < 30*time.Second || waited > 31*time.Second {
			t.Errorf("it was sent after %v, want 30 s", waited)
		}
	})
}

// A restart in between neither loses held alerts nor makes them wait anew.
func TestHeldOverARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := new(batches)
		d := &desk{t: t, log: new(strings.Builder)}
		path := filepath.Join(t.TempDir(), "watcher.db")
		start := time.Now()
		for i := range 4 {
			d.open(path, nil, nil)
			d.setPolicy(deliver.PolicyOptions{Group: time.Hour}, nil, b)
			d.ruled("r", notify.Normal, fmt.Sprint("n", i))
			time.Sleep(18 * time.Minute)
			if i < 3 {
				d.stop()
			}
		}
		d.stop()
		b.want(t, "n0 n1 n2 n3")
		if waited := b.when[0].Sub(start); waited > 61*time.Minute {
			t.Errorf("it was sent after %v, want an hour", waited)
		}
	})
}

func TestMaxPerHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := new(batches)
		d := withPolicy(t, deliver.PolicyOptions{MaxPerHour: &deliver.LimitOptions{Alerts: 2}}, nil, b)
		d.ruled("r", notify.Normal, "a", "b", "c", "d")
		time.Sleep(10 * time.Minute)
		d.ruled("r", notify.Normal, "e")
		time.Sleep(2 * time.Hour)
		d.stop()
		b.want(t, "a", "b+2", "c d e")
	})
}

func TestQuietHoursEndWithASummary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := new(batches)
		high := notify.High
		// A bubble begins at midnight UTC.
		o := deliver.PolicyOptions{Quiet: &deliver.QuietOptions{From: "22:00", To: "06:00", Except: &high}}
		d := withPolicy(t, o, nil, b)
		d.ruled("r", notify.Normal, "a", "b")
		d.ruled("r", notify.High, "urgent")
		time.Sleep(3 * time.Hour)
		d.ruled("r", notify.Low, "c")
		time.Sleep(4 * time.Hour)
		d.ruled("r", notify.Normal, "day")
		time.Sleep(time.Minute)
		d.stop()
		b.want(t, "urgent", "a b c", "day")
	})
}

func TestCooldownAndMinSeverity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := new(batches)
		normal := notify.Normal
		d := withPolicy(t, deliver.PolicyOptions{MinSeverity: &normal}, map[string]time.Duration{"r": time.Hour}, b)
		d.ruled("r", notify.Normal, "a")
		d.ruled("other", notify.Low, "unwanted")
		time.Sleep(time.Minute)
		d.ruled("r", notify.Normal, "b", "c")
		d.ruled("other", notify.Normal, "x")
		time.Sleep(2 * time.Hour)
		d.stop()
		b.want(t, "a", "x", "b c")
	})
}

func TestMute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := new(batches)
		d := withPolicy(t, deliver.PolicyOptions{}, nil, b)
		mute := func(span time.Duration) {
			m := notify.Mute{Kind: "rule", Name: "r", Until: time.Now().Add(span)}
			if err := d.store.Mute(context.Background(), m); err != nil {
				t.Fatal(err)
			}
		}
		mute(3 * time.Hour)
		d.ruled("r", notify.High, "a")
		d.ruled("other", notify.Normal, "x")
		time.Sleep(time.Hour)
		d.ruled("r", notify.Normal, "b")
		time.Sleep(time.Hour)
		mute(0) // ends the mute early
		time.Sleep(time.Second)
		d.ruled("r", notify.Normal, "c")
		time.Sleep(time.Minute)
		mute(time.Minute)
		d.ruled("r", notify.Normal, "d", "e")
		time.Sleep(20 * time.Second)
		mute(0) // a short one makes no difference
		time.Sleep(time.Minute)
		d.stop()
		b.want(t, "x", "a b", "c", "d e")
	})
}

func TestSpacingAndPace(t *testing.T) {
	for _, c := range []struct {
		name     string
		spacing  time.Duration
		notifier notify.Notifier
		took     time.Duration // for ten messages
	}{
		{"without a pace they go at once", 0, new(receiver), 0},
		{"spacing parts them", time.Second, new(receiver), 9 * time.Second},
		{"a kind has its own pace, after a burst", 0, &paced{every: 2 * time.Second, burst: 4}, 12 * time.Second},
		{"the slower of the two holds", 5 * time.Second, &paced{every: 2 * time.Second, burst: 4}, 45 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := withPolicy(t, deliver.PolicyOptions{Spacing: c.spacing}, nil, c.notifier)
				start := time.Now()
				d.alert("desk", titled("x", 10)...)
				time.Sleep(time.Hour)
				d.stop()
				r := received(c.notifier)
				if len(r.at) != 10 {
					t.Fatalf("%d messages, want 10", len(r.at))
				}
				if took := r.at[9].Sub(start); took < c.took-time.Second || took > c.took+time.Second {
					t.Errorf("it took %v, want %v", took, c.took)
				}
			})
		})
	}
}

// paced is a kind that accepts a limited rate of messages.
type paced struct {
	receiver
	every time.Duration
	burst int
}

func (p *paced) Pace() (time.Duration, int) { return p.every, p.burst }

func received(n notify.Notifier) *receiver {
	if p, ok := n.(*paced); ok {
		return &p.receiver
	}
	return n.(*receiver)
}

// If a target asks for a pause, all of its messages pause; if it fails without asking, only
// the message that failed does.
func TestWhoeverAsksIsLeftAlone(t *testing.T) {
	for _, c := range []struct {
		name  string
		err   error
		pause time.Duration // before the second message
	}{
		{"429 with Retry-After", &notify.RetryError{After: 20 * time.Minute, Err: errors.New("429")}, 20 * time.Minute},
		{"500", &notify.RetryError{Err: errors.New("500")}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &receiver{answer: func(n int, _ notify.Message) error {
					if n == 1 {
						return c.err
					}
					return nil
				}}
				d := newDesk(t, nil, map[string]*receiver{"desk": r})
				d.alert("desk", "a", "b")
				time.Sleep(2 * time.Hour)
				d.stop()
				gap := r.at[1].Sub(r.at[0])
				if gap < c.pause || gap > c.pause+time.Minute {
					t.Errorf("the second message came after %v, want %v", gap, c.pause)
				}
				if len(r.accepted) != 2 {
					t.Errorf("%d accepted, want 2", len(r.accepted))
				}
			})
		})
	}
}

// Only what may have arrived counts as ambiguous.
func TestAmbiguous(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want int
	}{
		{"the connection broke", errors.New("EOF"), 1},
		{"an answer", &notify.RetryError{Err: errors.New("500")}, 0},
		{"a refusal", &notify.PermanentError{Target: true, Err: errors.New("404")}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &receiver{answer: func(n int, _ notify.Message) error {
					if n == 1 {
						return c.err
					}
					return nil
				}}
				d := newDesk(t, nil, map[string]*receiver{"desk": r})
				d.alert("desk", "a")
				time.Sleep(time.Hour)
				tally, err := d.store.Tally(context.Background())
				if err != nil || tally.Ambiguous != c.want {
					t.Errorf("%d ambiguous (%v), want %d", tally.Ambiguous, err, c.want)
				}
				d.stop()
			})
		})
	}
}

// An attempt that a reload interrupts is repeated, without a restart.
func TestReloadCutsOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(receiver)
		cut := &cutOff{receiver: r, takes: time.Minute}
		cut.slow.Store(true)
		d := newDesk(t, nil, nil)
		d.SetTargets([]deliver.Target{{Name: "desk", Notifier: cut}}, nil)
		d.alert("desk", "x")
		time.Sleep(time.Second)
		cut.slow.Store(false)
		d.SetTargets([]deliver.Target{{Name: "desk", Notifier: cut}}, nil)
		time.Sleep(time.Minute)
		d.stop()
		if len(r.attempts) != 2 {
			t.Errorf("%d attempts, want the one that was cut off and another", len(r.attempts))
		}
	})
}

// If a kind panics on a message, that message alone fails, and says why.
func TestPanicOfAKind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{answer: func(_ int, m notify.Message) error {
			if strings.Contains(string(m.Payload), "poison") {
				panic("index out of range")
			}
			return nil
		}}
		d := newDesk(t, nil, map[string]*receiver{"desk": r})
		d.alert("desk", "a", "poison", "c")
		time.Sleep(time.Hour)
		var dead []notify.Trace
		err := d.store.DeadTraces(context.Background(), time.Time{}, func(l notify.Trace) bool { dead = append(dead, l); return true })
		if err != nil || len(dead) != 1 || dead[0].Item.Title != "poison" {
			t.Errorf("dead letters: %+v (%v)", dead, err)
		}
		d.stop()
		if len(r.accepted) != 2 {
			t.Errorf("%d accepted, want 2", len(r.accepted))
		}
	})
}

// flakyStore fails some of its writes before they are made, and some afterwards.
type flakyStore struct {
	*bolt.Store
	n int
}

func (s *flakyStore) Settle(ctx context.Context, d notify.Delivery, o notify.AttemptOutcome) error {
	s.n++
	if s.n%3 == 1 {
		return errors.New("nothing was written")
	}
	if err := s.Store.Settle(ctx, d, o); err != nil {
		return err
	}
	if s.n%3 == 2 {
		return errors.New("it was written all the same")
	}
	return nil
}

func (s *flakyStore) Next(ctx context.Context, d notify.Delivery, o notify.AttemptOutcome) (next notify.Delivery, ok bool, wake store.Wake, err error) {
	s.n++
	if s.n%3 == 1 {
		return next, false, wake, errors.New("nothing was written")
	}
	if s.n%3 == 2 {
		// The store queues again what was begun by a transaction that reports this error.
		return next, false, wake, errors.Join(errors.New("it was written all the same"), s.Store.Settle(ctx, d, o))
	}
	return s.Store.Next(ctx, d, o)
}

func TestStoreThatFailsToSettle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, err := bolt.Open(filepath.Join(t.TempDir(), "watcher.db"))
		if err != nil {
			t.Fatal(err)
		}
		d := newDesk(t, nil, nil)
		d.stop()
		r := new(receiver)
		deliverer := deliver.New(&flakyStore{Store: store}, slog.New(slog.DiscardHandler))
		deliverer.SetTargets(targetsOf(map[string]*receiver{"desk": r}), nil)
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			deliverer.Run(ctx)
		}()
		d.store = store
		d.alert("desk", titled("x", 20)...)
		time.Sleep(time.Hour)
		cancel()
		<-ended
		if len(r.attempts) != 20 {
			t.Errorf("%d attempts, want 20: an attempt that cannot be settled is not made again", len(r.attempts))
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// thread is a kind that threads, and records under which message each was sent.
type thread struct {
	receiver
	under []string
}

func (r *thread) NotifyThread(ctx context.Context, m notify.Message) (string, error) {
	if err := r.Notify(ctx, m); err != nil {
		return "", err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.under = append(r.under, m.Ref)
	return fmt.Sprint("ref ", len(r.under)), nil
}

func TestLaterReportsGoIntoTheThread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(thread)
		d := withPolicy(t, deliver.PolicyOptions{MaxPerHour: &deliver.LimitOptions{Alerts: 1}}, nil, r)
		article := func(feed string) notify.Alert {
			key := notify.KeyOf(feed)
			return notify.Alert{
				ID: notify.AlertID("desk", key), Target: "desk", Keys: []notify.ItemKey{key, notify.KeyOf("the link")}, Trails: true,
				Item: notify.AlertItem{Title: "x", Feed: feed, Link: "https://example.org/x"},
			}
		}
		for _, feed := range []string{"a", "b", "c"} {
			if err := d.store.Report(context.Background(), []notify.Alert{article(feed)}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		d.stop()
		if got := strings.Join(r.under, " | "); got != " | ref 1 | ref 1" {
			t.Errorf("they went under %q", got)
		}
	})
}
