package budget_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"watcher/internal/budget"
)

const mb = 1 << 20

// TestEverybodyIsServed has readers of any size, who wait for more while they hold what
// they have, share a budget that is too small for them. All of them finish, and never more
// is held than the budget and one reader's share.
func TestEverybodyIsServed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		size := int64(rapid.IntRange(1, 64).Draw(rt, "size")) * mb
		readers := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) []int64 {
			return rapid.SliceOfN(rapid.Int64Range(-4*mb, 4*mb), 1, 8).Draw(rt, "steps") // work is negative
		}), 1, 40).Draw(rt, "readers")
		largest := int64(0)
		for _, steps := range readers {
			sum := int64(0)
			for _, n := range steps {
				sum += max(n, -n)
			}
			largest = max(largest, sum)
		}
		synctest.Test(t, func(t *testing.T) {
			b := budget.New(size)
			var all sync.WaitGroup
			for _, steps := range readers {
				all.Go(func() {
					a := b.Open()
					defer a.Close()
					for _, n := range steps {
						var err error
						if n < 0 {
							err = a.Work(t.Context(), -n)
						} else {
							err = a.Arrive(t.Context(), n)
						}
						if err != nil {
							t.Error(err)
						}
						if used := b.Used(); used > size+largest {
							t.Errorf("%d bytes are held of %d, and one reader takes %d", used, size, largest)
						}
						time.Sleep(time.Second)
					}
				})
			}
			all.Wait()
			if used := b.Used(); used != 0 {
				t.Errorf("%d bytes are held by nobody", used)
			}
		})
	})
}

// TestSmallOnesDoNotWait has two hundred senders bring 14 MB each and fall silent. Whatever
// brings no more than 64 kB meanwhile finds room at once, and the senders are cut off until
// there is room for more.
func TestSmallOnesDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(128 * mb)
		ctx, hangUp := context.WithCancel(t.Context())
		var cut atomic.Int64
		for range 200 {
			go func() {
				limit := budget.Within(ctx, time.Minute)
				defer limit.Cancel()
				a := b.Open()
				defer a.Close()
				a.OnStall(func() { cut.Add(1); limit.Cancel() })
				for range 14 * 16 {
					if a.Arrive(limit, mb/16) != nil {
						return
					}
				}
				<-limit.Done()
			}()
		}
		synctest.Wait()
		honest := func(size int64) time.Duration {
			start := time.Now()
			a := b.Open()
			defer a.Close()
			for came := int64(0); came < size; came += 32 << 10 {
				if err := a.Arrive(t.Context(), 32<<10); err != nil {
					t.Fatal(err)
				}
			}
			return time.Since(start)
		}
		if took := honest(64 << 10); took != 0 {
			t.Errorf("64 kB waited for %v", took)
		}
		if took := honest(mb); took > 10*time.Minute {
			t.Errorf("1 MB waited for %v", took)
		}
		if cut.Load() == 0 {
			t.Error("no sender was cut off that fell silent")
		}
		hangUp()
	})
}

// TestNobodyIsCutOffWithoutNeed has a sender fall silent while nobody waits.
func TestNobodyIsCutOffWithoutNeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := budget.New(mb).Open()
		a.OnStall(func() { t.Error("cut off") })
		if err := a.Arrive(t.Context(), mb/2); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		a.Close()
	})
}

// TestWaitingIsNotChargedToTheSender has a fetch that may take a minute wait ten minutes
// for room: it has as much time left as before.
func TestWaitingIsNotChargedToTheSender(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(mb)
		first := b.Open()
		if err := first.Work(t.Context(), mb); err != nil {
			t.Fatal(err)
		}
		outer := budget.Within(t.Context(), time.Minute)
		defer outer.Cancel()
		limit := budget.Within(outer, 30*time.Second)
		defer limit.Cancel()
		time.Sleep(20 * time.Second)
		time.AfterFunc(10*time.Minute, first.Close)
		second := b.Open()
		defer second.Close()
		if err := second.Arrive(limit, mb/2); err != nil {
			t.Fatalf("waited for ten minutes: %v", err)
		}
		time.Sleep(9 * time.Second)
		if limit.Err() != nil {
			t.Error("the time of waiting was counted")
		}
		time.Sleep(2 * time.Second)
		if !errors.Is(limit.Err(), context.DeadlineExceeded) || outer.Err() != nil {
			t.Errorf("after 31 s of its own the limit says %v, the outer one %v", limit.Err(), outer.Err())
		}
	})
}

// TestAWaitEndsWithItsContext: a cancelled wait leaves the account as it was.
func TestAWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(mb)
		first, second := b.Open(), b.Open()
		defer second.Close()
		if err := first.Work(t.Context(), mb); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := second.Work(ctx, 1); !errors.Is(err, context.DeadlineExceeded) || second.Held() != 0 {
			t.Errorf("%v, and holds %d", err, second.Held())
		}
		first.Close()
		first.Close()
		if b.Used() != 0 {
			t.Errorf("%d bytes are held", b.Used())
		}
	})
}

// TestReader takes room for what is read, twice.
func TestReader(t *testing.T) {
	b := budget.New(mb)
	a := b.Open()
	defer a.Close()
	got, err := io.ReadAll(a.Reader(t.Context(), strings.NewReader(strings.Repeat("x", 100_000))))
	if err != nil || len(got) != 100_000 || a.Held() < 200_000 || a.Held() > 220_000 {
		t.Errorf("read %d bytes, %v, and holds %d", len(got), err, a.Held())
	}
}
