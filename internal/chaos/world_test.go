package chaos

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// web is the world around the program: growing feeds, and receivers that count what they
// accept.
type web struct {
	*httptest.Server
	mu        sync.Mutex
	feeds     map[string][]string // titles by feed, the newest last
	published []string            // titles that must arrive, in their order
	window    int                 // how many items a feed shows
	receivers map[string]*receiver
}

func newWeb(t *testing.T, feeds, window int) *web {
	t.Helper()
	w := &web{feeds: make(map[string][]string), window: window, receivers: map[string]*receiver{
		"slow":    {answer: slowly},
		"flaky":   {answer: unwell},
		"dropper": {answer: dropping},
	}}
	for i := range feeds {
		w.feeds[fmt.Sprintf("feed%d", i)] = []string{"there before"}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{feed}", w.feed)
	mux.HandleFunc("POST /{receiver}", func(rw http.ResponseWriter, r *http.Request) { w.receivers[r.PathValue("receiver")].take(rw, r) })
	w.Server = httptest.NewServer(mux)
	t.Cleanup(w.Close)
	t.Cleanup(w.CloseClientConnections)
	return w
}

// feed serves the latest items of a feed.
func (w *web) feed(rw http.ResponseWriter, r *http.Request) {
	name := r.PathValue("feed")
	w.mu.Lock()
	titles := w.feeds[name]
	titles = titles[max(0, len(titles)-w.window):]
	w.mu.Unlock()
	etag := strconv.Quote(name + "-" + strconv.Itoa(len(titles)) + titles[len(titles)-1])
	rw.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		rw.WriteHeader(http.StatusNotModified)
		return
	}
	rw.Header().Set("Content-Type", "application/rss+xml")
	fmt.Fprintf(rw, `<rss version="2.0"><channel><title>%s</title><link>https://%[1]s.example/</link>`, name)
	for i := len(titles) - 1; i >= 0; i-- {
		slug := strings.ReplaceAll(titles[i], " ", "-")
		fmt.Fprintf(rw, `<item><guid isPermaLink="false">%[1]s/%[2]s</guid><title>%[3]s</title><link>https://%[1]s.example/%[2]s</link><description>NATO: %[3]s.</description></item>`, name, slug, titles[i])
	}
	fmt.Fprint(rw, `</channel></rss>`)
}

// publish adds an item to a feed.
func (w *web) publish(feed string, titles ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.feeds[feed] = append(w.feeds[feed], titles...)
	w.published = append(w.published, titles...)
}

// stream publishes an item at each interval until stop is called.
func (w *web) stream(every time.Duration) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	w.mu.Lock()
	n := len(w.published)
	feeds := len(w.feeds)
	w.mu.Unlock()
	go func() {
		defer close(ended)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				w.publish(fmt.Sprintf("feed%d", rand.IntN(feeds)), fmt.Sprintf("item %d", n))
				n++
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// missing returns how many alerts have not arrived, and some of them.
func (w *web) missing() (n int, some []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name, r := range w.receivers {
		r.mu.Lock()
		for _, title := range w.published {
			if len(r.deliveries[title]) == 0 {
				if n++; len(some) < 10 {
					some = append(some, name+": "+title)
				}
			}
		}
		r.mu.Unlock()
	}
	return n, some
}

// receiver is a target. It counts what it accepts, even if its answer is lost.
type receiver struct {
	answer func(http.ResponseWriter, *http.Request) (taken bool)

	mu         sync.Mutex
	tried      map[string]int             // attempts by delivery
	taken      map[string]int             // times by delivery
	deliveries map[string]map[string]bool // delivery ids by title of the item
	at         []time.Time                // when something was taken
	refused    int
}

func (r *receiver) take(rw http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // cut off: it has not arrived
	}
	var doc struct {
		Type string
		Data struct {
			Alerts []struct{ Item struct{ Title string } }
		}
	}
	if json.Unmarshal(body, &doc) != nil || doc.Type != "watcher.alert" {
		return // a trouble of watcher's own
	}
	// What is taken is counted before it is answered: the program may be gone by
	// then.
	id := req.Header.Get("webhook-id")
	r.mu.Lock()
	if r.taken == nil {
		r.tried, r.taken, r.deliveries = make(map[string]int), make(map[string]int), make(map[string]map[string]bool)
	}
	before := r.tried[id]
	r.tried[id]++
	r.mu.Unlock()
	note := func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.taken[id]++
		r.at = append(r.at, time.Now())
		for _, a := range doc.Data.Alerts {
			if r.deliveries[a.Item.Title] == nil {
				r.deliveries[a.Item.Title] = make(map[string]bool)
			}
			r.deliveries[a.Item.Title][id] = true
		}
	}
	if !r.answer(&noting{rw, note, before}, req) {
		r.mu.Lock()
		r.refused++
		r.mu.Unlock()
	}
}

// noting calls note when the receiver has decided to take a message.
type noting struct {
	http.ResponseWriter
	note   func()
	before int // attempts at this delivery
}

func slowly(rw http.ResponseWriter, _ *http.Request) bool {
	rw.(*noting).note()
	time.Sleep(time.Duration(5+rand.IntN(30)) * time.Millisecond)
	rw.WriteHeader(http.StatusNoContent)
	return true
}

// promptly accepts everything at once.
func promptly(rw http.ResponseWriter, _ *http.Request) bool {
	rw.(*noting).note()
	rw.WriteHeader(http.StatusNoContent)
	return true
}

// unwell refuses one in six, sometimes with a Retry-After, but none more than twice: the
// tests must end.
func unwell(rw http.ResponseWriter, _ *http.Request) bool {
	n := rand.IntN(1000)
	if rw.(*noting).before > 1 {
		n = 1000
	}
	switch {
	case n < 2:
		rw.Header().Set("Retry-After", "1")
		http.Error(rw, "too much", http.StatusTooManyRequests)
		return false
	case n < 160:
		http.Error(rw, "not well", http.StatusInternalServerError)
		return false
	}
	rw.(*noting).note()
	rw.WriteHeader(http.StatusOK)
	return true
}

// dropping accepts everything, and in one of ten cases closes the connection instead of
// answering.
func dropping(rw http.ResponseWriter, _ *http.Request) bool {
	n := rw.(*noting)
	n.note()
	if n.before > 1 || rand.IntN(10) > 0 {
		rw.WriteHeader(http.StatusAccepted)
		return true
	}
	if conn, _, err := http.NewResponseController(n.ResponseWriter).Hijack(); err == nil {
		conn.Close()
	}
	return true
}

// count is the result over all receivers.
type count struct {
	Alerts  int // that arrived, each once for each receiver
	Twice   int // of them under more than one delivery id
	Resent  int // deliveries taken again under the same id
	Refused int
}

// taken returns how often each delivery was accepted.
func (w *web) taken() map[string]int {
	all := make(map[string]int)
	for _, r := range w.receivers {
		r.mu.Lock()
		maps.Copy(all, r.taken)
		r.mu.Unlock()
	}
	return all
}

// has reports whether every receiver has accepted an item.
func (w *web) has(title string) bool {
	for _, r := range w.receivers {
		r.mu.Lock()
		n := len(r.deliveries[title])
		r.mu.Unlock()
		if n == 0 {
			return false
		}
	}
	return true
}

// silence returns the longest time since then without anything accepted by any receiver.
func (w *web) silence(since time.Time) (longest time.Duration) {
	all := []time.Time{since, time.Now()}
	for _, r := range w.receivers {
		r.mu.Lock()
		all = append(all, r.at...)
		r.mu.Unlock()
	}
	slices.SortFunc(all, time.Time.Compare)
	for i, at := range all {
		if at.After(since) {
			longest = max(longest, at.Sub(all[i-1]))
		}
	}
	return longest
}

func (w *web) count() (c count) {
	for _, r := range w.receivers {
		r.mu.Lock()
		for _, ids := range r.deliveries {
			c.Alerts++
			if len(ids) > 1 {
				c.Twice++
			}
		}
		for _, n := range r.taken {
			c.Resent += n - 1
		}
		c.Refused += r.refused
		r.mu.Unlock()
	}
	return c
}
