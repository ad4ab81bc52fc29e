package notify

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"
)

// answerCase is what a target answers, and what that means to the Deliverer.
type answerCase struct {
	name   string
	status int
	header http.Header
	body   string
	want   string // see outcome
}

// testAnswers sends the sample alert to a receiver that answers as each case
// says. at opens the kind's notifier for the receiver's address.
func testAnswers(t *testing.T, at func(t tb, url string) Notifier, cases []answerCase) {
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			const token = "s3cr3t-path"
			r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
				maps.Copy(w.Header(), tt.header)
				reply(tt.status, tt.body)(w, nil)
			})
			n := at(t, r.URL+"/"+token)
			err := notify(t, n, compose(t, n, one())[0])
			if got := outcome(err); got != tt.want {
				t.Errorf("%d %q is %s, want %s (%v)", tt.status, tt.body, got, tt.want, err)
			}
			if err != nil && strings.Contains(err.Error(), token) {
				t.Errorf("the error shows the address: %v", err)
			}
			if err != nil && tt.body != "" && !strings.Contains(err.Error(), strings.Fields(tt.body)[0]) {
				t.Errorf("the error does not say what the target said: %v", err)
			}
			if len(r.requests()) != 1 {
				t.Errorf("%d requests", len(r.requests()))
			}
		})
	}
}

// testTransport holds a kind against a target that is not there, does not
// answer, or breaks off.
func testTransport(t *testing.T, at func(t tb, url string) Notifier) {
	const token = "s3cr3t-path"
	t.Run("nobody listens", func(t *testing.T) {
		r := newReceiver(t, reply(200, "ok"))
		r.Close()
		n := at(t, r.URL+"/"+token)
		err := notify(t, n, compose(t, n, one())[0])
		if outcome(err) != "temporary" || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", outcome(err), err)
		}
	})
	t.Run("the connection drops after the request", func(t *testing.T) {
		r := newReceiver(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		n := at(t, r.URL+"/"+token)
		err := notify(t, n, compose(t, n, one())[0])
		if outcome(err) != "unknown" || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", outcome(err), err)
		}
	})
	t.Run("no answer before the deadline", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		r := newReceiver(t, func(_ http.ResponseWriter, req *http.Request) {
			cancel()
			<-req.Context().Done()
		})
		n := at(t, r.URL+"/"+token)
		err := n.Notify(ctx, compose(t, n, one())[0])
		if outcome(err) != "unknown" || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", outcome(err), err)
		}
	})
}

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
			if got := retryAfter(http.Header{"Retry-After": {tt.value}}, noon); got != tt.want {
				t.Errorf("%q is %v, want %v", tt.value, got, tt.want)
			}
		})
	}
}

func TestErrorsUnwrap(t *testing.T) {
	cause := errors.New("cause")
	for _, err := range []error{&PermanentError{Err: cause}, &RetryError{Err: cause}} {
		if !errors.Is(err, cause) || err.Error() != "cause" {
			t.Errorf("%#v", err)
		}
	}
}

func TestByStatus(t *testing.T) {
	want := func(status int) verdict {
		switch {
		case status < 200:
			return temporary
		case status < 300:
			return accepted
		case status < 400:
			return temporary
		case status >= 500:
			return temporary
		}
		switch status {
		case 401, 403, 404, 410:
			return deadTarget
		case 408, 425, 429:
			return temporary
		}
		return badMessage
	}
	for status := 100; status < 700; status++ {
		if got := byStatus(status); got != want(status) {
			t.Errorf("%d is %v, want %v", status, got, want(status))
		}
	}
}
