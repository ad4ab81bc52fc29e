// Package notify is the contract of the right half of the road: what an alert and
// a message are, what a target does with them, and the outbox in which they wait.
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

// Alert is one item for one target, with every rule of that target that it
// matched; or, where Trouble is set, a trouble of watcher's own, and Item is
// empty.
type Alert struct {
	// ID is made of the target and the item's identity, so that the same item
	// cannot become two alerts for a target.
	ID     string
	Target string
	// Keys are what identifies the item to a target: its guid within its feed,
	// its link across feeds. Two alerts of a target that share a key are one.
	Keys      []ItemKey
	Severity  Severity
	FirstSeen time.Time
	Rules     []RuleHit
	Item      AlertItem
	Excerpts  []Excerpt
	AlsoIn    []Location
	Trouble   *Trouble
	// Follows is set where the target has been told of the article, or of its
	// story, and only hears that it stands in another place too.
	Follows *Earlier
	// Story is of the item's text; zero for an update. EachArticle: its target is told
	// every article of a story.
	Story       story.Sketch
	EachArticle bool
	// Trails: the target can show where else an article stands after it was told
	// of it, in a thread or in its next digest.
	Trails bool
	// Flood: it came with more than FloodSize alerts for its target at once, in one
	// poll of one feed.
	Flood bool
}

// ItemKey is a hash of one of an item's identities.
type ItemKey [16]byte

// AlertItem is what a message tells of an item. Every string is plain text that a
// stranger wrote.
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

// RuleHit is a rule that matched, with the terms that did.
type RuleHit struct {
	Name  string   `json:"name"`
	Terms []string `json:"terms"`
}

// Location is another place where the same article stands.
type Location struct {
	Feed string `json:"feed"`
	Link string `json:"link"`
}

// Earlier is an alert that a target has had.
type Earlier struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Link  string `json:"link"`
}

// Excerpt is a short piece of a field around what matched. Spans are byte
// offsets into Text, in order and without overlap.
type Excerpt struct {
	Field string   `json:"field"`
	Text  string   `json:"text"`
	Spans [][2]int `json:"spans"`
}

// Trouble is something that watcher reports of itself to the ops targets.
type Trouble struct {
	Kind   string    `json:"kind"` // "feed_failing", "feed_recovered", "store_damaged", …
	Feed   string    `json:"feed,omitempty"`
	Target string    `json:"target,omitempty"`
	Rule   string    `json:"rule,omitempty"`
	Text   string    `json:"text"`  // one sentence
	Since  time.Time `json:"since"` // when the trouble began: its first failure
}

// Message is what goes to one target at one time: one or more alerts, worded.
// Once frozen nothing of it changes any more.
type Message struct {
	// ID is the delivery id, the same over every attempt: a target's
	// idempotency key. ASCII letters, digits and underscore.
	ID       string
	Target   string
	AlertIDs []string
	// Kind is the target's kind when it was composed. A target that has become
	// another kind since must not take this payload for one of its own.
	Kind string
	// Follows is the alert under which a message is shown, by a target that
	// threads; Ref is how the target calls that one's message, where it is known
	// by the time this one is sent.
	Follows string
	Ref     string
	// Flood: all its alerts are of floods. It goes behind the others.
	Flood bool
	// Payload is what the target's kind composed; only that kind reads it.
	Payload json.RawMessage
}

// Batch is what a policy chose to tell a target now, before it is worded.
type Batch struct {
	ID     string // of the message; a kind that makes several adds a suffix
	Target string
	Time   time.Time
	Zone   *time.Location // in which its readers are told times; nil is UTC
	// PageURL is where the page is; empty if its readers can reach none.
	PageURL string
	Alerts  []Alert // at least one; either all Troubles or none
	More    int     // alerts left out of the message, only counted in it
	// Summary is nil for a message that tells what has just come.
	Summary *DigestSummary
	// Full is until when max_per_hour allows no further message, if this one is
	// the last; else zero.
	Full time.Time
}

// Page is the address of an alert's own page; empty if there is none.
func (b *Batch) Page(a *Alert) string {
	if b.PageURL == "" {
		return ""
	}
	return strings.TrimRight(b.PageURL, "/") + "/alerts/" + url.PathEscape(a.ID)
}

// Notifier words and sends messages for one configured target. Its methods are
// safe for concurrent use.
type Notifier interface {
	// Compose words a batch: one message, or one for each recipient where a
	// target has several. It is pure and total: the same batch gives the same
	// bytes, and whatever a feed says can be worded.
	Compose(Batch) ([]Message, error)

	// Notify sends a message and returns nil once the target has accepted it.
	// It is tried again with the same message after any error but a
	// *PermanentError; *RetryError says when. It must be over when ctx is.
	Notify(ctx context.Context, m Message) error
}

// Threader is a Notifier whose target shows later reports under the first. It
// returns how the target calls a message that it took, and gets that as Ref with
// each message that follows it.
type Threader interface {
	NotifyThread(ctx context.Context, m Message) (ref string, err error)
}

// PermanentError says that the target will never accept this message. With
// Target set, it will accept no other either (a revoked hook, a removed
// channel): then the queue is parked instead of the message given up.
type PermanentError struct {
	Target bool
	Err    error
}

func (e *PermanentError) Error() string { return e.Err.Error() }
func (e *PermanentError) Unwrap() error { return e.Err }

// RetryError says that the target certainly has not accepted the message, and
// may later: it answered so, or was never reached. After is how long it asked to
// be left alone, 0 if it did not say. With Unclear set, it was another that
// answered in the target's place, a gateway or a proxy: then the message may have
// arrived, as it may after any other error that is not permanent.
type RetryError struct {
	After   time.Duration
	Unclear bool
	Err     error
}

func (e *RetryError) Error() string { return e.Err.Error() }
func (e *RetryError) Unwrap() error { return e.Err }

// Pacer is a Notifier whose target takes only so many messages: burst at once,
// and one more each every.
type Pacer interface {
	Pace() (every time.Duration, burst int)
}

// FloodSize is how many alerts one poll of one feed may bring for a target that
// are told one by one. More come in summaries.
const FloodSize = 500

// MayHaveArrived says whether a message may have reached the target although the
// attempt failed: any other error says that it certainly did not.
func MayHaveArrived(err error) bool {
	_, permanent := errors.AsType[*PermanentError](err)
	retry, isRetry := errors.AsType[*RetryError](err)
	return err != nil && !permanent && !(isRetry && !retry.Unclear)
}

// MakeExcerpt returns an excerpt of a field's text, which text.Excerpt cuts.
func MakeExcerpt(field, whole string, spans [][2]int) Excerpt {
	e := Excerpt{Field: field}
	e.Text, e.Spans = text.Excerpt(whole, spans)
	return e
}
