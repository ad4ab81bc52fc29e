package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"watcher/internal/desk"
	"watcher/internal/past"
	"watcher/internal/poll"
	"watcher/internal/rules"
	"watcher/internal/web/syndicate"
)

// problem is why a request was refused, as RFC 9457 has it. Its type is the RFC's
// about:blank, which is left out: Status says all that Title does.
type problem struct {
	Title  string `json:"title"` // the status in words
	Status int    `json:"status"`
	Detail string `json:"detail"` // what is wrong, and what to do
	// Errors are the mistakes one by one, where there may be several.
	Errors []mistake `json:"errors,omitempty"`
	after  string    // Retry-After, in seconds
}

// mistake is one that a request has.
type mistake struct {
	Detail    string `json:"detail"`
	Parameter string `json:"parameter,omitempty"` // or the key of the body
	Column    int    `json:"column,omitempty"`    // of a query: which character of it, from 1
	Fix       string `json:"fix,omitempty"`       // what to write instead
}

func (p *problem) Error() string { return p.Detail }

func (p *problem) write(w http.ResponseWriter) {
	p.Title = http.StatusText(p.Status)
	w.Header().Set("Content-Type", "application/problem+json")
	if p.after != "" {
		w.Header().Set("Retry-After", p.after)
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="watcher"`)
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client is gone if it fails
}

// bad is a problem with a request itself.
func bad(mistakes ...mistake) *problem {
	texts := make([]string, len(mistakes))
	for i, m := range mistakes {
		if texts[i] = m.Detail; m.Parameter != "" {
			texts[i] = m.Parameter + ": " + m.Detail
		}
	}
	return &problem{Status: http.StatusBadRequest, Detail: strings.Join(texts, "; "), Errors: mistakes}
}

// problemOf says what a failure of an operation means to who asked.
func problemOf(op *operation, err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if of, ok := errors.AsType[rules.Errors](err); ok {
		return badQuery(of)
	}
	if e, ok := errors.AsType[*syndicate.MistakeError](err); ok {
		return bad(mistake{Detail: e.Error(), Parameter: "feed"})
	}
	_, unknown := errors.AsType[*desk.NotFoundError](err)
	switch {
	case unknown, errors.Is(err, poll.ErrUnknownFeed), errors.Is(err, past.ErrNotKept):
		return &problem{Status: http.StatusNotFound, Detail: sentence(err)}
	case errors.Is(err, desk.ErrIdle):
		return &problem{Status: http.StatusServiceUnavailable, Detail: "The daemon is not ready for that; ask again soon.", after: "5"}
	case op.changes():
		return &problem{Status: http.StatusConflict, Detail: sentence(err)}
	}
	return &problem{Status: http.StatusInternalServerError, Detail: "It did not work. The daemon's log says why."}
}

// badQuery words the mistakes in a query.
func badQuery(of rules.Errors) *problem {
	mistakes := make([]mistake, len(of))
	for i, e := range of {
		mistakes[i] = mistake{Detail: e.Msg, Parameter: "q", Column: e.Column, Fix: e.Fix}
	}
	p := bad(mistakes...)
	if len(of) == 1 && of[0].Column > 0 {
		p.Detail = fmt.Sprintf("q, column %d: %s", of[0].Column, of[0].Msg)
	}
	return p
}

// sentence is an error's text as a sentence.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
