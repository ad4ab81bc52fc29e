//go:build !race

package feeds

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// push judges a part of the feed as a hub pushes it, and returns the titles of
// what is new and changed.
func (w *watched) push(items ...art) (fresh, changed []string, unsure int) {
	w.t.Helper()
	seen := w.seen()
	doc, err := read([]byte(rssFeed(items...)), "", &Source{ID: "desk", URL: "http://desk.example/feed"}, nil, seen)
	if err != nil {
		w.t.Fatal(err)
	}
	v := seen.JudgePart(&doc, w.now)
	if v.Packed != nil {
		w.packed = v.Packed
	}
	return titles(v.New), titles(v.Changed), v.Unsure
}

func TestAPartOfAFeed(t *testing.T) {
	whole := []art{
		{guid: "1", title: "one", link: "http://desk.example/1", text: "a", date: noon},
		{guid: "2", title: "two", link: "http://desk.example/2", text: "b", date: noon},
		{title: "three", link: "http://desk.example/3", text: "c"},
		{title: "six", text: "f"},
		{guid: "shared", title: "four", link: "http://desk.example/live", text: "d"},
		{guid: "shared", title: "five", link: "http://desk.example/live", text: "e"},
	}
	for _, test := range []struct {
		shows          string
		part           []art
		fresh, changed []string
		unsure         int
	}{
		{"the same again", whole, nil, nil, 0},
		{"a new one", []art{{guid: "9", title: "nine", link: "http://desk.example/9", text: "x"}}, []string{"nine"}, nil, 0},
		{"a new one without a guid", []art{{title: "nine", link: "http://desk.example/9", text: "x"}}, []string{"nine"}, nil, 0},
		{"two new ones, and an old one", []art{{guid: "9", title: "nine", text: "x"}, {guid: "8", title: "eight", text: "x"}, whole[0]}, []string{"nine", "eight"}, nil, 0},
		{"the same one twice", []art{{guid: "9", title: "nine", text: "x"}, {guid: "9", title: "nine", text: "x"}}, []string{"nine"}, nil, 0},
		{"a known guid with another text", []art{{guid: "1", title: "one", link: "http://desk.example/1", text: "a, and more", date: noon}}, nil, []string{"one"}, 0},
		{"a known guid with another link and title", []art{{guid: "1", title: "uno", link: "http://desk.example/uno", text: "a", date: noon}}, nil, []string{"uno"}, 0},
		{"another guid for what was shown is no news", []art{{guid: "new 1", title: "one", link: "http://desk.example/1", text: "a", date: noon}}, nil, nil, 0},
		{"another guid and text under a known link may be either", []art{{guid: "9", title: "nine", link: "http://desk.example/1", text: "x"}}, nil, nil, 1},
		{"another guid, link and text under a known title and date may be either", []art{{guid: "9", title: "two", link: "http://desk.example/9", text: "x", date: noon}}, nil, nil, 1},
		{"nothing but a title, as was shown", []art{{title: "six", text: "f"}}, nil, nil, 0},
		{"an item of the same words under a guid and link of its own", []art{{guid: "9", title: "six", link: "http://desk.example/9", text: "f"}}, nil, nil, 1},
		{"no guid, and another text under a known link", []art{{title: "three", link: "http://desk.example/3", text: "x"}}, nil, nil, 1},
		{"a guid that many share", []art{{guid: "shared", title: "nine", link: "http://desk.example/9", text: "x"}}, nil, nil, 1},
		{"a link that many share", []art{{guid: "9", title: "nine", link: "http://desk.example/live", text: "x"}}, nil, nil, 1},
	} {
		t.Run(test.shows, func(t *testing.T) {
			w := &watched{t: t, now: noon}
			w.poll(whole...)
			gone := w.seen()
			fresh, changed, unsure := w.push(test.part...)
			if diff := cmp.Diff([]any{test.fresh, test.changed, test.unsure}, []any{fresh, changed, unsure}); diff != "" {
				t.Error(diff)
			}
			for i, r := range w.seen().records[:gone.Len()] {
				if r.gone != 0 {
					t.Errorf("item %d has left the feed because a part does not have it", i)
				}
			}
			if again, _, _ := w.push(test.part...); len(again) > 0 {
				t.Errorf("pushed again, %v are new again", again)
			}
			// Polled later, what was pushed as new or changed is known.
			v := w.poll(append(test.part, whole[1])...)
			for _, title := range titles(v.New) {
				if slices.Contains(fresh, title) {
					t.Errorf("%q is new to the next poll as well", title)
				}
			}
		})
	}
}

func TestAPartIsNoBaseline(t *testing.T) {
	w := &watched{t: t, now: noon}
	some := art{guid: "1", title: "one", link: "http://desk.example/1", text: "a"}
	fresh, _, unsure := w.push(some)
	if len(fresh) > 0 || unsure != 1 || w.packed != nil {
		t.Errorf("of a feed that was not polled: %v new, %d unsure, stored %d bytes", fresh, unsure, len(w.packed))
	}
	w.poll() // an empty document is a baseline, but nothing is known of the feed's items yet
	if fresh, _, unsure = w.push(some); len(fresh) > 0 || unsure != 1 {
		t.Errorf("of a feed that was empty: %v new, %d unsure", fresh, unsure)
	}
}

// A hub that pushes a re-keyed feed brings no flood: all of it is left to the
// poll, which holds it.
func TestARekeyedFeedIsNotPushed(t *testing.T) {
	w := &watched{t: t, now: noon}
	var before, after []art
	for i := range 30 {
		a := art{guid: fmt.Sprint("a", i), title: fmt.Sprint("title ", i), link: fmt.Sprint("http://desk.example/", i), text: "old", date: noon}
		before = append(before, a)
		a.guid, a.text = fmt.Sprint("b", i), "new"
		a.link = fmt.Sprint("http://desk.example/b/", i)
		after = append(after, a)
	}
	w.poll(before...)
	if fresh, _, unsure := w.push(after...); len(fresh) > 0 || unsure != 30 {
		t.Errorf("%d new, %d unsure", len(fresh), unsure)
	}
	if v := w.poll(after...); !v.Rekeyed {
		t.Errorf("the poll finds %d new, and not re-keyed", len(v.New))
	}
}

// Whatever is pushed of a feed, in whatever order with polls, each item that a
// poll sees is told once.
func TestPushesAndPollsTellEachItemOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := &watched{t: t, now: noon}
		guids := rapid.Bool().Draw(r, "guids")
		item := func(n int) art {
			a := art{title: fmt.Sprint("title ", n), link: link(n), text: fmt.Sprint("text ", n)}
			if guids {
				a.guid = fmt.Sprint("guid ", n)
			}
			return a
		}
		var feed []art // the newest first
		for n := range 5 {
			feed = append(feed, item(n))
		}
		w.poll(feed...)
		told := map[string]int{}
		tell := func(titles []string) {
			for _, title := range titles {
				told[title]++
			}
		}
		last := 5
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			more := rapid.IntRange(0, 3).Draw(r, "more")
			for range more {
				feed = append([]art{item(last)}, feed[:min(len(feed), 8)]...)
				last++
			}
			if rapid.Bool().Draw(r, "pushed") {
				from := rapid.IntRange(0, len(feed)-1).Draw(r, "from")
				to := rapid.IntRange(from+1, len(feed)).Draw(r, "to")
				fresh, _, _ := w.push(feed[from:to]...)
				tell(fresh)
			}
			tell(titles(w.poll(feed...).New))
		}
		for n := range last {
			want := 0
			if n >= 5 {
				want = 1
			}
			if got := told[item(n).title]; got != want {
				r.Errorf("item %d was told %d times, want %d", n, got, want)
			}
		}
	})
}

func TestAskingAHub(t *testing.T) {
	var asked []string
	mux := http.NewServeMux()
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.FormValue("hub.mode")+" "+r.FormValue("hub.topic"))
		w.WriteHeader(http.StatusAccepted)
	})
	mux.HandleFunc("POST /moved", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/")
		w.WriteHeader(http.StatusPermanentRedirect)
	})
	mux.HandleFunc("POST /found", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/")
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc("POST /round", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/round")
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("POST /clear", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://192.0.2.1/")
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("POST /no", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the topic is\x1b[31m not ours", http.StatusBadRequest)
	})
	s := httptest.NewServer(mux)
	defer s.Close()
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for _, test := range []struct {
		shows string
		hub   string
		allow []netip.Prefix
		want  string // of the error
	}{
		{"one that takes it", s.URL, loopback, ""},
		{"one that moved, with the method kept", s.URL + "/moved", loopback, ""},
		{"a redirect that loses the method", s.URL + "/found", loopback, "answers 302 Found"},
		{"a circle", s.URL + "/round", loopback, "redirects more than 5 times"},
		{"a redirect to where the secret would be in the clear", s.URL + "/clear", loopback, "does not speak https"},
		{"one that refuses, in its own words", s.URL + "/no", loopback, "answers 400 Bad Request: the topic is [31m not ours"},
		{"a private address", s.URL, nil, "does not speak https"},
		{"a private address with https", "https://127.0.0.1:1/", nil, "private address"},
		{"a name without https", "http://hub.example/", loopback, "does not speak https"},
		{"no address", "ftp://hub.example/", loopback, "does not speak https"},
	} {
		t.Run(test.shows, func(t *testing.T) {
			c := NewClient(ClientOptions{UserAgent: "watcher/test", Allow: test.allow})
			defer c.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			n := len(asked)
			err := c.AskHub(ctx, test.hub, url.Values{"hub.mode": {"subscribe"}, "hub.topic": {"http://desk.example/feed"}})
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("%v, want %q", err, test.want)
			case test.want == "" && (len(asked) != n+1 || asked[n] != "subscribe http://desk.example/feed"):
				t.Errorf("it was asked %v", asked[n:])
			}
		})
	}
}

func TestWhichHubIsOffered(t *testing.T) {
	const h, H, own = "https://hub.example/", "https://other.example/", "http://desk.example:8080/hub"
	document := func(hub, self string) Document { return Document{Hints: Hints{Hub: hub, Self: self}} }
	for _, test := range []struct {
		shows      string
		r          Result
		hub, topic string
		known      bool
	}{
		{"the document's", Result{Document: document(h, "s")}, h, "s", true},
		{"HTTP's goes first", Result{Hub: H, Self: "S", Document: document(h, "s")}, H, "S", true},
		{"one from each", Result{Hub: H, Document: document(h, "s")}, H, "s", true},
		{"a hub without a topic is none", Result{Document: document(h, "")}, "", "", true},
		{"a 304 with both", Result{Unchanged: true, Hub: H, Self: "S"}, H, "S", true},
		{"a 304 says nothing of the document", Result{Unchanged: true, Hub: H}, "", "", false},
		{"an address that is too long", Result{Hub: h + strings.Repeat("x", 3000), Self: "S"}, "", "", true},
		{"one without https beside the feed", Result{Hub: own, Self: "S"}, own, "S", true},
		{"one without https elsewhere, as a service on a private address", Result{Hub: "http://10.20.0.5/admin", Self: "S"}, "", "", true},
	} {
		hub, topic, known := test.r.HubOffer("http://desk.example/feed")
		if hub != test.hub || topic != test.topic || known != test.known {
			t.Errorf("%s: %q %q %v", test.shows, hub, topic, known)
		}
	}
}

// TestUnusedHub shows which hubs are offered in vain.
func TestUnusedHub(t *testing.T) {
	for hub, want := range map[string]string{
		"":                      "",
		"https://hub.example/":  "",
		"http://desk.example/h": "", // at the feed's own address
		"http://hub.example/":   "http://hub.example/",
	} {
		r := Result{Document: Document{Hints: Hints{Hub: hub, Self: "http://desk.example/feed"}}}
		if got := r.UnusedHub("http://desk.example/feed"); got != want {
			t.Errorf("of %q: %q is unused, want %q", hub, got, want)
		}
	}
}
