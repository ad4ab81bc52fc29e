package feeds_test

import (
	"strings"
	"testing"

	"watcher/internal/feeds"
)

func TestWhichHubIsOffered(t *testing.T) {
	const h, H, own = "https://hub.example/", "https://other.example/", "http://desk.example:8080/hub"
	document := func(hub, self string) feeds.Document { return feeds.Document{Hints: feeds.Hints{Hub: hub, Self: self}} }
	for _, test := range []struct {
		shows      string
		r          feeds.FetchResult
		hub, topic string
		known      bool
	}{
		{"the document's", feeds.FetchResult{Document: document(h, "s")}, h, "s", true},
		{"HTTP's goes first", feeds.FetchResult{Hub: H, Self: "S", Document: document(h, "s")}, H, "S", true},
		{"one from each", feeds.FetchResult{Hub: H, Document: document(h, "s")}, H, "s", true},
		{"a hub without a topic is none", feeds.FetchResult{Document: document(h, "")}, "", "", true},
		{"a 304 with both", feeds.FetchResult{Unchanged: true, Hub: H, Self: "S"}, H, "S", true},
		{"a 304 says nothing of the document", feeds.FetchResult{Unchanged: true, Hub: H}, "", "", false},
		{"an address that is too long", feeds.FetchResult{Hub: h + strings.Repeat("x", 3000), Self: "S"}, "", "", true},
		{"one without https beside the feed", feeds.FetchResult{Hub: own, Self: "S"}, own, "S", true},
		{"one without https elsewhere, as a service on a private address", feeds.FetchResult{Hub: "http://10.20.0.5/admin", Self: "S"}, "", "", true},
	} {
		hub, topic, known := test.r.HubOffer("http://desk.example/feed")
		if hub != test.hub || topic != test.topic || known != test.known {
			t.Errorf("%s: %q %q %v", test.shows, hub, topic, known)
		}
	}
}

// TestUnusedHub shows which offered hubs cannot be used.
func TestUnusedHub(t *testing.T) {
	for hub, want := range map[string]string{
		"":                      "",
		"https://hub.example/":  "",
		"http://desk.example/h": "", // at the feed's own address
		"http://hub.example/":   "http://hub.example/",
	} {
		r := feeds.FetchResult{Document: feeds.Document{Hints: feeds.Hints{Hub: hub, Self: "http://desk.example/feed"}}}
		if got := r.UnusedHub("http://desk.example/feed"); got != want {
			t.Errorf("of %q: %q is unused, want %q", hub, got, want)
		}
	}
}
