package websub_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"watcher/internal/testutil"
	"watcher/internal/websub"
)

func TestAPushAlertsWithoutAPoll(t *testing.T) {
	for method := range methods {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			sub := w.subscribed()
			if !strings.HasPrefix(sub.Get("hub.callback"), w.callbacks.URL+"/watcher/websub/") || len(sub.Get("hub.secret")) < 32 || len(sub.Get("hub.secret")) >= 200 {
				t.Errorf("asked for %v", sub)
			}
			body := rss("", "2 NATO sends a brigade")
			testutil.Equal(t, "status", push(t, sub, body, "X-Hub-Signature", sign(method, sub.Get("hub.secret"), body)), http.StatusNoContent)
			testutil.Equal(t, "alerts", w.alerts(), []string{"NATO sends a brigade"}) // stored when the hub was answered
			testutil.Equal(t, "polls", w.polled(), 1)
			testutil.Equal(t, "accepted", w.result(websub.Accepted), int64(1))
			testutil.Equal(t, "pushed again", push(t, sub, body), http.StatusNoContent)
			testutil.Equal(t, "alerts after the same again", w.alerts(), []string{"NATO sends a brigade"})
		})
	}
}

// A part of a feed must not look like the whole: what it leaves out is still there, and
// what it has is no news to the next poll.
func TestAPollAfterAPushFindsNothingNew(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribed()
	w.publish("1 old news", "2 older NATO news")
	w.pollNow()
	known := w.feed().State.Known
	testutil.Equal(t, "status", push(t, sub, rss("", "4 NATO talks", "3 NATO moves")), http.StatusNoContent)
	testutil.Equal(t, "alerts", w.alerts(), []string{"older NATO news", "NATO talks", "NATO moves"})
	testutil.Equal(t, "validators and hashes", w.feed().State.Known, known)
	testutil.Equal(t, "items in the last document", w.feed().State.Items, 2)
	w.publish("4 NATO talks", "3 NATO moves", "2 older NATO news", "1 old news")
	w.pollNow()
	testutil.Equal(t, "alerts after a poll", w.alerts(), []string{"older NATO news", "NATO talks", "NATO moves"})
	testutil.Equal(t, "items in the last document", w.feed().State.Items, 4)
	w.publish("5 NATO returns", "4 NATO talks", "2 older NATO news", "1 old news")
	w.pollNow()
	testutil.Equal(t, "alerts of later polls", w.alerts(), []string{"older NATO news", "NATO talks", "NATO moves", "NATO returns"})
}

func TestOnlyWhatTheHubSignedCounts(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribed()
	body := rss("", "2 NATO forged")
	right := sign("sha256", sub.Get("hub.secret"), body)
	for _, test := range []struct{ shows, signature string }{
		{"another secret", sign("sha256", "guessed", body)},
		{"another body", sign("sha256", sub.Get("hub.secret"), body+" ")},
		{"none", ""},
		{"a method that is none", strings.Replace(right, "sha256", "md5", 1)},
		{"the digits of another method", strings.Replace(right, "sha256", "sha1", 1)},
		{"a part of it", right[:20]},
		{"an empty one", "sha256="},
		{"no digits", "sha256=xyz"},
	} {
		testutil.Equal(t, test.shows, push(t, sub, body, "X-Hub-Signature", test.signature), http.StatusNoContent)
	}
	testutil.Equal(t, "thrown away", w.result(websub.BadSignature), int64(8))
	testutil.Equal(t, "alerts", w.alerts(), []string{})
	testutil.Equal(t, "polls", w.polled(), 1)
}

// A push that the hub signed but that is useless has the feed polled, at most once a
// minute.
func TestHostilePushes(t *testing.T) {
	bomb := string(gzipped([]byte(strings.Repeat(" ", 64<<20))))
	for _, test := range []struct {
		shows   string
		body    string
		headers []string
		result  websub.Result
	}{
		{"nothing", "", nil, websub.Unreadable},
		{"a page", "<html><body>NATO</body></html>", nil, websub.Unreadable},
		{"JSON that is no feed", `{"NATO": true}`, []string{"Content-Type", "application/json"}, websub.Unreadable},
		{"ten megabytes", rss("", "2 NATO"+strings.Repeat(" NATO", 2<<20)), nil, websub.Unreadable},
		{"more than is read", strings.Repeat("x", 17<<20), nil, websub.TooLarge},
		{"a bomb", bomb, []string{"Content-Encoding", "gzip"}, websub.Unreadable},
		{"an unknown encoding", "NATO", []string{"Content-Encoding", "br"}, websub.Unreadable},
		{"another topic", rss("", "2 NATO elsewhere"), []string{"Link", `<https://other.example/feed>; rel="self"`}, websub.WrongTopic},
	} {
		t.Run(test.shows, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			sub := w.subscribed()
			first := w.feed().State.Polled
			testutil.Equal(t, "status", push(t, sub, test.body, test.headers...), http.StatusNoContent)
			testutil.Equal(t, "result", w.result(test.result), int64(1))
			testutil.Equal(t, "alerts", w.alerts(), []string{})
			due := w.feed().Due.Sub(first)
			if soon := due <= 61*time.Second; soon != (test.result != websub.TooLarge) {
				t.Errorf("polled %v after the last poll", due)
			}
			testutil.Equal(t, "a good push", push(t, sub, rss("", "3 NATO at last")), http.StatusNoContent)
			testutil.Equal(t, "alerts", w.alerts(), []string{"NATO at last"})
		})
	}
}

func TestCompressedPushesAreRead(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribed()
	testutil.Equal(t, "status", push(t, sub, string(gzipped([]byte(rss("", "2 NATO packed")))), "Content-Encoding", "gzip"), http.StatusNoContent)
	testutil.Equal(t, "alerts", w.alerts(), []string{"NATO packed"})
}

func TestARestartKeepsTheSubscription(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribed()
	w.end()
	w.start(w.source())
	testutil.Equal(t, "status", push(t, sub, rss("", "2 NATO meanwhile")), http.StatusNoContent)
	testutil.Equal(t, "alerts", w.alerts(), []string{"NATO meanwhile"})
	testutil.Equal(t, "the hub was asked", w.hub.requests(), []string{"subscribe"})
	testutil.Equal(t, "state", w.subs.Stats().Live, 1)
}

func TestOnlyWhatWeAskedForIsMeant(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribed()
	for _, test := range []struct {
		shows   string
		changes url.Values
	}{
		{"another topic", url.Values{"hub.topic": {"https://other.example/feed"}}},
		{"no topic", url.Values{"hub.topic": nil}},
		{"an end that nobody asked for", url.Values{"hub.mode": {"unsubscribe"}}},
		{"a mode that is none", url.Values{"hub.mode": {"publish"}}},
		{"no challenge", url.Values{"hub.challenge": {""}}},
		{"a challenge of a megabyte", url.Values{"hub.challenge": {strings.Repeat("x", 5<<10)}}},
	} {
		status, body := w.hub.verify(t, sub, test.changes)
		if status != http.StatusNotFound || strings.Contains(body, "a challenge") {
			t.Errorf("%s: %d %q", test.shows, status, body)
		}
	}
	other := url.Values{"hub.mode": {"subscribe"}, "hub.topic": sub["hub.topic"], "hub.callback": {w.callbacks.URL + "/websub/guessed"}}
	if status, _ := w.hub.verify(t, other, nil); status != http.StatusNotFound {
		t.Errorf("an unknown callback: %d", status)
	}
	testutil.Equal(t, "a push to an unknown callback", push(t, other, rss("", "2 NATO")), http.StatusGone)
	testutil.Equal(t, "alerts", w.alerts(), []string{})
}

func TestARemovedFeedIsUnsubscribed(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribed()
	w.sync()
	w.await("an end", func() bool { return len(w.hub.requests()) == 2 })
	testutil.Equal(t, "the hub was asked", w.hub.requests(), []string{"subscribe", "unsubscribe"})
	testutil.Equal(t, "a push", push(t, sub, rss("", "2 NATO")), http.StatusGone)

	w.end() // the feed comes back: its old subscription is over
	w.start(w.source())
	w.await("a subscription anew", func() bool { return len(w.hub.requests()) == 3 })
	w.subscribed()
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	if again := w.hub.asked[2]; again.Get("hub.mode") != "subscribe" || again.Get("hub.callback") == sub.Get("hub.callback") || again.Get("hub.secret") == sub.Get("hub.secret") {
		t.Errorf("asked again for %v", again)
	}
}

// A feed that is renamed in the config keeps its subscription.
func TestARenamedFeedKeepsItsSubscription(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribed()
	w.end()
	src := w.source()
	src.ID = "another name"
	w.start(src)
	testutil.Equal(t, "status", push(t, sub, rss("", "2 NATO")), http.StatusNoContent)
	testutil.Equal(t, "alerts", w.alerts(), []string{"NATO"})
	testutil.Equal(t, "the hub was asked", w.hub.requests(), []string{"subscribe"})
}

// A feed with a new address in the config begins anew, and its old subscription is ended.
func TestAnotherAddressIsAnotherSubscription(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribed()
	src := w.source()
	src.URL = w.publisher.URL + "/elsewhere"
	w.sync(src)
	w.await("an end and a beginning", func() bool { return len(w.hub.requests()) == 3 && w.feed().State.Push.Live(time.Now()) })
	modes := w.hub.requests()[1:]
	slices.Sort(modes)
	testutil.Equal(t, "the hub was asked", modes, []string{"subscribe", "unsubscribe"})
	testutil.Equal(t, "a push to the old callback", push(t, sub, rss("", "2 NATO")), http.StatusGone)
	testutil.Equal(t, "alerts", w.alerts(), []string{})
}
