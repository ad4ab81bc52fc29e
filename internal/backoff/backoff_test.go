package backoff_test

import (
	"net/http"
	"testing"
	"time"

	"watcher/internal/backoff"
)

func TestRetryAfter(t *testing.T) {
	for _, tt := range []struct {
		name, value string
		want        time.Duration
	}{
		{"absent", "", 0},
		{"seconds", "120", 2 * time.Minute},
		{"fractions, as Discord sends", "0.35", 350 * time.Millisecond},
		{"a date", "Mon, 03 Mar 2031 12:01:30 GMT", 90 * time.Second},
		{"a date in the past is now", "Mon, 03 Mar 2031 11:00:00 GMT", 0},
		{"negative", "-5", 0},
		{"no number", "soon", 0},
		{"not a number", "NaN", 0},
		{"for ever is a week", "1e300", 7 * 24 * time.Hour},
		{"infinity too", "Inf", 7 * 24 * time.Hour},
		{"a date a century away too", "Mon, 03 Mar 2131 12:00:00 GMT", 7 * 24 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := backoff.RetryAfter(http.Header{"Retry-After": {tt.value}}, noon, 7*24*time.Hour); got != tt.want {
				t.Errorf("%q is %v, want %v", tt.value, got, tt.want)
			}
		})
	}
}

// A server whose clock is wrong also says by that clock how long to wait.
func TestRetryAfterByTheServersClock(t *testing.T) {
	h := http.Header{"Retry-After": {"Mon, 03 Mar 2031 12:01:30 GMT"}, "Date": {"Mon, 03 Mar 2031 12:00:30 GMT"}}
	if got := backoff.RetryAfter(h, noon, time.Hour); got != time.Minute {
		t.Errorf("it is %v, want a minute", got)
	}
}

var noon = time.Date(2031, 3, 3, 12, 0, 0, 0, time.UTC)
