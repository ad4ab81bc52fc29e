package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/testutil"
)

// feedTests test feeds and their claims.
var feedTests = []test{
	{"a new feed is due at once and a claimed one is not", claims},
	{"a claim that ran out goes to the next, and the late outcome changes nothing", lostLease},
	{"the most overdue feed comes first", maxOverdue},
	{"ahead takes feeds that are not due yet, each once", claimAhead},
	{"validators, seen and due time come back after a restart", restart},
	{"a poll that brought nothing survives an orderly end", quietSurvives},
	{"an outage is what the last outcome left, over restarts", outage},
	{"a feed that is renamed keeps what it has shown", rename},
	{"a feed whose URL changes keeps what it has shown but not the validators", newURL},
	{"a feed that is removed is not polled, and is known when it comes back", removed},
	{"what a removed feed has shown is forgotten after 90 days", forgotten},
	{"a subscription outlives restarts and a new name, not a new URL or a removal", subscription},
	{"a shorter interval holds from now on, not after the next poll", shorterInterval},
	{"an interval that was not changed does not bring a feed forward", sameInterval},
	{"a schedule that was changed holds at once", newSchedule},
	{"a poll of before the change of a schedule is lost, and made again", cadenceMeanwhile},
	{"a due time beyond all sense, of a clock that was wrong, is mended at the start", wrongClock},
	{"a feed that fails is not polled sooner for a restart", failingFeed},
	{"one feed can be claimed by name, due or not, while nobody polls it", claimByName},
	{"the feeds are listed by name, as they are", listed},
	{"times that a claim tells are of the clock on the wall", wallClock},
	{"an outcome of a removed feed is lost", removedMeanwhile},
}

func claims(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a", "b")
	if got := claim(t, s); len(got) != 2 {
		t.Fatalf("claimed %d feeds, want 2", len(got))
	}
	claims, wake, err := s.ClaimDue(ctx, 100, time.Minute, 0)
	testutil.Must(t, err)
	if len(claims) != 0 {
		t.Errorf("claimed again: %v", claims)
	}
	if wake.After <= 0 || wake.After > time.Minute {
		t.Errorf("wakes after %v, want when the lease ends at the latest", wake.After)
	}
}

func lostLease(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	late := claimOne(t, s, "a")
	time.Sleep(2 * time.Minute)
	next := claimOne(t, s, "a")
	lost, err := s.Commit(ctx, []poll.Outcome{outcome(late, "late", alert("desk", "a", "late"))})
	testutil.Must(t, err)
	testutil.Equal(t, "lost", lost, []poll.Claim{late})
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{})
	commit(t, s, outcome(next, "next"))
	time.Sleep(time.Hour)
	seen, err := s.Seen(ctx, claimOne(t, s, "a"))
	testutil.Must(t, err)
	testutil.Equal(t, "seen", string(seen), "next")
}

func maxOverdue(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a", "b", "c")
	for id, c := range claim(t, s) {
		o := outcome(c, "x")
		o.Next = c.Now.Add(map[string]time.Duration{"b": 1, "c": 2, "a": 3}[id] * time.Minute)
		commit(t, s, o)
	}
	time.Sleep(time.Hour)
	var got []string
	for range 3 {
		claims, _, err := s.ClaimDue(ctx, 1, time.Hour, 0)
		testutil.Must(t, err)
		got = append(got, claims[0].Feed)
	}
	testutil.Equal(t, "order", got, []string{"b", "c", "a"})
}

func claimAhead(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a", "b")
	commit(t, s, outcome(claimOne(t, s, "a"), "x"))
	time.Sleep(2 * time.Minute) // b's lease has run out, a is due in 13 minutes
	claims, _, err := s.ClaimDue(ctx, 100, time.Hour, 1000*time.Hour)
	testutil.Must(t, err)
	if len(claims) != 2 {
		t.Fatalf("claimed %d feeds, want both", len(claims))
	}
	again, _, err := s.ClaimDue(ctx, 100, time.Hour, 1000*time.Hour)
	testutil.Must(t, err)
	testutil.Equal(t, "claimed again", len(again), 0)
}

func restart(t *testing.T, open Open) {
	s := open(t)
	sync(t, s, "a")
	c := claimOne(t, s, "a")
	o := outcome(c, "what a has shown")
	o.State.Known = feeds.Known{ETag: `W/"x y"`, LastModified: "Mon, 23 Nov 2026 10:00:00 GMT", Wire: 1<<63 + 1, Body: 3}
	commit(t, s, o)
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	sync(t, s, "a")
	testutil.Equal(t, "due right after the restart", len(claim(t, s)), 0)
	time.Sleep(15*time.Minute + time.Second)
	again := claimOne(t, s, "a")
	testutil.Equal(t, "known", again.State.Known, o.State.Known)
	seen, err := s.Seen(ctx, again)
	testutil.Must(t, err)
	testutil.Equal(t, "seen", string(seen), "what a has shown")
}

func quietSurvives(t *testing.T, open Open) {
	s := open(t)
	sync(t, s, "a")
	commit(t, s, outcome(claimOne(t, s, "a"), "shown"))
	time.Sleep(20 * time.Minute)
	c := claimOne(t, s, "a")
	o := outcome(c, "")
	o.Next = c.Now.Add(time.Hour)
	if !o.Quiet() {
		t.Fatal("the outcome is not quiet")
	}
	commit(t, s, o)
	testutil.Must(t, s.Close())
	s = open(t)
	defer s.Close()
	sync(t, s, "a")
	time.Sleep(14 * time.Minute)
	testutil.Equal(t, "due before its time", len(claim(t, s)), 0)
}

func outage(t *testing.T, open Open) {
	s := open(t)
	sync(t, s, "a", "b", "c")
	is := func(what string, want poll.Outage) {
		t.Helper()
		got, err := s.Outage(ctx)
		testutil.Must(t, err)
		testutil.Equal(t, what, got, want)
	}
	is("at first", poll.Outage{})
	since := time.Now().UTC().Round(0)
	began, told := poll.Outage{Since: since}, poll.Outage{Since: since, Told: true}
	c := claim(t, s)
	a, b := outcome(c["a"], ""), outcome(c["b"], "")
	a.Outage, b.Outage = &told, &began
	if a.Quiet() {
		t.Error("an outcome that tells an outage is quiet")
	}
	commit(t, s, b, a)
	is("told in the same commit", told)
	late := outcome(c["a"], "") // its claim has ended
	late.Outage = &poll.Outage{}
	_, err := s.Commit(ctx, []poll.Outcome{late, outcome(c["c"], "x")})
	testutil.Must(t, err)
	is("after an outcome that was lost", told)
	testutil.Must(t, s.Close())
	s = open(t)
	defer func() { testutil.Must(t, s.Close()) }()
	sync(t, s, "a", "b", "c")
	is("after a restart", told)
	time.Sleep(time.Hour)
	over := outcome(claimOne(t, s, "a"), "y")
	over.Outage = &poll.Outage{}
	commit(t, s, over)
	is("once it is over", poll.Outage{})
}

func rename(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	commit(t, s, outcome(claimOne(t, s, "a"), "shown"))
	src := source("a")
	src.ID = "a new name"
	testutil.Must(t, s.Sync(ctx, feeds.Pack(src)))
	testutil.Equal(t, "due at once", len(claim(t, s)), 0)
	time.Sleep(time.Hour)
	seen, err := s.Seen(ctx, claimOne(t, s, "a new name"))
	testutil.Must(t, err)
	testutil.Equal(t, "seen", string(seen), "shown")
}

func newURL(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	o := outcome(claimOne(t, s, "a"), "shown")
	o.State.Known.ETag = `"1"`
	commit(t, s, o)
	src := source("a")
	src.URL = "https://example.net/moved"
	testutil.Must(t, s.Sync(ctx, feeds.Pack(src)))
	c := claimOne(t, s, "a")
	testutil.Equal(t, "known", c.State.Known, feeds.Known{})
	seen, err := s.Seen(ctx, c)
	testutil.Must(t, err)
	testutil.Equal(t, "seen", string(seen), "shown")
}

func subscription(t *testing.T, open Open) {
	s := open(t)
	sync(t, s, "renamed", "moved", "removed")
	pushOf := func() map[string]*poll.HubState {
		all := make(map[string]*poll.HubState)
		for e, err := range s.Feeds(ctx) {
			testutil.Must(t, err)
			all[e.Feed] = e.State.Push
		}
		return all
	}
	live := &poll.HubState{
		Hub: "https://hub.example/", Topic: "https://example.org/feed", Callback: "https://watcher.example/websub/x",
		Secret: "y", Until: time.Now().Add(240 * time.Hour).Round(0).UTC(),
	}
	for _, c := range claim(t, s) {
		o := outcome(c, "") // nothing but the subscription, which must be on disk all the same
		o.State.Push = live
		if o.Quiet() {
			t.Error("a subscription need not be on disk")
		}
		commit(t, s, o)
	}
	testutil.Must(t, s.Close())
	s = open(t)
	defer func() { testutil.Must(t, s.Close()) }()
	testutil.Equal(t, "after a restart", pushOf(), map[string]*poll.HubState{"renamed": live, "moved": live, "removed": live})

	named, moved := source("renamed"), source("moved")
	named.ID = "by another name"
	moved.URL = "https://example.net/moved"
	testutil.Must(t, s.Sync(ctx, feeds.Pack(named, moved)))
	testutil.Equal(t, "after a change of the config", pushOf(), map[string]*poll.HubState{"by another name": live, "moved": nil})
	testutil.Must(t, s.Sync(ctx, feeds.Pack(named, moved, source("removed"))))
	testutil.Equal(t, "of a feed that comes back", pushOf()["removed"], &poll.HubState{Hub: live.Hub, Topic: live.Topic})
}

func removed(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a", "b")
	for _, c := range claim(t, s) {
		commit(t, s, outcome(c, "shown"))
	}
	sync(t, s, "b")
	time.Sleep(3 * 24 * time.Hour)
	if _, ok := claim(t, s)["a"]; ok {
		t.Error("a removed feed is due")
	}
	sync(t, s, "a", "b")
	seen, err := s.Seen(ctx, claimOne(t, s, "a"))
	testutil.Must(t, err)
	testutil.Equal(t, "seen", string(seen), "shown")
}

func forgotten(t *testing.T, open Open) {
	s := open(t)
	defer func() { testutil.Must(t, s.Close()) }()
	sync(t, s, "a")
	commit(t, s, outcome(claimOne(t, s, "a"), "shown"))
	sync(t, s)
	testutil.Must(t, s.Close())
	time.Sleep(90 * 24 * time.Hour)
	s = open(t)
	time.Sleep(24 * time.Hour)
	sync(t, s)
	sync(t, s, "a")
	seen, err := s.Seen(ctx, claimOne(t, s, "a"))
	testutil.Must(t, err)
	testutil.Equal(t, "seen", string(seen), "")
}

func shorterInterval(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	o := outcome(claimOne(t, s, "a"), "shown")
	o.Next = o.Claim.Now.Add(24 * time.Hour)
	commit(t, s, o)
	src := source("a")
	src.Every = time.Minute
	testutil.Must(t, s.Sync(ctx, feeds.Pack(src)))
	time.Sleep(time.Minute + time.Second)
	claimOne(t, s, "a")
}

// dueIn commits a poll of a new feed a, which is then due in next, and syncs the sources
// that follow.
func dueIn(t *testing.T, s BothHalves, first feeds.Source, next time.Duration, change func(*poll.FeedState), then feeds.Source) {
	t.Helper()
	testutil.Must(t, s.Sync(ctx, feeds.Pack(first)))
	o := outcome(claimOne(t, s, "a"), "shown")
	o.Next = o.Claim.Now.Add(next)
	if change != nil {
		change(&o.State)
	}
	commit(t, s, o)
	testutil.Must(t, s.Sync(ctx, feeds.Pack(then)))
}

func sameInterval(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	dueIn(t, s, source("a"), 50*time.Minute, nil, source("a"))
	time.Sleep(49 * time.Minute)
	testutil.Equal(t, "due before its time", len(claim(t, s)), 0)
	time.Sleep(2 * time.Minute)
	claimOne(t, s, "a")
}

func newSchedule(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	daily, hourly := source("a"), source("a")
	daily.Every, daily.Schedule = 0, "0 6 * * *"
	hourly.Every, hourly.Schedule = 0, "0 * * * *"
	dueIn(t, s, daily, 20*time.Hour, nil, hourly)
	claimOne(t, s, "a")
}

func cadenceMeanwhile(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	c := claimOne(t, s, "a")
	src := source("a")
	src.Every = time.Minute
	testutil.Must(t, s.Sync(ctx, feeds.Pack(src)))
	o := outcome(c, "shown", alert("desk", "a", "x"))
	lost, err := s.Commit(ctx, []poll.Outcome{o})
	testutil.Must(t, err)
	testutil.Equal(t, "lost", lost, []poll.Claim{c})
	claimOne(t, s, "a")
}

func wrongClock(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	dueIn(t, s, source("a"), 10*365*24*time.Hour, nil, source("a"))
	time.Sleep(2 * time.Hour)
	claimOne(t, s, "a")
}

func failingFeed(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	dueIn(t, s, source("a"), 4*time.Hour, func(st *poll.FeedState) { st.Failed = 9 }, source("a"))
	time.Sleep(3 * time.Hour)
	testutil.Equal(t, "due before its time", len(claim(t, s)), 0)
	time.Sleep(61 * time.Minute)
	claimOne(t, s, "a")
}

func claimByName(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a", "b")
	commit(t, s, outcome(claimOne(t, s, "a"), "shown"))
	c, ok, _, err := s.Claim(ctx, "a", time.Minute)
	testutil.Must(t, err)
	if !ok || c.Feed != "a" {
		t.Fatalf("claimed %+v, %v", c, ok)
	}
	_, ok, wake, err := s.Claim(ctx, "a", time.Minute)
	testutil.Must(t, err)
	if ok || wake.After <= 0 || wake.After > time.Minute {
		t.Errorf("claimed twice: %v; wakes after %v, want when the lease ends at the latest", ok, wake.After)
	}
	commit(t, s, outcome(c, "changed"))
	c, ok, _, err = s.Claim(ctx, "a", time.Minute)
	testutil.Must(t, err)
	if !ok {
		t.Fatal("not free after the commit")
	}
	seen, err := s.Seen(ctx, c)
	testutil.Must(t, err)
	testutil.Equal(t, "seen", string(seen), "changed")
	if _, _, _, err := s.Claim(ctx, "nobody", time.Minute); !errors.Is(err, poll.ErrUnknownFeed) {
		t.Errorf("an unknown feed: %v", err)
	}
}

func listed(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	var ids []string
	for i := range 600 {
		ids = append(ids, fmt.Sprintf("feed %03d", 599-i))
	}
	sync(t, s, ids...)
	c, _, _, err := s.Claim(ctx, "feed 599", time.Minute)
	testutil.Must(t, err)
	o := outcome(c, "shown")
	o.State.Error, o.State.Failed = "404", 1
	commit(t, s, o)
	n := 0
	for e, err := range s.Feeds(ctx) {
		testutil.Must(t, err)
		if want := fmt.Sprintf("feed %03d", n); e.Feed != want || e.URL != source(want).URL {
			t.Fatalf("the feed at %d is %s at %s", n, e.Feed, e.URL)
		}
		if e.Feed == "feed 599" {
			testutil.Equal(t, "state", e.State.Error, "404")
			testutil.Equal(t, "due", e.Due.Equal(o.Next), true)
		}
		n++
	}
	testutil.Equal(t, "feeds", n, 600)
	for range s.Feeds(ctx) {
		n--
		break
	}
	testutil.Equal(t, "feeds of a loop that ends early", 600-n, 1)
	ended, cancel := context.WithCancel(ctx)
	cancel()
	for _, err := range s.Feeds(ended) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("with a context that is done: %v", err)
		}
	}
}

// A monotonic clock stands still while a machine is suspended: with one, feeds that came
// due meanwhile would be late by that time.
func wallClock(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	c := claimOne(t, s, "a")
	for what, at := range map[string]time.Time{"now": c.Now, "due": c.Due} {
		if at != at.Round(0) {
			t.Errorf("%s has a monotonic reading: %v", what, at)
		}
	}
}

func removedMeanwhile(t *testing.T, open Open) {
	s := open(t)
	defer s.Close()
	sync(t, s, "a")
	c := claimOne(t, s, "a")
	sync(t, s)
	lost, err := s.Commit(ctx, []poll.Outcome{outcome(c, "shown", alert("desk", "a", "x"))})
	testutil.Must(t, err)
	testutil.Equal(t, "lost", lost, []poll.Claim{c})
	testutil.Equal(t, "held", titles(held(t, s, "desk")), []string{})
}
