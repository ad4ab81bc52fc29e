package desk

import (
	"context"
	"iter"
	"time"

	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
)

// Store is what a Desk reads and changes. It is implemented by the stores, whose methods
// are safe for concurrent use. An id is an alert's own, a unique prefix of it, or a
// delivery's; a *notify.NoAlertError says that it is not one alert's. What a method has
// changed is on disk when it returns.
type Store interface {
	// Traces calls yield with the alerts that were held since a time, the oldest first,
	// and then with those that are stored and not held yet, until yield returns false.
	Traces(ctx context.Context, since time.Time, yield func(notify.Trace) bool) error
	// DeadTraces is Traces for the dead letters alone: it reads some at a time, however
	// many there are.
	DeadTraces(ctx context.Context, since time.Time, yield func(notify.Trace) bool) error
	// Trace returns the life of an alert.
	Trace(ctx context.Context, id string) (notify.Trace, error)
	// Beside returns all alerts of the article of an alert, by target.
	Beside(ctx context.Context, id string) ([]notify.Trace, error)
	// Newest returns articles of which an alert is wanted, at most n of them, the newest
	// first, from behind a place on; nil begins. It looks at a bounded number of alerts:
	// next is the place to go on from, with whatever was found, and nil at the end;
	// reached is of when the alerts there are. A place stays good while alerts come and
	// go. The alerts that the targets have of an article stand together, where the one
	// with the least id is; they came of one poll.
	Newest(ctx context.Context, filter notify.AlertFilter, behind []byte, n int) (found []notify.Logged, next []byte, reached time.Time, err error)
	// Watch returns one that hears of alerts that come and change from now on. It has to
	// be closed.
	Watch() *store.AlertWatch

	// Oldest is Held of the outbox for the first n alerts.
	Oldest(ctx context.Context, target string, n int) (notify.Holding, error)
	// Queues counts what waits for targets: up to 10,000 of each kind, and among the
	// first 1,000 dead letters.
	Queues(ctx context.Context, targets []string) (map[string]notify.TargetQueue, error)
	// Failing returns the targets that fail or refuse what they get, by name.
	Failing(ctx context.Context) (map[string]notify.Failing, error)
	// Held is that of notify.HeldStore.
	Held(ctx context.Context, target string) (notify.Holding, error)

	// Retry queues a dead letter again: its dead messages, under their ids, or the alert
	// itself if it was not composed. Drop removes one for good. notify.ErrNotDead for an
	// alert that is none.
	Retry(ctx context.Context, id string) error
	Drop(ctx context.Context, id string) error
	// Again makes all deliveries that wait for a retry to target due now, in the order in
	// which they were composed, and Revive is Retry for all dead letters of target. They
	// return their number. After a crash in between some are due and the others are as
	// before.
	Again(ctx context.Context, target string) (n int, err error)
	Revive(ctx context.Context, target string) (n int, err error)
	// Acknowledge records on all alerts of an alert's article who acknowledged it or,
	// with Undo, who took that back. It replaces what was recorded before.
	Acknowledge(ctx context.Context, id string, a notify.Acknowledgement) error
	// Mute holds back what a mute names, until it ends; one that there is already is
	// replaced. With an Until that has passed it ends at once. Mutes returns those in
	// force.
	Mute(ctx context.Context, m notify.Mute) error
	Mutes(ctx context.Context) ([]notify.Mute, error)

	// Feeds is that of poll.Register.
	Feeds(ctx context.Context) iter.Seq2[poll.FeedStatus, error]
	// Shown returns what a feed has shown, packed, as its last poll left it; nil if that
	// is nothing, or there is no such feed. It claims nothing: it is for who only looks.
	Shown(ctx context.Context, feed string) ([]byte, error)
	// RuleTallies and FeedTallies return what rules and configured feeds brought on each
	// of the last days; of what never brought anything there is none.
	RuleTallies(ctx context.Context, rules []string) (map[string]store.Tally, error)
	FeedTallies(ctx context.Context, feeds []string) (map[string]store.Tally, error)
	// LastMatched returns when rules last matched, or since when it is known that they
	// do not; of one that is not known there is none.
	LastMatched(ctx context.Context, rules []string) (map[string]time.Time, error)
}
