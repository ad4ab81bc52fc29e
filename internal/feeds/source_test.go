package feeds_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/feeds"
	"watcher/internal/problem"
)

func TestValidate(t *testing.T) {
	ok := feeds.Source{ID: "Desk", URL: "https://desk.example/feed"}
	tests := []struct {
		name   string
		change func(*feeds.Source)
		want   []problem.Problem
	}{
		{"nothing wrong", func(s *feeds.Source) {}, nil},
		{"all that may be said", func(s *feeds.Source) {
			s.Tags, s.Schedule, s.Timezone, s.MaxAge = []string{"a"}, "*/10 6-22 * * MON-FRI", "Europe/Tallinn", time.Hour
			s.Username, s.Password, s.UserAgent, s.Proxy = "ann", "pw", "desk/1", "socks5://127.0.0.1:1080"
			s.Headers = map[string]string{"X-Key": "k"}
		}, nil},
		{"no address", func(s *feeds.Source) { s.URL = "" }, []problem.Problem{{Key: "url", Text: "is missing"}}},
		{"no scheme", func(s *feeds.Source) { s.URL = "desk.example/feed" }, []problem.Problem{{Key: "url", Text: "the URL must begin with http:// or https://"}}},
		{"no host", func(s *feeds.Source) { s.URL = "https:///feed" }, []problem.Problem{{Key: "url", Text: "the URL names no host"}}},
		{"no URL", func(s *feeds.Source) { s.URL = "http://[::1" }, []problem.Problem{{Key: "url", Text: `not a URL: "http://[::1"`}}},
		{"too often", func(s *feeds.Source) { s.Every = time.Millisecond }, []problem.Problem{{Key: "every", Text: "the shortest interval is 1s"}}},
		{"two cadences", func(s *feeds.Source) { s.Every, s.Schedule = time.Minute, "@hourly" }, []problem.Problem{{Key: "schedule", Text: "every and schedule exclude each other, keep one"}}},
		{"a cron spec that makes the parser panic", func(s *feeds.Source) { s.Schedule = "TZ=0" }, []problem.Problem{{Key: "schedule", Text: "write the time zone under timezone, not in the cron spec"}}},
		{"a time zone for nothing", func(s *feeds.Source) { s.Timezone = "Europe/Tallinn" }, []problem.Problem{{Key: "timezone", Text: "only a schedule has a time zone"}}},
		{"an empty tag", func(s *feeds.Source) { s.Tags = []string{"a", " "} }, []problem.Problem{{Key: "tags[1]", Text: "a tag cannot be empty"}}},
		{"an age below nothing", func(s *feeds.Source) { s.MaxAge = -1 }, []problem.Problem{{Key: "max_age", Text: "cannot be negative"}}},
		{"two ways to log in", func(s *feeds.Source) { s.Token, s.Username = "t", "ann" }, []problem.Problem{{Key: "token", Text: "a token and a username exclude each other"}}},
		{"a password of nobody", func(s *feeds.Source) { s.Password = "pw" }, []problem.Problem{{Key: "password", Text: "needs a username"}}},
		{"a user that basic authentication cannot carry", func(s *feeds.Source) { s.Username = "a:b" }, []problem.Problem{{Key: "username", Text: "cannot contain a colon (RFC 7617)"}}},
		{"a header smuggled into another", func(s *feeds.Source) { s.Headers = map[string]string{"X-A": "b\r\nX-C: d"} }, []problem.Problem{{Key: "headers.X-A", Text: "cannot contain control characters"}}},
		{"a header of ours", func(s *feeds.Source) { s.Headers = map[string]string{"if-none-match": "x"} }, []problem.Problem{{Key: "headers.if-none-match", Text: "this header cannot be set: watcher sets it itself"}}},
		{"a header with a blank", func(s *feeds.Source) { s.Headers = map[string]string{"X A": "b"} }, []problem.Problem{{Key: "headers.X A", Text: "not the name of a header"}}},
		{"a user agent of two lines", func(s *feeds.Source) { s.UserAgent = "a\nb" }, []problem.Problem{{Key: "user_agent", Text: "cannot contain control characters"}}},
		{"a token of two lines", func(s *feeds.Source) { s.Token = "a\nb" }, []problem.Problem{{Key: "token", Text: "cannot contain control characters"}}},
		{"a TLS of no known kind", func(s *feeds.Source) { s.TLS = "1.0" }, []problem.Problem{{Key: "tls", Text: "is legacy, or left out"}}},
		{"a proxy of no known kind", func(s *feeds.Source) { s.Proxy = "ftp://p.example" }, []problem.Problem{{Key: "proxy", Text: "the URL must begin with http:// or https:// or socks5://"}}},
	}
	for _, tt := range tests {
		s := ok
		tt.change(&s)
		if diff := cmp.Diff(tt.want, s.Validate()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
