package feeds_test

import (
	"testing"

	"watcher/internal/feeds"
)

func TestHostOf(t *testing.T) {
	for _, test := range []struct{ shows, url, want string }{
		{"http and https of a name are one server", "http://Example.org/feed", "example.org"},
		{"the usual port may be written", "https://example.org:443/feed", "example.org"},
		{"another port is another server", "http://127.0.0.1:8080/feed", "127.0.0.1:8080"},
		{"credentials are no part of the host", "https://me:secret@example.org/feed", "example.org"},
		{"an IPv6 address keeps its brackets", "http://[::1]:8080/", "[::1]:8080"},
		{"no URL, no host", "http://%zz", ""},
	} {
		if got := feeds.HostOf(test.url); got != test.want {
			t.Errorf("%s: %s is %q, want %q", test.shows, test.url, got, test.want)
		}
	}
}
