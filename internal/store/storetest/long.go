package storetest

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/testutil"
)

// longTests test what lasts: due times far ahead, attempts during which the process dies
// again and again, and how long what is kept.
var longTests = append([]dataTest{
	{"a delivery whose attempts nobody survives waits longer and longer, others of its target do not", deadlyAttempts},
	{"a large payload is the same at each attempt, over restarts, until its message is void", largePayload},
	{"what has ended is forgotten after 90 days, what has not is kept", ended90},
	{"an item that was told is known for a year, though its alert is forgotten", toldForAYear},
	{"alerts and articles that came before a death are there after it", afterDeath},
}, farAhead()...)

// farAhead returns tests of a feed that is due far ahead, and of what a restart makes of
// that.
func farAhead() (tests []dataTest) {
	const day = 24 * time.Hour
	every := feeds.Source{ID: "a", URL: "https://example.org/a", Every: 15 * time.Minute}
	monthly := feeds.Source{ID: "a", URL: "https://example.org/a", Schedule: "0 6 31 * *", Timezone: "UTC"}
	adaptive := feeds.Source{ID: "a", URL: "https://example.org/a", Adaptive: true}
	failing := func(s *poll.FeedState) { s.Failed = 5 }
	gone := func(s *poll.FeedState) { s.Failed, s.Gone = 1, true }
	for _, c := range []struct {
		what  string
		src   feeds.Source
		state func(*poll.FeedState)
		due   time.Duration
		want  time.Duration
	}{
		{"an interval that the server drew out stays", every, nil, time.Hour, time.Hour},
		{"a year ahead can only be a clock that was wrong", every, nil, 365 * day, 75 * time.Minute},
		{"a failing feed waits for hours", every, failing, 4 * time.Hour, 4 * time.Hour},
		{"one that was barred waits for a day", every, failing, 24 * time.Hour, 24 * time.Hour},
		{"a failing feed never waits for a year", every, failing, 365 * day, 25 * time.Hour},
		{"a monthly schedule waits for its day", monthly, nil, 30 * day, 30 * day},
		{"and not for that of next year", monthly, nil, 365 * day, 30*day + 6*time.Hour + time.Minute},
		{"an adaptive feed waits for hours", adaptive, nil, 365 * day, 5 * time.Hour},
		{"a feed that is gone is not asked again", every, gone, 200 * 365 * day, 200 * 365 * day},
	} {
		tests = append(tests, dataTest{"far ahead, " + c.what, func(t *testing.T, d Data) {
			s := d.Open(t)
			testutil.Must(t, s.Sync(ctx, feeds.Pack(c.src)))
			o := outcome(claimOne(t, s, "a"), "x")
			if o.Next = time.Now().Add(c.due); c.state != nil {
				c.state(&o.State)
			}
			commit(t, s, o)
			testutil.Must(t, s.Close())
			s = d.Open(t)
			testutil.Must(t, s.Sync(ctx, feeds.Pack(c.src)))
			for e, err := range s.Feeds(ctx) {
				testutil.Must(t, err)
				if due := time.Until(e.Due); due < c.want-time.Second || due > c.want+time.Second {
					t.Errorf("due in %v, want %v", due, c.want)
				}
				if e.Due != e.Due.Round(0) {
					t.Error("the due time has a monotonic reading, which stands still in suspend")
				}
			}
		}})
	}
	return tests
}

func deadlyAttempts(t *testing.T, d Data) {
	s := d.Open(t)
	// A process that ends without settling leaves the same as one that is killed.
	restart := func() {
		testutil.Must(t, s.Close())
		s = d.Open(t)
	}
	frozen(t, s, "x")
	x := begin(t, s, "desk")
	attempt := x.Attempt
	for _, want := range []time.Duration{0, 0, 0, time.Minute, 2 * time.Minute, 4 * time.Minute} {
		restart()
		got, ok, wake, err := s.Begin(ctx, "desk")
		testutil.Must(t, err)
		if ok != (want == 0) || !ok && (wake.After > want || wake.After < want-time.Second) {
			t.Errorf("after %d deaths: at once is %v, or in %v; want %v", attempt, ok, wake.After, want)
		}
		if !ok {
			time.Sleep(want)
			got = begin(t, s, "desk")
		}
		attempt++
		testutil.Equal(t, "attempt and ambiguous", []any{got.Message.ID, got.Attempt, got.Ambiguous}, []any{x.Message.ID, attempt, true})
	}
	restart()
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "y")}))
	testutil.Must(t, compose(s, message(alert("desk", "a", "y"))))
	y := begin(t, s, "desk")
	testutil.Equal(t, "the other one", string(y.Message.Payload), `"y"`)
	testutil.Must(t, s.Settle(ctx, y, notify.AttemptOutcome{Sent: true}))
	time.Sleep(8 * time.Minute)
	// After an attempt that the process survived the count begins anew.
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Retry: time.Millisecond}))
	time.Sleep(time.Second)
	begin(t, s, "desk")
	restart()
	begin(t, s, "desk")
}

func largePayload(t *testing.T, d Data) {
	s := d.Open(t)
	long := message(alert("desk", "a", "x"))
	long.Payload = []byte(`"` + strings.Repeat("x ", 50_000) + `"`)
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "x")}))
	testutil.Must(t, compose(s, long))
	for attempt := range 3 {
		x := begin(t, s, "desk")
		if string(x.Message.Payload) != string(long.Payload) {
			t.Fatalf("attempt %d: the payload is %.40s…", attempt+1, x.Message.Payload)
		}
		testutil.Must(t, s.Settle(ctx, x, notify.AttemptOutcome{Retry: time.Second}))
		testutil.Must(t, s.Close())
		time.Sleep(time.Second)
		s = d.Open(t)
	}
	testutil.Must(t, s.Settle(ctx, begin(t, s, "desk"), notify.AttemptOutcome{Recompose: true}))
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"x"})
	testutil.Must(t, compose(s, message(alert("desk", "a", "x"))))
	testutil.Equal(t, "worded anew", string(begin(t, s, "desk").Message.Payload), `"x"`)
}

// passed lets days pass, with a store that ends and begins meanwhile: one that is restarted
// every night prunes as well.
func passed(t *testing.T, d Data, s BothHalves, days int) BothHalves {
	t.Helper()
	testutil.Must(t, s.Close())
	time.Sleep(time.Duration(days) * 24 * time.Hour)
	s = d.Open(t)
	time.Sleep(25 * time.Hour)
	synctest.Wait()
	testutil.Must(t, s.Close())
	return d.Open(t)
}

func ended90(t *testing.T, d Data) {
	s := d.Open(t)
	all := []string{"sent", "skipped", "dropped", "dead", "waits", "held"}
	for _, title := range all {
		testutil.Must(t, s.Report(ctx, []notify.Alert{alert(title, "a", title)}))
		if title == "held" {
			break
		}
		c := notify.Composition{Target: title, Messages: []notify.Message{message(alert(title, "a", title))}}
		if title == "skipped" {
			c = notify.Composition{Target: title, Skipped: map[string]string{alert(title, "a", title).ID: "not wanted"}}
		}
		testutil.Must(t, s.Freeze(ctx, c))
		if title == "skipped" || title == "waits" {
			continue
		}
		testutil.Must(t, s.Settle(ctx, begin(t, s, title), notify.AttemptOutcome{Sent: title == "sent", Dead: title != "sent"}))
	}
	testutil.Must(t, s.Drop(ctx, alert("dropped", "a", "dropped").ID))
	listed := func() (left []string) {
		testutil.Must(t, s.Traces(ctx, time.Time{}, func(a notify.Trace) bool { left = append(left, a.Target); return true }))
		return left
	}
	s = passed(t, d, s, 80)
	testutil.Equal(t, "after 80 days", listed(), all)
	s = passed(t, d, s, 20)
	testutil.Equal(t, "after 100 days", listed(), []string{"dead", "waits", "held"})
	testutil.Equal(t, "what waits is sent", string(begin(t, s, "waits").Message.Payload), `"waits"`)
	testutil.Equal(t, "what is held", titles(held(t, s, "held")), []string{"held"})
	testutil.Must(t, s.Retry(ctx, alert("dead", "a", "dead").ID))
}

func toldForAYear(t *testing.T, d Data) {
	s := d.Open(t)
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "a", "guid in a", "link")}))
	testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Skipped: map[string]string{alert("desk", "a", "guid in a", "link").ID: "not wanted"}}))
	s = passed(t, d, s, 200)
	testutil.Must(t, s.Report(ctx, []notify.Alert{alert("desk", "b", "guid in b", "link"), alert("desk", "b", "new")}))
	testutil.Equal(t, "held after 200 days", titles(held(t, s, "desk")), []string{"new"})
}

func afterDeath(t *testing.T, d Data) {
	if d.Kill == nil {
		t.Skip("this kind of store has no deaths to be had")
	}
	s := d.Open(t)
	sync(t, s, "a")
	o := outcome(claimOne(t, s, "a"), "shown", alert("desk", "a", "x"), alert("desk", "a", "y"))
	o.Articles = []feeds.Item{numbered(1), numbered(2)}
	commit(t, s, o)
	testutil.Must(t, compose(s, message(alert("desk", "a", "x"))))
	x := begin(t, s, "desk")
	d.Kill(t, s)
	time.Sleep(2 * d.Lease)
	s = d.Open(t)
	sync(t, s, "a")
	again := begin(t, s, "desk")
	testutil.Equal(t, "sent again", []any{again.Message.ID, again.Attempt, again.Ambiguous}, []any{x.Message.ID, 2, true})
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{"y"})
	testutil.Equal(t, "articles", len(kept(t, s, time.Time{})), 2)
	nextPolls()
	seen, err := s.Seen(ctx, claimOne(t, s, "a"))
	testutil.Must(t, err)
	testutil.Equal(t, "seen", string(seen), "shown")
}
