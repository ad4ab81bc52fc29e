package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/testutil"
)

// sharedTests test what machines know of each other's alerts, articles and decisions.
var sharedTests = []dataTest{
	{"an article that feeds of two machines have is one alert, which says where it stands too", oneAlertOfTwo},
	{"a story that feeds of two machines tell is told once", oneStoryOfTwo},
	{"polls of two machines at the same moment bring the same article once", sameMoment},
	{"what rules and feeds of all machines brought is counted together", talliedTogether},
	{"alerts of all machines are listed by each, in one order", listedTogether},
	{"articles of all machines are kept, and found by each", keptTogether},
	{"two machines that index the history at once index it once", indexedTogether},
	{"what one machine forgets and trims is gone for all", forgottenTogether},
	{"what two machines report once is told once", reportedTogether},
	{"a watch hears within a second or two of what another machine does", watchedElsewhere},
	{"a token of a feed that one machine makes opens it on all, and is revoked on all", tokensTogether},
	{"a target that left the config is retired once, whoever does it", retiredTogether},
}

// sharing returns two machines that have 60 feeds, and a feed of each.
func sharing(t *testing.T, d Data) (ss []BothHalves, feeds [2]poll.Claim) {
	t.Helper()
	ss = crowd(t, d, 60, 0)
	for i, claims := range claimAll(t, 60, 2*d.Lease, ss...) {
		if len(claims) == 0 {
			t.Fatalf("machine %d has no feed", i)
		}
		feeds[i] = claims[0]
	}
	return ss, feeds
}

// heldBy waits until one of two machines holds what is wanted for desk.
func heldBy(t *testing.T, d Data, ss []BothHalves, want ...string) (alerts []notify.Alert) {
	t.Helper()
	until(t, fmt.Sprintf("%q are held", want), 2*d.Lease, func() bool {
		for _, s := range ss {
			if alerts = held(t, s, "desk"); len(alerts) > 0 {
				return len(alerts) >= len(want)
			}
		}
		return false
	})
	testutil.Equal(t, "held", titles(alerts), want)
	return alerts
}

func oneAlertOfTwo(t *testing.T, d Data) {
	ss, c := sharing(t, d)
	first, second := alert("desk", c[0].Feed, "guid in a", "link"), alert("desk", c[1].Feed, "guid in b", "link")
	second.Severity = notify.High
	commit(t, ss[0], outcome(c[0], "seen", first))
	commit(t, ss[1], outcome(c[1], "seen", second))
	got := heldBy(t, d, ss, "guid in a")[0]
	testutil.Equal(t, "also in", got.AlsoIn, []notify.Location{{Feed: c[1].Feed, Link: second.Item.Link}})
	testutil.Equal(t, "severity", got.Severity, notify.High)
}

func oneStoryOfTwo(t *testing.T, d Data) {
	ss, c := sharing(t, d)
	first := wire("desk", c[0].Feed, "x", article(1))
	commit(t, ss[0], outcome(c[0], "seen", first))
	time.Sleep(soon)
	commit(t, ss[1], outcome(c[1], "seen", wire("desk", c[1].Feed, "y", "Shared. "+article(1)+" And more.")))
	heldBy(t, d, ss, "x")
	testutil.Equal(t, "also in", len(trace(t, ss[1], first.ID).AlsoIn), 1)
}

func sameMoment(t *testing.T, d Data) {
	ss := crowd(t, d, 60, 0)
	claimed := claimAll(t, 60, 2*d.Lease, ss...)
	// Alerts of the same article, of each poll, for three targets, in whatever order.
	var group errgroup.Group
	for i, claims := range claimed {
		for _, c := range claims {
			group.Go(func() error {
				var alerts []notify.Alert
				for j := range 3 {
					alerts = append(alerts, alert(fmt.Sprint("target ", (len(c.Feed)+i+j)%3), c.Feed, "guid of "+c.Feed, "link"))
				}
				lost, err := ss[i].Commit(ctx, []poll.Outcome{outcome(c, "seen", alerts...)})
				if err == nil && len(lost) > 0 {
					err = errors.New("it was lost")
				}
				return err
			})
		}
	}
	testutil.Must(t, group.Wait())
	n, places := 0, 0
	testutil.Must(t, ss[0].Traces(ctx, time.Time{}, func(a notify.Trace) bool {
		n++
		places += 1 + len(a.AlsoIn)
		return true
	}))
	testutil.Equal(t, "alerts and the places where they stand", []int{n, places}, []int{3, 3 * 60})
}

func talliedTogether(t *testing.T, d Data) {
	ss, c := sharing(t, d)
	for i, s := range ss {
		o := outcome(c[i], "seen", matching(alert("desk", c[i].Feed, fmt.Sprint(i)), "nato"))
		o.New = 2 + i
		commit(t, s, o)
	}
	time.Sleep(soon)
	for i, s := range ss {
		rules, err := s.RuleTallies(ctx, []string{"nato"})
		testutil.Must(t, err)
		testutil.Equal(t, fmt.Sprint("of the rule, on machine ", i), rules["nato"].Days[store.CountedDays-1], store.DayCount{Items: 2, Alerts: 2, Alone: 2})
		feeds, err := s.FeedTallies(ctx, []string{c[0].Feed, c[1].Feed})
		testutil.Must(t, err)
		testutil.Equal(t, fmt.Sprint("of the feeds, on machine ", i), []int{feeds[c[0].Feed].Days[store.CountedDays-1].Items, feeds[c[1].Feed].Days[store.CountedDays-1].Items}, []int{2, 3})
		matched, err := s.LastMatched(ctx, []string{"nato"})
		testutil.Must(t, err)
		testutil.Equal(t, fmt.Sprint("matched, on machine ", i), len(matched), 1)
	}
}

func listedTogether(t *testing.T, d Data) {
	ss, _ := sharing(t, d)
	var want []string
	for i := range 20 {
		title := fmt.Sprint("title ", i)
		want = append(want, title)
		testutil.Must(t, ss[i%2].Report(ctx, []notify.Alert{alert("desk", "a", title)}))
		time.Sleep(time.Second)
	}
	for i, s := range ss {
		var got []string
		testutil.Must(t, s.Traces(ctx, time.Time{}, func(a notify.Trace) bool { got = append(got, a.Item.Title); return true }))
		testutil.Equal(t, fmt.Sprint("listed on machine ", i), got, want)
		got = newest(t, s, notify.AlertFilter{}, 7)
		slices.Reverse(got)
		for j := range want {
			if len(got) != len(want) || got[j] != want[j]+" [desk]" {
				t.Fatalf("newest first on machine %d, turned round: %q", i, got)
			}
		}
	}
}

// bringAll has machines commit articles of a feed of each, n at a time, in turn.
func bringAll(t *testing.T, ss []BothHalves, c *[2]poll.Claim, rounds, n int, from *int) {
	t.Helper()
	for range rounds {
		for i, s := range ss {
			o := outcome(c[i], "seen")
			for range n {
				o.Articles = append(o.Articles, numbered(*from))
				*from++
			}
			commit(t, s, o)
			time.Sleep(time.Second)
			var ok bool
			var err error
			c[i], ok, _, err = s.Claim(ctx, c[i].Feed, time.Hour)
			if testutil.Must(t, err); !ok {
				t.Fatalf("%s is not free for its owner", c[i].Feed)
			}
		}
	}
}

func keptTogether(t *testing.T, d Data) {
	ss, c := sharing(t, d)
	n := 0
	bringAll(t, ss, &c, 5, 20, &n)
	time.Sleep(soon)
	all := kept(t, ss[0], time.Time{})
	testutil.Equal(t, "articles", len(all), n)
	for i, s := range ss {
		whole(t, fmt.Sprint("on machine ", i), s, all)
	}
}

// indexBoth has machines index the history concurrently.
func indexBoth(t *testing.T, ss []BothHalves) {
	t.Helper()
	within, cancel := context.WithTimeout(ctx, 90*time.Second)
	defer cancel()
	var group errgroup.Group
	for _, s := range ss {
		group.Go(func() error { return s.Index(within, words, func(int64) {}) })
	}
	testutil.Must(t, group.Wait())
}

func indexedTogether(t *testing.T, d Data) {
	ss, c := sharing(t, d)
	n := 0
	for range 2 {
		bringAll(t, ss, &c, 10, 100, &n)
		all := kept(t, ss[1], time.Time{})
		testutil.Equal(t, "articles", len(all), n)
		indexBoth(t, ss)
		for i, s := range ss {
			whole(t, fmt.Sprint("on machine ", i), s, all)
		}
	}
}

func forgottenTogether(t *testing.T, d Data) {
	ss, c := sharing(t, d)
	n := 0
	bringAll(t, ss, &c, 10, 50, &n)
	indexBoth(t, ss)
	all := kept(t, ss[0], time.Time{})
	var when int64
	_, err := fmt.Sscan(all[300], &when)
	testutil.Must(t, err)
	testutil.Must(t, ss[0].Forget(time.Unix(when, 0)))
	time.Sleep(soon)
	whole(t, "forgotten by the other", ss[1], all[300:])
	_, err = ss[1].Trim(1 << 40)
	testutil.Must(t, err)
	size, _, _ := ss[1].HistorySize()
	_, err = ss[1].Trim(size / 2)
	testutil.Must(t, err)
	left := kept(t, ss[1], time.Time{})
	if !within(left, all) || len(left) >= 700 {
		t.Errorf("%d are left of 700, in another order perhaps", len(left))
	}
	time.Sleep(soon)
	whole(t, "trimmed by the other", ss[0], left)
}

func reportedTogether(t *testing.T, d Data) {
	ss, _ := sharing(t, d)
	var group errgroup.Group
	for i, s := range append(ss, ss...) {
		group.Go(func() error {
			return s.ReportOnce(ctx, "one", notify.TroubleAlerts([]string{"desk"}, notify.Trouble{Kind: fmt.Sprint("k", i), Since: time.Now()}))
		})
	}
	testutil.Must(t, group.Wait())
	testutil.Equal(t, "told", len(heldBy(t, d, ss, "")), 1)
}

func watchedElsewhere(t *testing.T, d Data) {
	ss, c := sharing(t, d)
	w := ss[0].Watch()
	defer w.Close()
	a := alert("desk", c[1].Feed, "x")
	for _, does := range []struct {
		what string
		came bool
		does func()
	}{
		{"an alert that came", true, func() { commit(t, ss[1], outcome(c[1], "seen", a)) }},
		{"an acknowledgement", false, func() { testutil.Must(t, ss[1].Acknowledge(ctx, a.ID, notify.Acknowledgement{By: "anna"})) }},
	} {
		does.does()
		start := time.Now()
		ids, came, missed := heard(t, w)
		testutil.Equal(t, does.what, []any{ids, came[a.ID], missed}, []any{[]string{a.ID}, does.came, false})
		if took := time.Since(start); took > soon {
			t.Errorf("%s is heard of after %v", does.what, took)
		}
	}
}

func tokensTogether(t *testing.T, d Data) {
	ss := crowd(t, d, 1, 0)
	of := store.FeedToken{ID: "k", Feed: "/rules/x", By: "anna", Made: time.Now().UTC().Truncate(time.Second), Hash: []byte{1}}
	testutil.Must(t, ss[0].PutFeedToken(ctx, of))
	got, ok, err := ss[1].FeedToken(ctx, "k")
	testutil.Must(t, err)
	testutil.Equal(t, "the token", []any{got, ok}, []any{of, true})
	ok, err = ss[1].DropFeedToken(ctx, "k")
	testutil.Must(t, err)
	testutil.Equal(t, "revoked", ok, true)
	_, ok, err = ss[0].FeedToken(ctx, "k")
	testutil.Must(t, err)
	testutil.Equal(t, "there after it was revoked", ok, false)
}

func retiredTogether(t *testing.T, d Data) {
	ss := crowd(t, d, 1, 0)
	testutil.Must(t, ss[0].Report(ctx, []notify.Alert{alert("gone", "a", "x"), alert("gone", "a", "y"), alert("desk", "a", "mine")}))
	sum := 0
	for _, s := range ss {
		n, err := s.Retire(ctx, []string{"desk"})
		testutil.Must(t, err)
		sum += n
	}
	testutil.Equal(t, "retired", sum, 2)
	testutil.Equal(t, "dead", tally(t, ss[1]).Dead, 2)
	heldBy(t, d, ss, "mine")
}
