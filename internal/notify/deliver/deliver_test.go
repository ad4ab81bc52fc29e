package deliver_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/poll"
	"watcher/internal/store/bolt"
)

// receiver is a target that keeps what it accepts and answers as it is told.
type receiver struct {
	answer func(n int, m notify.Message) error // n counts the attempts from 1; nil accepts all

	mu       sync.Mutex
	attempts []string    // ids of messages, in the order they came
	at       []time.Time // when
	accepted []string
}

func (r *receiver) Compose(b notify.Batch) ([]notify.Message, error) {
	var ids []string
	for _, a := range b.Alerts {
		if a.Trouble == nil && a.Item.Title == "unspeakable" {
			return nil, errors.New("no words for it")
		}
		ids = append(ids, a.ID)
	}
	payload, err := json.Marshal(b.Alerts)
	return []notify.Message{{ID: b.ID, Target: b.Target, AlertIDs: ids, Payload: payload}}, err
}

func (r *receiver) Notify(ctx context.Context, m notify.Message) error {
	r.mu.Lock()
	r.attempts = append(r.attempts, m.ID)
	r.at = append(r.at, time.Now())
	n := len(r.attempts)
	r.mu.Unlock()
	if r.answer != nil {
		if err := r.answer(n, m); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.accepted = append(r.accepted, m.ID)
	return nil
}

// now returns a copy of what was received so far, for use while it runs.
func (r *receiver) now() *receiver {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &receiver{attempts: slices.Clone(r.attempts), at: slices.Clone(r.at), accepted: slices.Clone(r.accepted)}
}

func (r *receiver) gaps() []time.Duration {
	var g []time.Duration
	for i := 1; i < len(r.at); i++ {
		g = append(g, r.at[i].Sub(r.at[i-1]))
	}
	return g
}

// desk is a store, a deliverer and its receivers, in a bubble of its own time.
type desk struct {
	t     *testing.T
	store *bolt.Store
	*deliver.Deliverer
	stop func()
	log  *strings.Builder
}

func newDesk(t *testing.T, ops []string, receivers map[string]*receiver) *desk {
	t.Helper()
	d := &desk{t: t, log: new(strings.Builder)}
	d.open(filepath.Join(t.TempDir(), "watcher.db"), ops, receivers)
	return d
}

func (d *desk) open(path string, ops []string, receivers map[string]*receiver) {
	d.t.Helper()
	store, err := bolt.Open(path)
	if err != nil {
		d.t.Fatal(err)
	}
	d.store = store
	var mu sync.Mutex
	d.Deliverer = deliver.New(store, slog.New(slog.NewTextHandler(writer(func(p []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return d.log.Write(p)
	}), nil)))
	d.SetTargets(targetsOf(receivers), ops)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Run(ctx)
	}()
	d.stop = func() {
		d.t.Helper()
		cancel()
		<-done
		if err := store.Close(); err != nil {
			d.t.Fatal(err)
		}
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

func targetsOf(receivers map[string]*receiver) []deliver.Target {
	var ts []deliver.Target
	for name, r := range receivers {
		ts = append(ts, deliver.Target{Name: name, Notifier: r})
	}
	return ts
}

// alert holds alerts with these titles for target.
func (d *desk) alert(target string, titles ...string) {
	d.t.Helper()
	var alerts []notify.Alert
	for _, title := range titles {
		key := notify.KeyOf(title)
		alerts = append(alerts, notify.Alert{ID: notify.AlertID(target, key), Target: target, Keys: []notify.ItemKey{key}, Item: notify.AlertItem{Title: title}})
	}
	if err := d.store.Report(context.Background(), alerts); err != nil {
		d.t.Fatal(err)
	}
}

func titled(prefix string, n int) []string {
	var ts []string
	for i := range n {
		ts = append(ts, fmt.Sprintf("%s %03d", prefix, i))
	}
	return ts
}

func TestDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(receiver)
		d := newDesk(t, nil, map[string]*receiver{"desk": r})
		d.alert("desk", titled("x", 50)...)
		start := time.Now()
		synctest.Wait()
		d.stop()
		if len(r.accepted) != 50 || len(r.attempts) != 50 {
			t.Errorf("%d accepted in %d attempts, want 50 in 50", len(r.accepted), len(r.attempts))
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("it took %v", took)
		}
		if sent, failed := d.Counts(); sent != 50 || failed != 0 {
			t.Errorf("counted %d sent, %d failed", sent, failed)
		}
	})
}

func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{answer: func(int, notify.Message) error { return errors.New("500 Internal Server Error") }}
		d := newDesk(t, nil, map[string]*receiver{"desk": r})
		d.alert("desk", "x")
		time.Sleep(25 * time.Hour)
		d.stop()
		gaps := r.gaps()
		for i, ceiling := range []time.Duration{1, 2, 4, 8, 16} {
			if gaps[i] > ceiling*time.Second+time.Millisecond {
				t.Errorf("retry %d came after %v, want at most %v s", i+1, gaps[i], int(ceiling))
			}
		}
		for i, at := range r.at[1:] {
			age := at.Sub(r.at[0])
			if age < 10*time.Minute && gaps[i] > time.Minute+time.Second {
				t.Errorf("%v after the first attempt the gap is %v, want at most a minute", age, gaps[i])
			}
			if gaps[i] > time.Hour+time.Second {
				t.Errorf("%v after the first attempt the gap is %v, want at most an hour", age, gaps[i])
			}
		}
		if last := r.at[len(r.at)-1].Sub(r.at[0]); last < 22*time.Hour || last > 26*time.Hour {
			t.Errorf("it was tried for %v, want about a day", last)
		}
		if !strings.Contains(d.log.String(), "given up after a day") {
			t.Error("the log does not say that it was given up")
		}
	})
}

func TestRetryAfterIsObeyed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{answer: func(n int, _ notify.Message) error {
			if n == 1 {
				return &notify.RetryError{After: 90 * time.Second, Err: errors.New("429 Too Many Requests")}
			}
			return nil
		}}
		d := newDesk(t, nil, map[string]*receiver{"desk": r})
		d.alert("desk", "x")
		time.Sleep(10 * time.Minute)
		d.stop()
		if gaps := r.gaps(); len(gaps) != 1 || gaps[0] < 90*time.Second || gaps[0] > 92*time.Second {
			t.Errorf("gaps %v, want one of 90 s", gaps)
		}
	})
}

func TestBadMessageIsGivenUpAndTheOthersGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{answer: func(_ int, m notify.Message) error {
			if strings.Contains(string(m.Payload), "bad") {
				return &notify.PermanentError{Err: errors.New("invalid_blocks")}
			}
			return nil
		}}
		d := newDesk(t, nil, map[string]*receiver{"desk": r})
		d.alert("desk", "a", "bad", "c")
		time.Sleep(time.Hour)
		d.stop()
		if len(r.accepted) != 2 || len(r.attempts) != 3 {
			t.Errorf("%d accepted in %d attempts, want 2 in 3", len(r.accepted), len(r.attempts))
		}
	})
}

func TestOneThatCannotBeWordedHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(receiver)
		d := newDesk(t, nil, map[string]*receiver{"desk": r})
		d.alert("desk", "a", "unspeakable", "c")
		time.Sleep(time.Hour)
		d.stop()
		if len(r.accepted) != 2 {
			t.Errorf("%d accepted, want 2", len(r.accepted))
		}
	})
}

func TestDeadTarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var revived atomic.Bool
		dead := &receiver{answer: func(int, notify.Message) error {
			if !revived.Load() {
				return &notify.PermanentError{Target: true, Err: errors.New("no_active_hooks")}
			}
			return nil
		}}
		ops := new(receiver)
		d := newDesk(t, []string{"dead", "ops"}, map[string]*receiver{"dead": dead, "ops": ops})
		d.alert("dead", titled("x", 20)...)
		d.alert("ops", "of its own")
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := len(dead.now().attempts); n > 20 {
			t.Errorf("a dead target was asked %d times in an hour", n)
		}
		if n := len(ops.now().accepted); n != 2 {
			t.Errorf("the other target got %d messages, want its own and the report", n)
		}
		revived.Store(true)
		time.Sleep(2 * time.Hour)
		d.stop()
		if len(dead.accepted) != 20 {
			t.Errorf("%d of the parked messages arrived, want 20", len(dead.accepted))
		}
		if len(ops.accepted) != 3 {
			t.Errorf("the other target got %d messages, want the recovery too", len(ops.accepted))
		}
	})
}

func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var up atomic.Bool
		r := &receiver{answer: func(int, notify.Message) error {
			if up.Load() {
				return nil
			}
			return &net.OpError{Op: "dial", Err: errors.New("connection refused")}
		}}
		d := newDesk(t, nil, map[string]*receiver{"desk": r})
		d.alert("desk", titled("x", 100)...)
		time.Sleep(30 * time.Minute)
		synctest.Wait()
		at := r.now().at
		// At most 100 messages failed once each in the first second; then one probe follows
		// each ten seconds.
		tail := at[len(at)-20:]
		for i := 1; i < len(tail); i++ {
			if gap := tail[i].Sub(tail[i-1]); gap < 9*time.Second {
				t.Errorf("two probes %v apart, want 10 s", gap)
			}
		}
		up.Store(true)
		time.Sleep(30 * time.Minute)
		d.stop()
		if len(r.accepted) != 100 {
			t.Errorf("%d arrived, want 100", len(r.accepted))
		}
		slices.Sort(r.accepted)
		if n := len(slices.Compact(r.accepted)); n != 100 {
			t.Errorf("%d different ones arrived, want 100", n)
		}
	})
}

// A report says to the second since when there is trouble, and has the time when it is
// made.
func TestReportsSayWhen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(17*time.Minute + 5*time.Second) // not on the hour
		start := time.Now()
		r := &receiver{answer: func(int, notify.Message) error {
			if time.Since(start) < 2*time.Hour {
				return errors.New("connection refused")
			}
			return nil
		}}
		var reports []notify.Alert
		ops := &receiver{answer: func(_ int, m notify.Message) error {
			var as []notify.Alert
			err := json.Unmarshal(m.Payload, &as)
			reports = append(reports, as...)
			return err
		}}
		d := newDesk(t, []string{"ops"}, map[string]*receiver{"desk": r, "ops": ops})
		d.alert("desk", titled("x", 20)...)
		time.Sleep(3 * time.Hour)
		d.stop()
		if len(reports) != 2 {
			t.Fatalf("%d reports, want that it fails and that it works again: %v", len(reports), reports)
		}
		made := []time.Duration{time.Minute, 2 * time.Hour} // at the earliest
		for i, a := range reports {
			if since := a.Trouble.Since.Sub(start); since < 0 || since > time.Second {
				t.Errorf("%s began %v after the first failure", a.Trouble.Kind, since)
			}
			if at := a.FirstSeen.Sub(start); at < made[i] || at > made[i]+5*time.Minute {
				t.Errorf("%s is of %v after the start, want %v", a.Trouble.Kind, at, made[i])
			}
		}
	})
}

// After a restart the program knows that a target was failing: it probes it, does not
// report it a second time, and reports that it works again.
func TestBreakerOverARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var up atomic.Bool
		r := &receiver{answer: func(int, notify.Message) error {
			if up.Load() {
				return nil
			}
			return errors.New("connection refused")
		}}
		ops := new(receiver)
		receivers := map[string]*receiver{"desk": r, "ops": ops}
		path := filepath.Join(t.TempDir(), "watcher.db")
		d := &desk{t: t, log: new(strings.Builder)}
		d.open(path, []string{"ops"}, receivers)
		d.alert("desk", titled("x", 50)...)
		time.Sleep(10 * time.Minute)
		d.stop()
		before, told := len(r.at), len(ops.accepted)
		if told != 1 {
			t.Fatalf("ops were told %d times that it fails, want once", told)
		}
		time.Sleep(5 * time.Hour)
		d.open(path, []string{"ops"}, receivers)
		time.Sleep(10 * time.Minute)
		at := r.now().at[before:]
		for i := 1; i < len(at); i++ {
			if gap := at[i].Sub(at[i-1]); gap < 9*time.Second {
				t.Errorf("after the restart two probes %v apart, want 10 s", gap)
			}
		}
		up.Store(true)
		time.Sleep(3 * time.Hour)
		d.stop()
		if len(r.accepted) != 50 || len(ops.accepted) != told+1 {
			t.Errorf("%d arrived, and ops were told %d times more, want 50 and that it works again", len(r.accepted), len(ops.accepted)-told)
		}
	})
}

func TestSlowTargetDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &receiver{answer: func(int, notify.Message) error { time.Sleep(19 * time.Second); return nil }}
		fast := new(receiver)
		d := newDesk(t, nil, map[string]*receiver{"slow": slow, "fast": fast})
		d.alert("slow", titled("x", 10)...)
		d.alert("fast", titled("y", 10)...)
		time.Sleep(time.Second)
		synctest.Wait()
		if n := len(fast.now().accepted); n != 10 {
			t.Errorf("%d arrived at the fast one, want 10", n)
		}
		d.stop()
	})
}

// An attempt under way when the program is told to end gets its grace, and no more. If it
// is cut off, it is sent again under the same id, as ambiguous.
func TestEnd(t *testing.T) {
	for _, c := range []struct {
		name     string
		takes    time.Duration
		attempts int // after the restart too
	}{
		{"an attempt that ends within the grace counts", 4 * time.Second, 1},
		{"an attempt that does not is made again", 15 * time.Second, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := new(receiver)
				cut := &cutOff{receiver: r, takes: c.takes}
				cut.slow.Store(true)
				path := filepath.Join(t.TempDir(), "watcher.db")
				d := &desk{t: t, log: new(strings.Builder)}
				d.open(path, nil, nil)
				d.SetTargets([]deliver.Target{{Name: "desk", Notifier: cut}}, nil)
				d.alert("desk", "x")
				time.Sleep(time.Second)
				start := time.Now()
				d.stop()
				if took := time.Since(start); took > 6*time.Second {
					t.Errorf("the end took %v", took)
				}
				cut.slow.Store(false)
				d.open(path, nil, nil)
				d.SetTargets([]deliver.Target{{Name: "desk", Notifier: cut}}, nil)
				time.Sleep(time.Second)
				d.stop()
				if len(r.attempts) != c.attempts {
					t.Errorf("%d attempts, want %d", len(r.attempts), c.attempts)
				}
				if n := len(slices.Compact(r.attempts)); n != 1 {
					t.Errorf("it went under %d ids", n)
				}
			})
		})
	}
}

// cutOff is a receiver that answers late while slow, as over a slow connection.
type cutOff struct {
	*receiver
	takes time.Duration
	slow  atomic.Bool
}

func (c *cutOff) Notify(ctx context.Context, m notify.Message) error {
	if err := c.receiver.Notify(ctx, m); err != nil || !c.slow.Load() {
		return err
	}
	select {
	case <-time.After(c.takes):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestSetTargetsWhileRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := &receiver{answer: func(int, notify.Message) error { time.Sleep(10 * time.Second); return nil }}
		d := newDesk(t, nil, map[string]*receiver{"desk": old, "gone": new(receiver)})
		d.alert("desk", "x", "y")
		time.Sleep(time.Second)
		fresh, added := new(receiver), new(receiver)
		d.SetTargets(targetsOf(map[string]*receiver{"desk": fresh, "added": added}), nil)
		d.alert("added", "z")
		time.Sleep(time.Minute)
		d.stop()
		if len(old.accepted) != 1 || len(fresh.accepted) != 1 || len(added.accepted) != 1 {
			t.Errorf("old %d, fresh %d, added %d; want the one under way at the old, and one each", len(old.accepted), len(fresh.accepted), len(added.accepted))
		}
	})
}

// Messages that were composed for a webhook must not be posted to the Slack channel that
// the target's name stands for now, nor count as sent.
func TestAnotherKindComposesAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := &receiver{answer: func(int, notify.Message) error { return errors.New("503") }}
		d := newDesk(t, nil, nil)
		d.SetTargets([]deliver.Target{{Name: "desk", Kind: "webhook", Notifier: old}}, nil)
		d.alert("desk", "x")
		time.Sleep(time.Second)
		fresh := &receiver{answer: func(_ int, m notify.Message) error {
			if m.Kind != "slack" {
				t.Errorf("sent what was composed for %q", m.Kind)
			}
			return nil
		}}
		d.SetTargets([]deliver.Target{{Name: "desk", Kind: "slack", Notifier: fresh}}, nil)
		time.Sleep(time.Hour)
		d.stop()
		if len(fresh.accepted) != 1 || len(fresh.attempts) != 1 {
			t.Errorf("%d accepted in %d attempts, want 1 in 1", len(fresh.accepted), len(fresh.attempts))
		}
	})
}

func TestAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		r := &receiver{answer: func(int, notify.Message) error { <-stuck; return nil }}
		d := newDesk(t, nil, map[string]*receiver{"desk": r, "other": new(receiver)})
		time.Sleep(time.Hour)
		if err := d.Alive(); err != nil {
			t.Errorf("after an idle hour: %v", err)
		}
		d.alert("desk", "x")
		time.Sleep(10 * time.Minute)
		if err := d.Alive(); err == nil || !strings.Contains(err.Error(), "desk is stuck") {
			t.Errorf("with a notifier that ignores its deadline: %v", err)
		}
		close(stuck)
		synctest.Wait()
		d.stop()
	})
}

// A run by cron must end, whatever its targets do.
func TestDrainLeavesATargetThatFails(t *testing.T) {
	for _, c := range []struct {
		what   string
		answer func(n int) error
		want   int // attempts, of ten messages
		within time.Duration
	}{
		{"one that does not answer is waited for once", func(int) error {
			time.Sleep(20 * time.Second)
			return errors.New("no answer")
		}, 1, 20 * time.Second},
		{"one that refuses everything at once is left soon", func(int) error { return errors.New("500") }, 3, 0},
		{"one that asked to be left alone is", func(int) error {
			return &notify.RetryError{After: time.Minute, Err: errors.New("429")}
		}, 1, 0},
		{"one that is gone is", func(int) error {
			return &notify.PermanentError{Target: true, Err: errors.New("404")}
		}, 1, 0},
		{"one that refuses now and then gets all", func(n int) error {
			if n%3 == 1 {
				return nil
			}
			return errors.New("500")
		}, 10, 0},
		{"one that will not take single messages gets the others", func(int) error {
			return &notify.PermanentError{Err: errors.New("400")}
		}, 10, 0},
	} {
		t.Run(c.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := 0
				r := &receiver{answer: func(int, notify.Message) error { n++; return c.answer(n) }}
				d := newDesk(t, nil, nil)
				d.stop()
				store, err := bolt.Open(filepath.Join(t.TempDir(), "watcher.db"))
				if err != nil {
					t.Fatal(err)
				}
				defer store.Close()
				drained := deliver.New(store, slog.New(slog.DiscardHandler))
				drained.SetTargets(targetsOf(map[string]*receiver{"desk": r}), nil)
				d.store = store
				d.alert("desk", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
				began := time.Now()
				if _, _, err := drained.Drain(context.Background()); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(began); n != c.want || took > c.within {
					t.Errorf("%d attempts in %v, want %d in %v", n, took, c.want, c.within)
				}
			})
		})
	}
}

// A gateway that got no answer may have passed the message on.
func TestAmbiguousAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{answer: func(n int, _ notify.Message) error {
			if n == 1 {
				return &notify.RetryError{Unclear: true, Err: errors.New("502")}
			}
			return nil
		}}
		d := newDesk(t, nil, map[string]*receiver{"desk": r})
		d.alert("desk", "x")
		time.Sleep(time.Minute)
		tally, err := d.store.Tally(context.Background())
		d.stop()
		if err != nil || tally.Ambiguous != 1 {
			t.Errorf("%d ambiguous attempts (%v), want one", tally.Ambiguous, err)
		}
	})
}

func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good := new(receiver)
		bad := &receiver{answer: func(int, notify.Message) error { return errors.New("500") }}
		d := newDesk(t, nil, nil)
		d.stop()
		path := filepath.Join(t.TempDir(), "watcher.db")
		store, err := bolt.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		drained := deliver.New(store, slog.New(slog.DiscardHandler))
		drained.SetTargets(targetsOf(map[string]*receiver{"good": good, "bad": bad}), nil)
		d.store = store
		d.alert("good", "x", "y")
		d.alert("bad", "x", "y")
		sent, failed, err := drained.Drain(context.Background())
		if err != nil || sent != 2 || failed != 2 {
			t.Errorf("sent %d, failed %d (%v), want 2 and 2", sent, failed, err)
		}
	})
}

// A program that ends after one round waits for everything that its polls have brought.
func TestDrainWaitsForAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, err := bolt.Open(filepath.Join(t.TempDir(), "watcher.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		ctx := context.Background()
		source := feeds.Source{ID: "a", URL: "https://example.org/a", Every: time.Hour}
		if err := store.Sync(ctx, feeds.Pack(source)); err != nil {
			t.Fatal(err)
		}
		due, _, err := store.ClaimDue(ctx, 1, time.Minute, 0)
		if err != nil {
			t.Fatal(err)
		}
		o := poll.Outcome{Claim: due[0], Next: time.Now().Add(time.Hour), Seen: []byte("x")}
		for i := range 2100 {
			key := notify.KeyOf(strconv.Itoa(i))
			o.Alerts = append(o.Alerts, notify.Alert{
				ID: notify.AlertID("desk", key), Target: "desk", Keys: []notify.ItemKey{key}, Flood: true, Item: notify.AlertItem{Title: strconv.Itoa(i)},
			})
		}
		if _, err := store.Commit(ctx, []poll.Outcome{o}); err != nil {
			t.Fatal(err)
		}
		desk := new(receiver)
		d := deliver.New(store, slog.New(slog.DiscardHandler))
		d.SetTargets(targetsOf(map[string]*receiver{"desk": desk}), nil)
		if _, failed, err := d.Drain(ctx); err != nil || failed > 0 {
			t.Fatalf("%d failed, %v", failed, err)
		}
		h, err := store.Held(ctx, "desk")
		if err != nil || len(h.Alerts) > 0 || h.Wake.Coming {
			t.Errorf("%d alerts are left, more coming %v (%v)", len(h.Alerts), h.Wake.Coming, err)
		}
		if n := len(desk.accepted); n < 5 || n > 10 {
			t.Errorf("2,100 alerts came in %d messages, want about one for each 500", n)
		}
	})
}
