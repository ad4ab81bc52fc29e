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

// poster does the HTTP requests of one target.
type poster struct {
	env     Env
	kind    string   // names the target's kind in errors
	secrets []Secret // never shown, though errors and answers may quote them
}

// do sends a request. Its error is a failure of transport, which is always
// temporary; what the answer means is for the kind to say.
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
	// A body that breaks off leaves what was read: the status stands, and a kind
	// that needs words to believe it will not find them.
	said := p.read(ctx, resp.Body)
	return answer{
		kind: p.kind, status: resp.StatusCode, sent: body,
		body:  hide(string(said), p.secrets...),
		after: backoff.RetryAfter(resp.Header, time.Now(), maxRetryAfter),
	}, nil
}

// read reads an answer, as far as it comes.
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

// maxAnswer is how much of an answer is read. Slack, Telegram and others repeat
// the whole message in it, so that less would cut off what tells that they took
// it, and it would be sent again.
const maxAnswer = 512 << 10

// noAnswer words why a host could not be reached, as for feeds, without the URL.
func noAnswer(err error, host string) string {
	var ue *url.Error
	for errors.As(err, &ue) {
		err = ue.Err
	}
	_, text := netguard.NoAnswer(err, host)
	return text
}

// redact returns an error's text without the URL, which for most targets is a
// secret: net/http's errors quote it in full.
func (p poster) redact(err error, to string) string {
	var ue *url.Error
	for errors.As(err, &ue) {
		err = ue.Err
	}
	return hide(err.Error(), append([]Secret{Secret(to)}, p.secrets...)...)
}

// api is a target that is told by posting JSON to one address.
type api struct {
	poster poster
	to     Secret
	header map[string]string
	// add is a JSON object's fields that every payload gets when it is sent: what
	// a person may have to correct, and what must not lie in the store.
	add    map[string]any
	words  wording
	word   func([]card, notify.Batch) []part
	accept func(answer) error
	pace   pace
}

// pace is how many messages a target takes: burst at once, and one more each
// every.
type pace struct {
	every time.Duration
	burst int
}

var (
	_ notify.Notifier = (*api)(nil)
	_ notify.Greeter  = (*api)(nil)
	_ notify.Pacer    = (*api)(nil)
)

// Compose implements Notifier.
func (t *api) Compose(b notify.Batch) ([]notify.Message, error) {
	return messages(b, t.word(t.words.cards(b), b))
}

// Notify implements Notifier.
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

// Greet implements Greeter: the address is reachable, and its certificate good.
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

// checkURL says what is wrong with a URL that a person wrote.
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

// isPlaceholder says whether an example was copied as it stands: documents write
// … or ... for what is the reader's own.
func isPlaceholder(parts []string) bool {
	return slices.ContainsFunc(parts, func(part string) bool {
		return strings.Contains(part, "…") || strings.Contains(part, "...")
	})
}

// checkToken says what is wrong with a token that is sent in a header.
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
