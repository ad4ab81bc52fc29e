package targets

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/notify"
	"watcher/internal/testutil"
)

// noon is when everything in these tests happens.
var noon = time.Date(2031, 3, 3, 12, 0, 0, 0, time.UTC)

// testEnv is an Env without the guard against private addresses: the servers of
// these tests are on loopback.
func testEnv() Env {
	return Env{
		HTTP: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		Dial:      (&net.Dialer{}).DialContext,
		UserAgent: "watcher/test",
		Terminal:  Console{Out: io.Discard},
	}
}

// golden compares got with a file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	testutil.Golden(t, filepath.Join("testdata", "golden", name), string(got))
}

// indented makes a payload readable.
func indented(t *testing.T, payload []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, payload, "", "  "); err != nil {
		t.Fatalf("payload is no JSON: %v\n%s", err, payload)
	}
	return append(b.Bytes(), '\n')
}

// request is what a receiver got.
type request struct {
	Method string
	Path   string
	Header http.Header
	Body   []byte
}

// receiver is a target on loopback that keeps what it gets and answers as told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []request
	answer func(http.ResponseWriter, *http.Request)
}

func newReceiver(t *testing.T, answer func(http.ResponseWriter, *http.Request)) *receiver {
	t.Helper()
	r := &receiver{answer: answer}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Errorf("read request: %v", err)
		}
		r.mu.Lock()
		r.got = append(r.got, request{Method: req.Method, Path: req.URL.RequestURI(), Header: req.Header, Body: body})
		r.mu.Unlock()
		r.answer(w, req)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) requests() []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]request(nil), r.got...)
}

// reply answers with a status and a body.
func reply(status int, body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// tb is what testing.TB and *rapid.T have in common.
type tb interface {
	Helper()
	Error(...any)
	Errorf(string, ...any)
	Fatal(...any)
	Fatalf(string, ...any)
}

// open makes the notifier of settings that must be valid.
func open(t tb, o Options, env Env) notify.Notifier {
	t.Helper()
	if ps := o.Validate(); len(ps) > 0 {
		t.Fatalf("settings are not valid: %v", ps)
	}
	n, err := o.Open(env)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return n
}

// compose composes a batch, twice to check that the bytes are the same.
func compose(t tb, n notify.Notifier, b notify.Batch) []notify.Message {
	t.Helper()
	ms, err := n.Compose(b)
	if err != nil {
		t.Fatalf("compose: %v", err)
	}
	again, err := n.Compose(b)
	if err != nil {
		t.Fatalf("compose again: %v", err)
	}
	if !reflect.DeepEqual(ms, again) {
		t.Fatalf("composed again it is another message:\n%s", cmp.Diff(ms, again))
	}
	return ms
}

// one is a batch of one sample alert.
func one() notify.Batch { return batch(Sample("desk", noon)) }

func batch(alerts ...notify.Alert) notify.Batch {
	return notify.Batch{ID: "d1", Target: "desk", Time: noon, Alerts: alerts}
}

// many is a batch of n sample alerts with ids of their own.
func many(n int) notify.Batch {
	b := batch()
	for i := range n {
		a := Sample("desk", noon)
		a.ID += "-" + string(rune('a'+i%26)) + string(rune('a'+i/26%26))
		b.Alerts = append(b.Alerts, a)
	}
	return b
}

// outcome names what Notify's result means to the Deliverer.
func outcome(err error) string {
	var p *notify.PermanentError
	var r *notify.RetryError
	switch {
	case err == nil:
		return "accepted"
	case asError(err, &p) && p.Target:
		return "dead target"
	case asError(err, &p):
		return "bad message"
	case asError(err, &r) && r.Unclear:
		return "unclear"
	case asError(err, &r) && r.After > 0:
		return "retry after " + r.After.Round(10*time.Millisecond).String()
	case asError(err, &r):
		return "temporary"
	}
	return "unknown"
}

// sendTo sends a message with a generous deadline.
func sendTo(t tb, n notify.Notifier, m notify.Message) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return n.Notify(ctx, m)
}

func asError[T error](err error, target *T) bool { return errors.As(err, target) }
