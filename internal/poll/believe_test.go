package poll_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/poll"
	"watcher/internal/store/bolt"
	"watcher/internal/testutil"
)

// tagging is a server whose answers depend on the validators that it is sent.
type tagging struct {
	*web
	mu     sync.Mutex
	asked  []string // the tags of the requests, empty for one without
	answer func(tag string, asked int) (notModified bool, next string, entries []entry)
}

// Fetch implements poll.Fetcher.
func (s *tagging) Fetch(_ context.Context, src feeds.Source, k feeds.Known, _ func() (*seen.Index, error)) (r feeds.FetchResult, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	notModified, tag, entries := s.answer(k.ETag, len(s.asked))
	s.asked = append(s.asked, k.ETag)
	if notModified {
		return feeds.FetchResult{Unchanged: true, NotModified: true, Known: k}, nil
	}
	r.Known = feeds.Known{ETag: tag, Body: uint64(len(entries))}
	if r.Unchanged = r.Known.Body == k.Body; r.Unchanged {
		return r, nil
	}
	r.Document, err = parse.Read([]byte(rss("", entries...)), "application/rss+xml", src)
	return r, err
}

// tags returns the tags of the requests so far.
func (s *tagging) tags() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// hourly returns the items of a feed that published every hour up to now.
func hourly(now time.Time) (entries []entry) {
	for n := range 8 {
		entries = append(entries, entry{fmt.Sprint("old ", n), fmt.Sprint("NATO before ", n), now.Add(-time.Duration(n) * hour)})
	}
	return entries
}

// A server that answers 304 wrongly is found out, and hides nothing from then on; a server
// that answers rightly is not blamed.
func TestA304ThatHidesSomething(t *testing.T) {
	for _, test := range []struct {
		shows string
		// answer is the behaviour of a server that has some of the entries.
		answer func(entries []entry) func(tag string, asked int) (bool, string, []entry)
		wrong  bool
	}{
		{
			"a post with a time of its own leaves the validators as they are",
			func(entries []entry) func(string, int) (bool, string, []entry) {
				return func(tag string, asked int) (bool, string, []entry) {
					return tag != "", `"m0900"`, entries[:8+min(asked, 1)]
				}
			}, true,
		},
		{
			"304 to whatever is conditional, though each document has another tag",
			func(entries []entry) func(string, int) (bool, string, []entry) {
				return func(tag string, asked int) (bool, string, []entry) {
					return tag != "", fmt.Sprintf(`"%d"`, min(asked, 1)), entries[:8+min(asked, 1)]
				}
			}, true,
		},
		{
			"a cache in front of the server has an old document for whatever is conditional",
			func(entries []entry) func(string, int) (bool, string, []entry) {
				return func(tag string, asked int) (bool, string, []entry) {
					if tag != "" {
						return false, `"m0900"`, entries[:8]
					}
					return false, `"m0900"`, entries[:8+min(asked, 1)]
				}
			}, true,
		},
		{
			"a right server publishes just before it is asked without validators",
			func(entries []entry) func(string, int) (bool, string, []entry) {
				without := 0
				return func(tag string, _ int) (bool, string, []entry) {
					if tag == "" {
						without++
					}
					now := fmt.Sprintf(`"%d"`, min(without, 2))
					return tag == now, now, entries[:8+min(without-1, 1)]
				}
			}, false,
		},
	} {
		t.Run(test.shows, func(t *testing.T) {
			in(t, func(t *testing.T) {
				entries := append(hourly(time.Now()), entry{"new", "NATO now", time.Now()})
				server := &tagging{web: newWeb(), answer: test.answer(entries)}
				n := open(t, server, source("a", 20*time.Minute))
				after(4 * hour)
				testutil.Equal(t, "alerts", n.alerts(), []string{"NATO now"})
				testutil.Equal(t, "known to answer wrongly", !n.entry("a").State.Trust.Wrong.IsZero(), test.wrong)
				polls, _ := n.poll.Counts()
				testutil.Equal(t, "requests", int64(len(server.tags())), polls)
				before := len(server.tags())
				after(hour)
				without, later := 0, server.tags()[before:]
				for _, tag := range later {
					if tag == "" {
						without++
					}
				}
				if test.wrong && without < len(later) || !test.wrong && without > 1 {
					t.Errorf("%d of %d later requests are without validators", without, len(later))
				}
				n.reload(source("a", 20*time.Minute))
				testutil.Equal(t, "remembered over a reload", !n.entry("a").State.Trust.Wrong.IsZero(), test.wrong)
			})
		})
	}
}

// A tag that a compressor altered is sent back in other forms once the same bytes came
// twice with it.
func TestTagsThatACompressorAltered(t *testing.T) {
	const date = "Mon, 02 Mar 2026 09:00:00 GMT"
	for _, test := range []struct {
		shows string
		sent  string // the tag, as it arrives
		knows func(tag, since string) bool
		date  bool // Last-Modified is sent
		asked []string
	}{
		{"Apache with mod_deflate", `"v1-gzip"`, func(tag, since string) bool { return tag == `"v1"` || tag == "" && since == date }, true,
			[]string{"", `"v1-gzip"`, `"v1"`, `"v1"`, `"v1"`}},
		{"WordPress behind nginx with gzip", `W/"v1"`, func(tag, since string) bool { return tag == `"v1"` && since == date }, true,
			[]string{"", `W/"v1"`, `"v1"`, `"v1"`, `"v1"`}},
		{"a semicolon", `"v1;gzip"`, func(tag, _ string) bool { return tag == `"v1"` }, false,
			[]string{"", `"v1;gzip"`, `"v1"`, `"v1"`}},
		{"LiteSpeed", `"v1;gz"`, func(tag, _ string) bool { return tag == `"v1"` }, false,
			[]string{"", `"v1;gz"`, `"v1"`, `"v1"`}},
		{"in capitals", `"v1-GZIP"`, func(tag, _ string) bool { return tag == `"v1"` }, false,
			[]string{"", `"v1-GZIP"`, `"v1"`, `"v1"`}},
		{"another compressor's word", `"v1-zstd"`, func(tag, _ string) bool { return tag == `"v1"` }, false,
			[]string{"", `"v1-zstd"`, `"v1"`, `"v1"`}},
		{"a name of a file", `"v1.gz"`, func(tag, _ string) bool { return tag == `"v1"` }, false,
			[]string{"", `"v1.gz"`, `"v1"`, `"v1"`}},
		{"without quotes", `v1-gzip`, func(tag, _ string) bool { return tag == `v1` }, false,
			[]string{"", `v1-gzip`, `v1`, `v1`}},
		{"a tag that is nothing else stays as it is", `"-gzip"`, func(string, string) bool { return false }, true,
			[]string{"", `"-gzip"`, `"-gzip"`}},
		{"the origin knows the date alone", `W/"v1-gzip"`, func(tag, since string) bool { return tag == "" && since == date }, true,
			[]string{"", `W/"v1-gzip"`, `"v1"`, ``, ``, ``}},
		{"the origin knows nothing", `"v1-gzip"`, func(string, string) bool { return false }, true,
			[]string{"", `"v1-gzip"`, `"v1"`, ``, `"v1-gzip"`, `"v1"`}},
		{"a weak tag that its server knows stays as it is", `W/"v1"`, func(tag, _ string) bool { return tag == `W/"v1"` }, false,
			[]string{"", `W/"v1"`, `W/"v1"`, `W/"v1"`, `W/"v1"`}},
		{"a tag that no compressor altered stays as it is", `"v1"`, func(string, string) bool { return false }, true,
			[]string{"", `"v1"`, `"v1"`, `"v1"`, `"v1"`}},
	} {
		t.Run(test.shows, func(t *testing.T) {
			var asked []string
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				tag, since := r.Header.Get("If-None-Match"), r.Header.Get("If-Modified-Since")
				asked = append(asked, tag)
				w.Header().Set("Etag", test.sent)
				if test.date {
					w.Header().Set("Last-Modified", date)
				}
				if (tag != "" || since != "") && test.knows(tag, since) {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				_, _ = strings.NewReader(rss("", entry{id: "1", title: "One"})).WriteTo(w)
			}))
			defer srv.Close()
			pollOften(t, feeds.Source{ID: "a", URL: srv.URL}, len(test.asked))
			if !slices.Equal(asked, test.asked) {
				t.Errorf("asked with\n%q, want\n%q", asked, test.asked)
			}
		})
	}
}

// pollOften polls a real server so many times.
func pollOften(t *testing.T, src feeds.Source, times int) *bolt.Store {
	t.Helper()
	src.Every = hour
	plan := natoPlan(t, poll.HostLimit{})
	plan.AlertFirst = false
	n := idle(t, newClient(t), t.TempDir(), plan, src)
	t.Cleanup(func() { n.must(n.store.Close()) })
	for range times {
		n.once()
	}
	return n.store
}
