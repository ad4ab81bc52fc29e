package feeds_test

import (
	"net/url"
	"testing"

	"pgregory.net/rapid"

	"watcher/internal/feeds"
)

func TestShown(t *testing.T) {
	for _, test := range []struct{ shows, address, want string }{
		{"an address with nothing to hide", "https://a.example/feed", "https://a.example/feed"},
		{"a query that says which feed it is", "https://a.example/?feed=rss2&channel_id=UC16niRr50-MSBwiO3YDb3RA", "https://a.example/?feed=rss2&channel_id=UC16niRr50-MSBwiO3YDb3RA"},
		{"a user and password", "https://ann:hunter2@a.example/feed", "https://a.example/feed"},
		{"a password with what ends a host", "https://ann:a@b@a.example/feed", "https://a.example/feed"},
		{"an @ in the path", "https://a.example/@ann/feed", "https://a.example/@ann/feed"},
		{"an @ in the query", "https://a.example?q=@ann", "https://a.example?q=@ann"},
		{"one that is no URL", "https://ann:hunter2@%zz/", "https://%zz/"},
		{"a forge's token", "https://git.example/me.atom?feed_token=abc", "https://git.example/me.atom?feed_token=***"},
		{"a token among other parts", "https://a.example/?a=1&access-token=abc&b=2#top", "https://a.example/?a=1&access-token=***&b=2#top"},
		{"in capitals, and twice", "https://a.example/?API_KEY=a&sig=b", "https://a.example/?API_KEY=***&sig=***"},
		{"with an escaped name", "https://a.example/?t%6fken=abc", "https://a.example/?t%6fken=***"},
		{"a private feed of Reddit", "https://www.reddit.com/.rss?feed=0123456789abcdef0123456789abcdef01234567&user=ann", "https://www.reddit.com/.rss?feed=***&user=ann"},
		{"a word that only has such a word in it", "https://a.example/?keyword=nato&author=ann", "https://a.example/?keyword=nato&author=ann"},
		{"a key without a value", "https://a.example/?token", "https://a.example/?token"},
	} {
		if got := feeds.Shown(test.address); got != test.want {
			t.Errorf("%s: %q, want %q", test.shows, got, test.want)
		}
	}
}

// Whatever an address is, its redacted form has no user, and redacting it again changes
// nothing.
func TestShownHidesUsers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		address := "https://" + rapid.StringMatching(`[a-z:@%0-9]{0,12}`).Draw(t, "host") + rapid.StringMatching(`[/?#&=@a-z]{0,20}`).Draw(t, "rest")
		got := feeds.Shown(address)
		if u, err := url.Parse(got); err == nil && u.User != nil {
			t.Fatalf("%s: %s has a user", address, got)
		}
		if again := feeds.Shown(got); again != got {
			t.Fatalf("%s: %s, then %s", address, got, again)
		}
	})
}
