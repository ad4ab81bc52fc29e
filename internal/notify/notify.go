// Package notify is the contract of the right half of the road: what alerts and
// messages are, what a target does with them, and the outbox in which they wait.
package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"watcher/internal/notify/story"
	"watcher/internal/text"
)

// Severity orders alerts. The zero value is Normal.
type Severity int8

const (
	Low    Severity = -1
	Normal Severity = 0
	High   Severity = 1
)

func (s Severity) String() string {
	switch {
	case s < Normal:
		return "low"
	case s > Normal:
		return "high"
	}
	return "normal"
}

// MarshalText writes low, normal or high.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads low, normal or high.
func (s *Severity) UnmarshalText(b []byte) error {
	switch string(b) {
	case "low":
		*s = Low
	case "normal":
		*s = Normal
	case "high":
		*s = High
	default:
		return fmt.Errorf("unknown severity %q, write low, normal or high", b)
	}
	return nil
}

// Alert is one item for one target, with every rule of that target that it matched.
// With Trouble set it is a trouble of watcher itself, and Item is empty.
type Alert struct {
	// ID derives from the target and the item's identity, so that the same item cannot
	// become two alerts for a target.
	ID     string
	Target string
	// Keys identify the item to a target: its guid within its feed, its link across
	// feeds. Two alerts of a target that share a key are one.
	Keys      []ItemKey
	Severity  Severity
	FirstSeen time.Time
	Rules     []RuleHit
	Item      AlertItem
	Excerpts  []Excerpt
	AlsoIn    []Location
	Trouble   *Trouble
	// Follows is set if the target has been told of the article or its story before.
	// Then the alert only names another place.
	Follows *Earlier
	// Story is the sketch of the item's text; zero for an update. EachArticle: the
	// target is told every article of a story.
	Story       story.Sketch
	EachArticle bool
	// Trails: the target can name another place of an article after it was told of it,
	// in a thread or in its next digest.
	Trails bool
	// Flood: one poll of one feed brought more than FloodSize alerts for the target.
	Flood bool
}

// ItemKey is a hash of one of an item's identities.
type ItemKey [16]byte

// AlertItem is what a message shows of an item. Every string is plain text written by a
// stranger.
type AlertItem struct {
	ID         string     `json:"id"`
	Title      string     `json:"title"`
	Link       string     `json:"link"`
	Feed       string     `json:"feed"`
	FeedURL    string     `json:"feed_url"`
	Authors    []string   `json:"authors"`
	Categories []string   `json:"categories"`
	Language   string     `json:"language"`
	Published  *time.Time `json:"published"`
	Summary    string     `json:"summary"`
}

// RuleHit is a rule that matched, with the terms that matched.
type RuleHit struct {
	Name  string   `json:"name"`
	Terms []string `json:"terms"`
}

// Location is another place of the same article.
type Location struct {
	Feed string `json:"feed"`
	Link string `json:"link"`
}

// Earlier is an alert that a target was sent before.
type Earlier struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Link  string `json:"link"`
}

// Excerpt is a short piece of a field around a match. Spans are byte offsets into Text,
// ascending and without overlap.
type Excerpt struct {
	Field string   `json:"field"`
	Text  string   `json:"text"`
	Spans [][2]int `json:"spans"`
}

// Trouble is something that watcher reports about itself to the ops targets.
type Trouble struct {
	Kind   string    `json:"kind"` // "feed_failing", "feed_recovered", "store_damaged", …
	Feed   string    `json:"feed,omitempty"`
	Target string    `json:"target,omitempty"`
	Rule   string    `json:"rule,omitempty"`
	Text   string    `json:"text"`  // one sentence
	Since  time.Time `json:"since"` // when the trouble began: its first failure
}

// Message is one or more alerts, composed for one target and sent at once. It does not
// change once it is frozen.
type Message struct {
	// ID is the delivery ID, the same in every attempt: the idempotency key. ASCII
	// letters, digits and underscore.
	ID       string
	Target   string
	AlertIDs []string
	// Kind is the target's kind at composition. A target whose type has changed since
	// must not send this payload as one of its own.
	Kind string
	// Follows is the alert under which a target with threads shows the message. Ref is
	// the target's name for that alert's message, if it is known when this one is sent.
	Follows string
	Ref     string
	// Flood: all its alerts are of floods. It is sent after the others.
	Flood bool
	// Payload is for the kind that composed it alone.
	Payload json.RawMessage
}

// Batch is what a policy released for one message, before it is composed.
type Batch struct {
	ID     string // of the message; a kind that makes several adds suffixes
	Target string
	Time   time.Time
	Zone   *time.Location // for the times in the message; nil is UTC
	// PageURL is the address of the page; empty if the readers can reach none.
	PageURL string
	Alerts  []Alert // at least one; either all Troubles or none
	More    int     // alerts that the message only counts
	// Summary is nil for a message of news.
	Summary *DigestSummary
	// Full is when max_per_hour allows the next message, if this one uses it up; else
	// zero.
	Full time.Time
}

// Page returns the address of an alert's own page; empty if there is none.
func (b *Batch) Page(a *Alert) string {
	if b.PageURL == "" {
		return ""
	}
	return strings.TrimRight(b.PageURL, "/") + "/alerts/" + url.PathEscape(a.ID)
}

// Notifier composes and sends the messages of one configured target. Its methods are
// safe for concurrent use.
type Notifier interface {
	// Compose turns a batch into one message, or one for each recipient of the target.
	// It is pure and total: the same batch gives the same bytes, and no text of a feed
	// makes it fail.
	Compose(Batch) ([]Message, error)

	// Notify sends a message and returns nil once the target has accepted it. After any
	// error but a *PermanentError the same message is sent again; a *RetryError says
	// when. Notify must return when ctx is done.
	Notify(ctx context.Context, m Message) error
}

// Threader is a Notifier whose target shows follow-ups in a thread. It returns the
// target's name for an accepted message, and gets that name as Ref with each message
// that follows it.
type Threader interface {
	NotifyThread(ctx context.Context, m Message) (ref string, err error)
}

// PermanentError says that the target will never accept this message. With Target set
// it will accept no other either (a revoked hook, a removed channel): then the queue is
// parked and the message is kept.
type PermanentError struct {
	Target bool
	Err    error
}

func (e *PermanentError) Error() string { return e.Err.Error() }
func (e *PermanentError) Unwrap() error { return e.Err }

// RetryError says that the target certainly has not accepted the message and may do so
// later: it answered so, or was never reached. After is the Retry-After, 0 for none.
// With Unclear set, a gateway or a proxy answered in the target's place: then the
// message may have arrived, as after any other error that is not permanent.
type RetryError struct {
	After   time.Duration
	Unclear bool
	Err     error
}

func (e *RetryError) Error() string { return e.Err.Error() }
func (e *RetryError) Unwrap() error { return e.Err }

// Pacer is a Notifier whose target limits the rate of messages: a burst, and one more
// each interval.
type Pacer interface {
	Pace() (every time.Duration, burst int)
}

// FloodSize is how many alerts of one poll of one feed are sent to a target one by one.
// More of them are a flood and come in summaries.
const FloodSize = 500

// MayHaveArrived reports whether a message may have reached the target although the
// attempt failed. All other errors say that it certainly did not.
func MayHaveArrived(err error) bool {
	_, permanent := errors.AsType[*PermanentError](err)
	retry, isRetry := errors.AsType[*RetryError](err)
	return err != nil && !permanent && !(isRetry && !retry.Unclear)
}

// MakeExcerpt returns an excerpt of a field's text around spans, cut by text.Excerpt.
func MakeExcerpt(field, whole string, spans [][2]int) Excerpt {
	e := Excerpt{Field: field}
	e.Text, e.Spans = text.Excerpt(whole, spans)
	return e
}
