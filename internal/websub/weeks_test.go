//go:build !race

package websub_test

import (
	"fmt"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/testutil"
)

func TestALeaseIsRenewedBeforeItEnds(t *testing.T) {
	for _, test := range []struct {
		shows    string
		lease    string
		lasts    time.Duration
		days     int
		from, to int // requests in these days
	}{
		{"ten days", "864000", 10 * day, 40, 5, 7},
		{"a hub that does not say: what we asked for", "", 10 * day, 40, 5, 7},
		{"a lease for ever is believed for 30 days", "9999999999", 30 * day, 40, 2, 3},
		{"an hour", "3600", hour, 4, 108, 132},
		{"nonsense", "-5", 10 * day, 40, 5, 7},
	} {
		t.Run(test.shows, func(t *testing.T) {
			in(t, func(t *testing.T, b *bubble) {
				b.lease = test.lease
				b.open(source("a", day))
				after(minute)
				start := time.Now()
				for time.Since(start) < time.Duration(test.days)*day {
					if p := b.push("a"); !p.Live(time.Now()) || time.Until(p.Until) > test.lasts {
						t.Fatalf("after %v: live until %v", time.Since(start), p.Until)
					}
					after(7 * hour)
				}
				all := b.requests()
				if len(all) < test.from || len(all) > test.to {
					t.Errorf("the hub was asked %d times in %d days", len(all), test.days)
				}
				for _, r := range all {
					testutil.Equal(t, "a renewal is the same subscription", r.form, all[0].form)
				}
			})
		})
	}
}

func TestAFeedThatIsPushedIsPolledLess(t *testing.T) {
	for _, test := range []struct {
		shows       string
		every       time.Duration
		pushed, own time.Duration
	}{
		{"a quarter of an hour", 15 * minute, hour, 15 * minute},
		{"two hours, and no longer than four", 2 * hour, 4 * hour, 2 * hour},
		{"more than four hours, as ever", 6 * hour, 6 * hour, 6 * hour},
	} {
		t.Run(test.shows, func(t *testing.T) {
			in(t, func(t *testing.T, b *bubble) {
				b.open(source("a", test.every))
				after(2 * day)
				polls := b.polled("a")
				pause(t, "while it is pushed", polls[len(polls)-2:], test.pushed)
				// The hub no longer answers, and the lease ends.
				b.set(func() {
					b.says = func(request) error { return &feeds.FetchError{Kind: feeds.Network, Text: "no answer"} }
				})
				after(9 * day)
				if b.push("a").Live(time.Now()) {
					t.Fatal("it is still pushed")
				}
				polls = b.polled("a")
				pause(t, "when the lease has ended", polls[len(polls)-2:], test.own)
				if ended := b.push("a").Until; !between(polls, ended.Add(-minute), ended.Add(test.every+test.every/10)) {
					t.Errorf("no poll within an interval of the end at %v", ended)
				}
				testutil.Equal(t, "troubles", b.troubles(), []string{})
			})
		})
	}
}

// pause checks the time between two polls.
func pause(t *testing.T, what string, polls []time.Time, want time.Duration) {
	t.Helper()
	if got := polls[1].Sub(polls[0]); got < want*9/10 || got > want*11/10 {
		t.Errorf("%s: polls are %v apart, want %v", what, got, want)
	}
}

func TestAHubThatIsDown(t *testing.T) {
	in(t, func(t *testing.T, b *bubble) {
		down := &feeds.FetchError{Kind: feeds.Network, Text: "cannot connect to hub.example"}
		b.says = func(request) error { return down }
		var sources []feeds.Source
		for i := range 20 {
			sources = append(sources, source(fmt.Sprint("f", i), hour))
		}
		b.open(sources...)
		after(10 * minute)
		if n := len(b.requests()); n > 11 {
			t.Errorf("a hub that does not answer was asked %d times in 10 minutes", n)
		}
		after(7 * day)
		if n := len(b.requests()); n < 20*10 || n > 20*30 {
			t.Errorf("the hub was asked %d times in a week, for 20 feeds", n)
		}
		if p := b.push("f0"); p.Live(time.Now()) || p.Error != down.Text || p.Failed < 5 {
			t.Errorf("noted: %+v", p)
		}
		testutil.Equal(t, "failing", b.subs.Stats().Failing, 20)
		if n := len(b.polled("f0")); n < 7*24-10 {
			t.Errorf("polled %d times in a week", n)
		}
		b.set(func() { b.says = func(request) error { return nil } })
		after(19 * hour)
		testutil.Equal(t, "live once it is back", b.subs.Stats().Live, 20)
		testutil.Equal(t, "its last error", b.push("f0").Error, "")
	})
}
