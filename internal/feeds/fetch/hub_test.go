package fetch_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds/fetch"
)

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
			c := fetch.NewClient(fetch.ClientOptions{UserAgent: "watcher/test", Allow: test.allow})
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
