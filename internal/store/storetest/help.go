package storetest

import (
	"context"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/testutil"
)

var ctx = context.Background()

func source(id string) feeds.Source {
	return feeds.Source{ID: id, URL: "https://example.org/" + id, Every: 15 * time.Minute}
}

func sync(t *testing.T, s BothHalves, ids ...string) {
	t.Helper()
	var sources []feeds.Source
	for _, id := range ids {
		sources = append(sources, source(id))
	}
	testutil.Must(t, s.Sync(ctx, feeds.Pack(sources...)))
}

// claim claims the feeds that are due and returns them by id.
func claim(t *testing.T, s BothHalves) map[string]poll.Claim {
	t.Helper()
	claims, _, err := s.ClaimDue(ctx, 100, time.Minute, 0)
	testutil.Must(t, err)
	byID := make(map[string]poll.Claim)
	for _, c := range claims {
		byID[c.Feed] = c
	}
	return byID
}

func claimOne(t *testing.T, s BothHalves, id string) poll.Claim {
	t.Helper()
	c, ok := claim(t, s)[id]
	if !ok {
		t.Fatalf("feed %s is not due", id)
	}
	return c
}

// commit stores outcomes none of whose claims may be lost.
func commit(t *testing.T, s BothHalves, outcomes ...poll.Outcome) {
	t.Helper()
	lost, err := s.Commit(ctx, outcomes)
	testutil.Must(t, err)
	if len(lost) > 0 {
		t.Fatalf("%d of %d outcomes are lost, the first of them of %s", len(lost), len(outcomes), lost[0].Feed)
	}
}

// outcome is a poll that worked, with the feed due again in 15 minutes.
func outcome(c poll.Claim, seen string, alerts ...notify.Alert) poll.Outcome {
	o := poll.Outcome{Claim: c, State: c.State, Next: c.Now.Add(15 * time.Minute), Alerts: alerts}
	o.State.Polled = c.Now
	if seen != "" {
		o.Seen = []byte(seen)
	}
	return o
}

func alert(target, feed string, keys ...string) notify.Alert {
	a := notify.Alert{Target: target, Item: notify.AlertItem{Feed: feed, Title: keys[0], Link: "https://example.org/" + keys[0]}}
	for _, k := range keys {
		a.Keys = append(a.Keys, notify.KeyOf(k))
	}
	a.ID = notify.AlertID(target, a.Keys[0])
	return a
}

// commitAlerts commits alerts by a poll of feed.
func commitAlerts(t *testing.T, s BothHalves, feed string, alerts ...notify.Alert) {
	t.Helper()
	time.Sleep(15*time.Minute + time.Second)
	commit(t, s, outcome(claimOne(t, s, feed), "seen", alerts...))
}

func held(t *testing.T, s BothHalves, target string) []notify.Alert {
	t.Helper()
	h, err := s.Held(ctx, target)
	testutil.Must(t, err)
	var ids []string
	for _, a := range h.Alerts {
		ids = append(ids, a.ID)
	}
	alerts, err := s.Load(ctx, ids)
	testutil.Must(t, err)
	return alerts
}

// compose freezes messages of desk.
func compose(s BothHalves, ms ...notify.Message) error {
	return s.Freeze(ctx, notify.Composition{Target: "desk", Messages: ms})
}

func message(a notify.Alert) notify.Message {
	return notify.Message{ID: "msg_" + a.ID, Target: a.Target, AlertIDs: []string{a.ID}, Payload: []byte(`"` + a.Item.Title + `"`)}
}

func begin(t *testing.T, s BothHalves, target string) notify.Delivery {
	t.Helper()
	d, ok, wake, err := s.Begin(ctx, target)
	testutil.Must(t, err)
	if !ok {
		t.Fatalf("nothing to deliver to %s, the next in %v", target, wake.After)
	}
	return d
}

func nothing(t *testing.T, s BothHalves, target string) store.Wake {
	t.Helper()
	d, ok, wake, err := s.Begin(ctx, target)
	testutil.Must(t, err)
	if ok {
		t.Fatalf("%s is delivered to %s", d.Message.ID, target)
	}
	return wake
}

func titles(alerts []notify.Alert) []string {
	ts := []string{}
	for _, a := range alerts {
		ts = append(ts, a.Item.Title)
	}
	return ts
}
