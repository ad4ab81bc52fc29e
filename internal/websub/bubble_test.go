package websub_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/budget"
	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/rules"
	"watcher/internal/store/bolt"
	"watcher/internal/testutil"
	"watcher/internal/websub"
)

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * time.Hour
)

// bubble is a newsroom in simulated time: a web of feeds that all offer a hub, and
// that hub.
type bubble struct {
	t     *testing.T
	path  string
	store *bolt.Store
	poll  *poll.Poller
	subs  *websub.Subscriber
	door  http.Handler // where the hub asks back and pushes
	stop  func()

	mu    sync.Mutex
	hub   string        // that the feeds offer
	links bool          // whether they do
	took  time.Duration // of a poll
	polls map[string][]time.Time
	asked []request
	says  func(r request) error // the hub's answer; nil if it verifies the request
	lease string                // that it grants
	mute  bool                  // it does not verify requests
}

// request is one that the hub got.
type request struct {
	at   time.Time
	hub  string
	form url.Values
}

func in(t *testing.T, test func(t *testing.T, b *bubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bubble{
			t: t, path: filepath.Join(t.TempDir(), "watcher.db"), hub: "https://hub.example/", links: true,
			polls: map[string][]time.Time{}, lease: "864000", says: func(request) error { return nil },
		}
		t.Cleanup(func() { b.close() })
		test(t, b)
	})
}

// Fetch implements poll.Fetcher: a document that changes with each poll.
func (b *bubble) Fetch(ctx context.Context, s feeds.Source, _ feeds.Known, _ func() (*seen.Index, error)) (feeds.FetchResult, error) {
	b.mu.Lock()
	b.polls[s.ID] = append(b.polls[s.ID], time.Now())
	head := ""
	if b.links {
		head = fmt.Sprintf(`<atom:link rel="hub" href="%s"/><atom:link rel="self" href="%s"/>`, b.hub, s.URL)
	}
	took := b.took
	b.mu.Unlock()
	select {
	case <-ctx.Done():
		return feeds.FetchResult{}, ctx.Err()
	case <-time.After(took):
	}
	doc, err := parse.Read([]byte(rss(head, "1 old news")), "", s)
	return feeds.FetchResult{Document: doc}, err
}

// FullText implements poll.Fetcher.
func (b *bubble) FullText(_ context.Context, _ feeds.Source, link string) (string, error) {
	return "The page at " + link + " tells of NATO.", nil
}

// ReadPushed implements poll.Fetcher.
func (b *bubble) Reading() int { return 0 }

func (b *bubble) ReadPushed(_ context.Context, s feeds.Source, p feeds.Pushed, _ *seen.Index) (feeds.Document, error) {
	return parse.Read(p.Body, p.ContentType, s)
}

// TakePush implements websub.Hubs.
func (b *bubble) TakePush(_ context.Context, r io.Reader) ([]byte, *budget.Account, error) {
	body, err := io.ReadAll(io.LimitReader(r, feeds.MaxPushed+1))
	return body, nil, err
}

// AskHub implements websub.Hubs.
func (b *bubble) AskHub(_ context.Context, hub string, form url.Values) error {
	b.mu.Lock()
	r := request{time.Now(), hub, form}
	b.asked = append(b.asked, r)
	says, mute := b.says, b.mute
	b.mu.Unlock()
	if err := says(r); err != nil || mute {
		return err
	}
	b.back(form, "")
	return nil
}

// back verifies a request with the subscriber, or denies it.
func (b *bubble) back(form url.Values, denied string) int {
	b.mu.Lock()
	q := url.Values{"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": {"x"}, "hub.lease_seconds": {b.lease}}
	b.mu.Unlock()
	if denied != "" {
		q = url.Values{"hub.mode": {"denied"}, "hub.topic": form["hub.topic"], "hub.reason": {denied}}
	}
	w := httptest.NewRecorder()
	b.door.ServeHTTP(w, httptest.NewRequest(http.MethodGet, form.Get("hub.callback")+"?"+q.Encode(), nil))
	return w.Code
}

// pushed pushes a document to the first subscription.
func (b *bubble) pushed(form url.Values, body string) int {
	r := httptest.NewRequest(http.MethodPost, form.Get("hub.callback"), strings.NewReader(body))
	r.Header.Set("X-Hub-Signature", sign("sha512", form.Get("hub.secret"), body))
	w := httptest.NewRecorder()
	b.door.ServeHTTP(w, r)
	_, _ = io.Copy(io.Discard, w.Body)
	return w.Code
}

func (b *bubble) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bubble) open(sources ...feeds.Source) {
	b.t.Helper()
	var err error
	b.store, err = bolt.Open(b.path)
	b.must(err)
	log := slog.New(slog.DiscardHandler)
	b.poll = poll.New(b.store, b, log)
	b.subs = websub.New(b.poll, b, "https://watcher.example/", log)
	b.door = b.subs
	b.poll.OnPush(b.subs.HubChanged)
	set, err := rules.Compile([]rules.Rule{{Name: "nato", Keywords: []string{"NATO"}}}, rules.Options{})
	b.must(err)
	plan := &poll.Plan{Rules: set, Routes: []poll.Route{{Rule: "nato", Targets: []string{"desk"}}}, Ops: []string{"ops"}, Pushes: true}
	b.must(plan.SetSources(feeds.Pack(sources...)))
	b.poll.SetPlan(plan)
	b.must(b.store.Sync(ctx, feeds.Pack(sources...)))
	b.must(b.subs.SetFeeds(b.store.Feeds(ctx)))
	running, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { b.poll.Run(running) })
	group.Go(func() { b.subs.Run(running) })
	b.stop = func() {
		cancel()
		group.Wait()
	}
}

func (b *bubble) close() {
	if b.stop != nil {
		b.stop()
		b.stop = nil
		b.must(b.store.Close())
	}
}

func source(id string, every time.Duration) feeds.Source {
	return feeds.Source{ID: id, URL: "https://" + id + ".example/feed", Every: every}
}

func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// requests returns what the hub was asked so far.
func (b *bubble) requests() []request {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]request{}, b.asked...)
}

func (b *bubble) set(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
}

func (b *bubble) polled(feed string) []time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]time.Time{}, b.polls[feed]...)
}

func (b *bubble) push(feed string) *poll.HubState {
	b.t.Helper()
	for e, err := range b.store.Feeds(ctx) {
		b.must(err)
		if e.Feed == feed {
			return e.State.Push
		}
	}
	return nil
}

// troubles returns the kinds of trouble that were reported.
func (b *bubble) troubles() []string {
	b.t.Helper()
	h, err := b.store.Held(ctx, "ops")
	b.must(err)
	var ids []string
	for _, a := range h.Alerts {
		ids = append(ids, a.ID)
	}
	alerts, err := b.store.Load(ctx, ids)
	b.must(err)
	kinds := []string{}
	for _, a := range alerts {
		kinds = append(kinds, a.Trouble.Kind)
	}
	return kinds
}

var _ notify.Outbox = (*bolt.Store)(nil)

func TestAHubThatThrottles(t *testing.T) {
	in(t, func(t *testing.T, b *bubble) {
		b.says = func(request) error {
			return &feeds.FetchError{Kind: feeds.Throttled, Status: 429, RetryAfter: 3 * hour, Text: "too many requests"}
		}
		b.open(source("a", hour), source("b", hour))
		after(12*hour + minute)
		all := b.requests()
		for i := range all[1:] {
			if gap := all[i+1].at.Sub(all[i].at); gap < 3*hour {
				t.Errorf("asked again after %v, while it wants to be left alone for 3 h", gap)
			}
		}
		if len(all) < 3 {
			t.Errorf("asked %d times in 12 h", len(all))
		}
	})
}

func TestAHubThatDoesNotAskBack(t *testing.T) {
	in(t, func(t *testing.T, b *bubble) {
		b.mute = true
		b.open(source("a", hour))
		after(9 * minute)
		testutil.Equal(t, "requests", len(b.requests()), 1)
		after(5 * minute)
		if p := b.push("a"); !strings.Contains(p.Error, "http.public_url") || p.Live(time.Now()) {
			t.Errorf("noted: %+v", p)
		}
		// It may still do so hours later, but not for ever.
		b.back(b.requests()[0].form, "")
		after(minute)
		testutil.Equal(t, "live", b.push("a").Live(time.Now()), true)
		asked := len(b.requests())
		b.close()
		b.open(source("a", hour))
		testutil.Equal(t, "an answer to a request of before the restart", b.back(b.requests()[0].form, ""), http.StatusNotFound)
		after(minute)
		testutil.Equal(t, "requests", len(b.requests()), asked)
	})
}

// Several machines are behind one public address: a machine that does not know a
// subscription finds it in the store.
func TestAHubThatComesToAnotherMachine(t *testing.T) {
	in(t, func(t *testing.T, b *bubble) {
		b.mute = true
		b.open(source("a", hour))
		all := func() iter.Seq2[poll.FeedStatus, error] { return b.store.Feeds(ctx) }
		b.subs.Share(all)
		log := slog.New(slog.DiscardHandler)
		poller := poll.New(b.store, b, log)
		other := websub.New(poller, b, "https://watcher.example/", log)
		other.Share(all)
		poller.OnPush(other.HubChanged)
		set, err := rules.Compile([]rules.Rule{{Name: "nato", Keywords: []string{"NATO"}}}, rules.Options{})
		b.must(err)
		plan := &poll.Plan{Rules: set, Routes: []poll.Route{{Rule: "nato", Targets: []string{"desk"}}}, Pushes: true}
		b.must(plan.SetSources(feeds.Pack(source("a", hour))))
		poller.SetPlan(plan)
		running, cancel := context.WithCancel(ctx)
		var group sync.WaitGroup
		group.Go(func() { poller.Run(running) })
		group.Go(func() { other.Run(running) })
		defer group.Wait()
		defer cancel()

		after(minute)
		testutil.Equal(t, "requests", len(b.requests()), 1)
		form := b.requests()[0].form
		unknown := url.Values{"hub.callback": {"https://watcher.example/websub/nobody"}}
		testutil.Equal(t, "an unknown callback", b.pushed(unknown, ""), http.StatusGone)
		b.door = other
		testutil.Equal(t, "asked back", b.back(form, ""), http.StatusOK)
		after(30 * minute) // the first machine gives up waiting meanwhile
		p := b.push("a")
		testutil.Equal(t, "live, and without a failure", []any{p.Live(time.Now()), p.Failed, p.Error}, []any{true, 0, ""})
		testutil.Equal(t, "pushed", b.pushed(form, rss("", "n9 NATO news 9")), http.StatusNoContent)
		testutil.Equal(t, "alerts", len(held(b, "desk")), 1)
		testutil.Equal(t, "an unknown callback", b.pushed(unknown, ""), http.StatusGone)
		testutil.Equal(t, "at once after that", b.pushed(unknown, ""), http.StatusServiceUnavailable)
	})
}

func TestAHubThatDenies(t *testing.T) {
	in(t, func(t *testing.T, b *bubble) {
		b.open(source("a", hour))
		after(day)
		form := b.requests()[0].form
		testutil.Equal(t, "status", b.back(form, "not for\x1b[31m you"), http.StatusOK)
		denied := time.Now()
		after(minute)
		if p := b.push("a"); !p.Denied || p.Live(time.Now()) || p.Error != "not for [31m you" {
			t.Errorf("noted: %+v", p)
		}
		testutil.Equal(t, "troubles", b.troubles(), []string{"feed_not_pushed"})
		testutil.Equal(t, "denied", b.subs.Stats().Denied, 1)
		after(2 * hour)
		if polls := b.polled("a"); !between(polls, denied, denied.Add(hour+5*minute)) {
			t.Errorf("it does not return to its own pace: %v", polls)
		}
		testutil.Equal(t, "requests on the same day", len(b.requests()), 1)
		after(2 * day)
		testutil.Equal(t, "requests later", len(b.requests()), 2)
		testutil.Equal(t, "live", b.push("a").Live(time.Now()), true)
		testutil.Equal(t, "troubles", b.troubles(), []string{"feed_not_pushed"})
	})
}

func TestAFeedThatOffersAnotherHub(t *testing.T) {
	in(t, func(t *testing.T, b *bubble) {
		b.open(source("a", hour))
		after(5 * minute)
		old := b.requests()[0]
		b.set(func() { b.hub = "https://other.example/" })
		after(12 * hour)
		all := b.requests()
		if len(all) != 3 {
			t.Fatalf("hubs were asked %v", all)
		}
		testutil.Equal(t, "the old one is left", []string{all[1].hub, all[1].form.Get("hub.mode"), all[1].form.Get("hub.callback")},
			[]string{old.hub, "unsubscribe", old.form.Get("hub.callback")})
		testutil.Equal(t, "the new one is asked", []string{all[2].hub, all[2].form.Get("hub.mode")}, []string{"https://other.example/", "subscribe"})
		if all[2].form.Get("hub.callback") == old.form.Get("hub.callback") || all[2].form.Get("hub.secret") == old.form.Get("hub.secret") {
			t.Error("the new hub got what only the old one knew")
		}
		testutil.Equal(t, "a push of the old one", b.pushed(old.form, rss("", "2 NATO")), http.StatusGone)

		b.set(func() { b.links = false })
		after(12 * hour)
		if p := b.push("a"); p != nil {
			t.Errorf("of a feed that offers none any more: %+v", p)
		}
		if all = b.requests(); len(all) != 4 || all[3].form.Get("hub.mode") != "unsubscribe" {
			t.Errorf("hubs were asked %v", all[3:])
		}
	})
}

// Two servers that name the feed differently, in turn.
func TestAFeedWhoseHubChangesAllTheTime(t *testing.T) {
	in(t, func(t *testing.T, b *bubble) {
		b.open(source("a", 10*minute))
		for i := range 7 * 24 * 6 {
			b.set(func() { b.hub = fmt.Sprintf("https://hub%d.example/", i%2) })
			after(10 * minute)
		}
		if n := len(b.requests()); n > 7*10 {
			t.Errorf("hubs were asked %d times in a week", n)
		}
		if n := len(b.polled("a")); n < 7*24*3 {
			t.Errorf("polled %d times in a week", n)
		}
	})
}

func TestAnotherPublicAddress(t *testing.T) {
	in(t, func(t *testing.T, b *bubble) {
		b.open(source("a", hour))
		after(minute)
		b.stop()
		b.subs = websub.New(b.poll, b, "https://elsewhere.example/w", slog.New(slog.DiscardHandler))
		b.door = b.subs
		b.poll.OnPush(b.subs.HubChanged)
		b.must(b.subs.SetFeeds(b.store.Feeds(ctx)))
		running, cancel := context.WithCancel(ctx)
		var group sync.WaitGroup
		group.Go(func() { b.poll.Run(running) })
		group.Go(func() { b.subs.Run(running) })
		b.stop = func() {
			cancel()
			group.Wait()
		}
		after(minute)
		p := b.push("a")
		if !strings.HasPrefix(p.Callback, "https://elsewhere.example/w/websub/") || !p.Live(time.Now()) {
			t.Errorf("subscribed as %+v", p)
		}
	})
}

// A push and a poll of the same feed take place one after the other; a push that would have
// to wait long is to come again.
func TestAPushDuringAPoll(t *testing.T) {
	in(t, func(t *testing.T, b *bubble) {
		b.open(source("a", hour))
		after(minute)
		form := b.requests()[0].form
		b.set(func() { b.took = 5 * time.Second })
		b.must(b.poll.Retry(ctx, "a"))
		after(time.Second)
		testutil.Equal(t, "polls", len(b.polled("a")), 2)
		began := time.Now()
		testutil.Equal(t, "status", b.pushed(form, rss("", "2 NATO")), http.StatusNoContent)
		if waited := time.Since(began); waited < 4*time.Second || waited > 6*time.Second {
			t.Errorf("it waited %v for a poll that took 4 s more", waited)
		}
		testutil.Equal(t, "alerts", len(held(b, "desk")), 1)

		b.set(func() { b.took = 30 * time.Second })
		b.must(b.poll.Retry(ctx, "a"))
		after(time.Second)
		testutil.Equal(t, "status", b.pushed(form, rss("", "3 NATO again")), http.StatusServiceUnavailable)
		testutil.Equal(t, "alerts", len(held(b, "desk")), 1)
		after(minute)
		testutil.Equal(t, "status", b.pushed(form, rss("", "3 NATO again")), http.StatusNoContent)
		testutil.Equal(t, "alerts", len(held(b, "desk")), 2)
	})
}

func held(b *bubble, target string) []notify.HeldAlert {
	h, err := b.store.Held(ctx, target)
	b.must(err)
	return h.Alerts
}

// A hub cannot make us poll its publisher more than once a minute.
func TestUselessPushesDoNotHammerThePublisher(t *testing.T) {
	in(t, func(t *testing.T, b *bubble) {
		b.open(source("a", hour))
		after(minute)
		form := b.requests()[0].form
		for range 600 {
			testutil.Equal(t, "status", b.pushed(form, "not a feed"), http.StatusNoContent)
			after(time.Second)
		}
		if n := len(b.polled("a")); n < 9 || n > 12 {
			t.Errorf("polled %d times in 11 minutes", n)
		}
	})
}

// The pages of pushed items are read within the limits of their hosts, like those of polled
// items.
func TestFullTextOfWhatIsPushed(t *testing.T) {
	in(t, func(t *testing.T, b *bubble) {
		src := source("a", hour)
		src.FullText = true
		b.open(src)
		after(minute)
		form := b.requests()[0].form
		testutil.Equal(t, "status", b.pushed(form, rss("", "2 A brigade moves", "3 And another one")), http.StatusNoContent)
		testutil.Equal(t, "alerts", len(held(b, "desk")), 2)
	})
}

// Pushes of one feed are processed one by one, and those of many feeds concurrently.
func TestManyPushes(t *testing.T) {
	in(t, func(t *testing.T, b *bubble) {
		var sources []feeds.Source
		for i := range 100 {
			sources = append(sources, source(fmt.Sprint("f", i), hour))
		}
		b.open(sources...)
		after(10 * minute)
		all := b.requests()
		testutil.Equal(t, "subscriptions", b.subs.Stats().Live, 100)
		var group sync.WaitGroup
		for i, r := range all {
			group.Go(func() {
				body := rss("", fmt.Sprintf("n%d NATO news %[1]d", i))
				for status := 0; status != http.StatusNoContent; time.Sleep(minute) {
					if status = b.pushed(r.form, body); status != http.StatusNoContent && status != http.StatusServiceUnavailable {
						t.Errorf("status %d", status)
						return
					}
				}
			})
		}
		group.Wait()
		testutil.Equal(t, "alerts", len(held(b, "desk")), 100)

		b.set(func() { b.took = 5 * time.Second })
		b.must(b.poll.Retry(ctx, "f0"))
		after(time.Second)
		statuses := make(chan int, 2)
		for _, title := range []string{"x NATO x", "y NATO y"} {
			go func() { statuses <- b.pushed(all[indexOf(all, "https://f0.example/feed")].form, rss("", title)) }()
			synctest.Wait()
		}
		testutil.Equal(t, "one at the same time", []int{<-statuses, <-statuses}, []int{http.StatusServiceUnavailable, http.StatusNoContent})
	})
}

func indexOf(all []request, topic string) int {
	return slices.IndexFunc(all, func(r request) bool { return r.form.Get("hub.topic") == topic })
}

func between(times []time.Time, from, to time.Time) bool {
	for _, at := range times {
		if at.After(from) && at.Before(to) {
			return true
		}
	}
	return false
}
