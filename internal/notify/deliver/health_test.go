package deliver_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
)

// However a target fails, and however often the program is restarted, ops are told about
// five minutes after the first failure, once, and once when it works again.
func TestFailingIsToldInTime(t *testing.T) {
	hang := func() error { time.Sleep(20 * time.Second); return context.DeadlineExceeded }
	closed := func() error { return errors.New("the connection was closed") }
	for _, tt := range []struct {
		name    string
		fail    func() error
		restart time.Duration // the interval of restarts; 0 for none
	}{
		{"the connection is closed", closed, 0},
		{"an answer of 500", func() error { return &notify.RetryError{Err: errors.New("500")} }, 0},
		{"no answer", hang, 0},
		{"the connection is closed, with a restart every two minutes", closed, 2 * time.Minute},
		{"no answer, with a restart every two minutes", hang, 2 * time.Minute},
		{"the connection is closed, with a restart every 20 seconds", closed, 20 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				r := &receiver{answer: func(int, notify.Message) error {
					if time.Since(start) < 20*time.Minute {
						return tt.fail()
					}
					return nil
				}}
				ops := new(receiver)
				receivers := map[string]*receiver{"desk": r, "ops": ops}
				path := filepath.Join(t.TempDir(), "watcher.db")
				d := &desk{t: t, log: new(strings.Builder)}
				d.open(path, []string{"desk", "ops"}, receivers)
				d.alert("desk", "x")
				for time.Since(start) < 40*time.Minute {
					time.Sleep(max(tt.restart, time.Minute/3))
					if tt.restart > 0 {
						d.stop()
						d.open(path, []string{"desk", "ops"}, receivers)
					}
				}
				d.stop()
				if len(ops.at) != 2 {
					t.Fatalf("ops were told %d times, want that it fails and that it works again", len(ops.at))
				}
				if took := ops.at[0].Sub(start); took < 5*time.Minute || took > 6*time.Minute {
					t.Errorf("ops were told after %v, want five to six minutes", took)
				}
				if len(r.accepted) != 1 {
					t.Errorf("%d arrived, want the one", len(r.accepted))
				}
			})
		})
	}
}

// A target that answers and refuses each message for good is listed with its words, also
// after a restart, until it takes one. A failure in between counts for itself.
func TestRefusingIsListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := map[string]error{
			"refused":  &notify.PermanentError{Err: errors.New("unknown_field")},
			"too long": &notify.PermanentError{Err: errors.New("msg_too_long")},
			"fails":    errors.New("the connection was closed"),
		}
		r := &receiver{answer: func(n int, m notify.Message) error {
			for word, err := range answers {
				if strings.Contains(string(m.Payload), word) {
					return err
				}
			}
			return nil
		}}
		receivers := map[string]*receiver{"desk": r}
		path := filepath.Join(t.TempDir(), "watcher.db")
		d := &desk{t: t, log: new(strings.Builder)}
		d.open(path, nil, receivers)
		is := func(why string, state notify.TargetState, refused int, answer string) {
			t.Helper()
			all, err := d.store.Failing(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if h := all["desk"]; h.State() != state || h.Refused != refused || h.Answer != answer {
				t.Errorf("%s: %s, %d refused, %q", why, h.State(), h.Refused, h.Answer)
			}
		}
		after := func(title string) { d.alert("desk", title); time.Sleep(5 * time.Second); synctest.Wait() }
		after("fine")
		is("one it took", "ok", 0, "")
		after("refused")
		began := time.Now()
		time.Sleep(time.Hour)
		after("too long")
		is("two it refused", "refusing", 2, "msg_too_long")
		d.stop()
		d.open(path, nil, receivers)
		is("after a restart", "refusing", 2, "msg_too_long")
		if all, _ := d.store.Failing(t.Context()); all["desk"].Since.After(began) {
			t.Errorf("refusing since %v, and not since the first, before %v", all["desk"].Since, began)
		}
		after("fine again")
		is("took one", "ok", 0, "")
		after("refused once more")
		is("refused one more", "refusing", 1, "unknown_field")
		after("fails")
		is("then fails", "failing", 0, "the connection was closed")
		d.stop()
	})
}

// If many messages wait for a target that fails at once each time, they are not tried
// without pause: each failure is a transaction, for which others wait.
func TestFailingIsNotHammered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		r := &receiver{answer: func(int, notify.Message) error {
			if time.Since(start) < 50*time.Second {
				return &notify.RetryError{Err: errors.New("connection refused")}
			}
			return nil
		}}
		d := newDesk(t, []string{"ops"}, map[string]*receiver{"desk": r, "ops": new(receiver)})
		for _, title := range titled("x", 200) {
			d.alert("desk", title)
		}
		time.Sleep(50 * time.Second)
		if n := len(r.now().attempts); n > 75 {
			t.Errorf("%d attempts in 50 seconds, want 20 and then one a second", n)
		}
		time.Sleep(2 * time.Minute)
		d.stop()
		if n := len(r.accepted); n != 200 {
			t.Errorf("%d of 200 arrived once the target took messages again", n)
		}
	})
}

// A message that has been tried for long does not delay the report: the target accepts
// others for two hours, and then nothing.
func TestFailingIsToldInTimeOfAnOldMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		down := start.Add(2 * time.Hour)
		r := &receiver{answer: func(_ int, m notify.Message) error {
			if strings.Contains(string(m.Payload), "poor") || time.Now().After(down) {
				return errors.New("500")
			}
			return nil
		}}
		ops := new(receiver)
		d := newDesk(t, []string{"ops"}, map[string]*receiver{"desk": r, "ops": ops})
		d.alert("desk", "poor")
		for i, title := range titled("x", 60) {
			d.alert("desk", title)
			time.Sleep(2 * time.Minute)
			if i == 0 && len(r.now().accepted) != 1 {
				t.Fatal("the first message of all did not arrive")
			}
		}
		told := len(ops.now().at)
		time.Sleep(time.Until(down) + 8*time.Minute)
		d.stop()
		if len(ops.at) != told+1 {
			t.Errorf("ops were told %d times within eight minutes, want once", len(ops.at)-told)
		}
	})
}

// A wait that a target asks for is reported at once if it is longer than a target may fail
// unreported: nothing will arrive until it is over.
func TestLongWaitIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{answer: func(n int, _ notify.Message) error {
			if n == 1 {
				return &notify.RetryError{After: time.Hour, Err: errors.New("429")}
			}
			return nil
		}}
		ops := new(receiver)
		d := newDesk(t, []string{"ops"}, map[string]*receiver{"desk": r, "ops": ops})
		d.alert("desk", "x")
		time.Sleep(time.Minute)
		if n := len(ops.now().accepted); n != 1 {
			t.Errorf("ops were told %d times of a wait of an hour, want once", n)
		}
		time.Sleep(2 * time.Hour)
		d.stop()
		if len(ops.accepted) != 2 || len(r.at) != 2 || r.at[1].Sub(r.at[0]) < time.Hour {
			t.Errorf("ops were told %d times, attempts at %v", len(ops.accepted), r.at)
		}
	})
}

// A dead target that was repaired gets what waits for it at once, in order: after a reload
// that changed it, or when a person asks for it. A reload that changed another target
// leaves it alone.
func TestRepairedTargetIsTriedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		repaired := false
		r := &receiver{answer: func(int, notify.Message) error {
			if repaired {
				return nil
			}
			return &notify.PermanentError{Target: true, Err: errors.New("no_service")}
		}}
		d := newDesk(t, nil, map[string]*receiver{"desk": r})
		broken := func() {
			repaired = false
			d.alert("desk", titled(time.Now().String(), 5)...)
			time.Sleep(3*time.Hour + time.Second)
			synctest.Wait()
			repaired = true
		}
		again := func() {
			if _, err := d.store.Again(t.Context(), "desk"); err != nil {
				t.Fatal(err)
			}
		}
		arrived := func(what string, want int) {
			t.Helper()
			time.Sleep(time.Second)
			synctest.Wait()
			if got := len(r.now().accepted); got != want {
				t.Errorf("%s: %d arrived within a second, want %d", what, got, want)
			}
		}
		broken()
		attempts := len(r.now().attempts)
		d.SetTargets(targetsOf(map[string]*receiver{"desk": r}), nil)
		synctest.Wait()
		if n := len(r.now().attempts); n != attempts {
			t.Errorf("a reload that changed nothing of it made %d attempts", n-attempts)
		}
		d.SetTargets([]deliver.Target{{Name: "desk", Notifier: r, Changed: true}}, nil)
		again()
		arrived("after a reload that changed it", 5)
		broken()
		again()
		d.Nudge("desk")
		arrived("when a person asks for it", 10)
		d.stop()
	})
}
