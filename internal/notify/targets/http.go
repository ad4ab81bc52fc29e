package targets

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"watcher/internal/backoff"
	"watcher/internal/netguard"
	"watcher/internal/notify"
	"watcher/internal/problem"
)

// poster makes the HTTP requests of one target.
type poster struct {
	env     Env
	kind    string   // names the target's kind in errors
	secrets []Secret // removed from errors and answers, which may quote them
}

// do sends a request. Its error is a transport failure, which is always temporary. What
// the answer means is for the kind to decide.
func (p poster) do(ctx context.Context, method, to string, header map[string]string, body []byte) (answer, error) {
	connected := false
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected = true }})
	req, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(body))
	if err != nil {
		return answer{}, &notify.RetryError{Err: fmt.Errorf("%s: %s", p.kind, p.redact(err, to))}
	}
	req.Header.Set("User-Agent", p.env.UserAgent)
	req.Header.Set("Content-Type", "application/json")
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := p.env.HTTP.Do(req)
	if err != nil {
		err = fmt.Errorf("%s: %s", p.kind, p.redact(errors.New(noAnswer(err, req.URL.Host)), to))
		if !connected {
			return answer{}, &notify.RetryError{Err: err}
		}
		return answer{}, err
	}
	defer resp.Body.Close()
	// A body that breaks off is judged by what was read: the status counts, and a kind
	// that wants certain words will not find them.
	said := p.read(ctx, resp.Body)
	return answer{
		kind: p.kind, status: resp.StatusCode, sent: body,
		body:  hide(string(said), p.secrets...),
		after: backoff.RetryAfter(resp.Header, time.Now(), maxRetryAfter),
	}, nil
}

// read reads as much of a response as comes.
func (p poster) read(ctx context.Context, r io.Reader) []byte {
	r = io.LimitReader(r, maxAnswer)
	if p.env.Room != nil {
		room := p.env.Room.Open()
		defer room.Close()
		r = room.Reader(ctx, r)
	}
	said, _ := io.ReadAll(r)
	return said
}

// maxAnswer bounds how much of a response is read. Slack, Telegram and others repeat
// the whole message in it; cut shorter, it would lose the words that say the message
// was accepted, and the message would be sent again.
const maxAnswer = 512 << 10

// noAnswer says why a host could not be reached, in the words used for feeds, without
// the URL.
func noAnswer(err error, host string) string {
	var ue *url.Error
	for errors.As(err, &ue) {
		err = ue.Err
	}
	_, text := netguard.NoAnswer(err, host)
	return text
}

// redact returns an error's text without the URL, which is a secret of most targets:
// net/http's errors quote it in full.
func (p poster) redact(err error, to string) string {
	var ue *url.Error
	for errors.As(err, &ue) {
		err = ue.Err
	}
	return hide(err.Error(), append([]Secret{Secret(to)}, p.secrets...)...)
}

// api is a target that takes JSON by POST at one address.
type api struct {
	poster poster
	to     Secret
	header map[string]string
	// add are fields that each payload gets when it is sent: what a person may correct
	// in the config, and secrets that must not be stored.
	add    map[string]any
	words  wording
	word   func([]card, notify.Batch) []part
	accept func(answer) error
	pace   pace
}

// pace is a target's rate limit: a burst, and one more message each interval.
type pace struct {
	every time.Duration
	burst int
}

var (
	_ notify.Notifier = (*api)(nil)
	_ notify.Greeter  = (*api)(nil)
	_ notify.Pacer    = (*api)(nil)
)

func (t *api) Compose(b notify.Batch) ([]notify.Message, error) {
	return messages(b, t.word(t.words.cards(b), b))
}

func (t *api) Notify(ctx context.Context, m notify.Message) error {
	body, err := withFields(m.Payload, t.add)
	if err != nil {
		return &notify.PermanentError{Err: fmt.Errorf("message %s is unreadable: %w", m.ID, err)}
	}
	a, err := t.poster.do(ctx, http.MethodPost, string(t.to), t.header, body)
	if err != nil {
		return err
	}
	return t.accept(a)
}

// Greet implements Greeter: it connects to the address and checks its certificate.
func (t *api) Greet(ctx context.Context) error { return t.poster.greet(ctx, t.to) }

// Pace implements Pacer.
func (t *api) Pace() (time.Duration, int) { return t.pace.every, t.pace.burst }

// withFields adds fields to a JSON object.
func withFields(object json.RawMessage, add map[string]any) ([]byte, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(object, &fields); err != nil || len(add) == 0 {
		return object, err
	}
	for k, v := range add {
		j, err := marshal(v)
		if err != nil {
			return nil, err
		}
		fields[k] = j
	}
	return marshal(fields)
}

// checkURL reports what is wrong with a URL of the config.
func checkURL(key string, s Secret, schemes ...string) []problem.Problem {
	if s == "" {
		return []problem.Problem{problem.At(key, "is missing")}
	}
	u, err := url.Parse(string(s))
	if err != nil || u.Hostname() == "" {
		return []problem.Problem{problem.At(key, "is not a URL, write one that begins with %s://", schemes[0])}
	}
	if slices.Contains(schemes, u.Scheme) {
		if isPlaceholder(strings.FieldsFunc(u.Path+"/"+u.RawQuery+u.Fragment, func(r rune) bool { return strings.ContainsRune("/=&", r) })) {
			return []problem.Problem{problem.At(key, "is an example's, with … in it: put your own webhook here")}
		}
		return nil
	}
	return []problem.Problem{problem.At(key, "begins with %s://, write %s://", u.Scheme, strings.Join(schemes, ":// or "))}
}

// isPlaceholder reports whether an example was copied unchanged: documents write … or
// ... for the reader's own part.
func isPlaceholder(parts []string) bool {
	return slices.ContainsFunc(parts, func(part string) bool {
		return strings.Contains(part, "…") || strings.Contains(part, "...")
	})
}

// checkToken reports what is wrong with a token that is sent in a header.
func checkToken(key string, s Secret) []problem.Problem {
	switch {
	case s == "":
		return []problem.Problem{problem.At(key, "is missing")}
	case isPlaceholder([]string{string(s)}):
		return []problem.Problem{problem.At(key, "is an example's, with … in it: put your own %s here", key)}
	case !httpguts.ValidHeaderFieldValue(string(s)) || strings.ContainsAny(string(s), " \t"):
		return []problem.Problem{problem.At(key, "holds a space, a line break or another character that no token has")}
	}
	return nil
}
