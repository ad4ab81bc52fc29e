// Package notify turns matches into messages and gets them to people: what an
// alert is, how a kind of target words it and sends it, and the Deliverer that
// works off the outbox.
package notify

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"watcher/internal/budget"
	"watcher/internal/problem"
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
	Keys      []Key
	Severity  Severity
	FirstSeen time.Time
	Rules     []RuleHit
	Item      Item
	Excerpts  []Excerpt
	AlsoIn    []Location
	Trouble   *Trouble
	// Follows is set where the target has been told of the article, or of its
	// story, and only hears that it stands in another place too.
	Follows *Earlier
	// Story is of the item's text, for targets that are told a story once.
	Story Sketch
	// Trails: the target can show where else an article stands after it was told
	// of it, in a thread or in its next digest.
	Trails bool
	// Flood: it came with more than FloodSize alerts for its target at once, in one
	// poll of one feed.
	Flood bool
}

// Key is a hash of one of an item's identities.
type Key [16]byte

// Item is what a message tells of an item. Every string is plain text that a
// stranger wrote.
type Item struct {
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
	Field string
	Text  string
	Spans [][2]int
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
	Alerts []Alert        // at least one; either all Troubles or none
	More   int            // alerts left out of the message, only counted in it
	// Summary is nil for a message that tells what has just come.
	Summary *Summary
	// Full is until when max_per_hour allows no further message, if this one is
	// the last; else zero.
	Full time.Time
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

// Options are the settings of one kind of target, decoded from the config by
// their yaml tags.
type Options interface {
	// Validate says what is wrong with the settings alone, without I/O.
	Validate() []problem.Problem
	// Open makes the notifier of valid settings.
	Open(Env) (Notifier, error)
}

// Warner is settings of which something is allowed and probably not meant.
type Warner interface {
	Warn() []problem.Problem
}

// Env is what notifiers get from the program around them.
type Env struct {
	// HTTP does requests for targets: guarded against private addresses,
	// without redirects, cookies or proxies from the environment.
	HTTP *http.Client
	// Dial is the guarded dialer behind HTTP, for mail.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// TLS is for mail servers; nil trusts the system's roots. It is cloned.
	TLS       *tls.Config
	Room      *budget.Budget // for what targets answer; nil is without a bound over all of them
	UserAgent string         // "watcher/1.2.3 (+https://…)"
	Terminal  Terminal
}

// Terminal is where the console target writes.
type Terminal struct {
	Out   io.Writer // each alert is one Write; safe for concurrent use
	Color bool      // the writer understands ANSI escapes and the user wants them
	Width int       // columns; 0 if it is no terminal
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
