package storetest

import (
	"context"
	"iter"
	"time"

	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/store/segment"
)

// BothHalves is both durable halves in one, and what people and the daemon ask of it.
type BothHalves interface {
	poll.Ledger
	notify.Outbox
	AlertHistory
	ArticleHistory
	TokenStore

	// Shown is what a feed has shown, as its last poll left it, without a claim.
	Shown(ctx context.Context, feed string) ([]byte, error)
	// Damages are records that could not be read and are not reported yet.
	Damages(ctx context.Context) ([]store.Damage, error)
	ReportDamage(ctx context.Context, damages []store.Damage, alerts []notify.Alert) error
	Close() error
}

// AlertHistory is what a person asks of the outbox and does with it.
type AlertHistory interface {
	Report(ctx context.Context, alerts []notify.Alert) error
	ReportOnce(ctx context.Context, name string, alerts []notify.Alert) error
	Oldest(ctx context.Context, target string, n int) (notify.Holding, error)
	Traces(ctx context.Context, since time.Time, yield func(notify.Trace) bool) error
	DeadTraces(ctx context.Context, since time.Time) ([]notify.Trace, error)
	Trace(ctx context.Context, id string) (notify.Trace, error)
	Retry(ctx context.Context, id string) error
	Drop(ctx context.Context, id string) error
	Retire(ctx context.Context, targets []string) (int, error)
	Again(ctx context.Context, target string) (int, error)
	Revive(ctx context.Context, target string) (int, error)
	Mute(ctx context.Context, m notify.Mute) error
	Mutes(ctx context.Context) ([]notify.Mute, error)
	Matched(ctx context.Context, rules []string) (map[string]time.Time, error)
	LastMatched(ctx context.Context, rules []string) (map[string]time.Time, error)
	Failing(ctx context.Context) (map[string]notify.Failing, error)
	Watch() *store.AlertWatch
	Tally(ctx context.Context) (notify.OutboxTally, error)
	Queues(ctx context.Context, targets []string) (map[string]notify.TargetQueue, error)

	// Newest returns articles of which an alert is wanted, at most n, newest first,
	// from behind a place on; nil begins. It looks at a bounded part of what there is:
	// next is the place to go on from, with whatever was found; nil at the end. Beside
	// returns all alerts of the article of one, and Acknowledge notes on them who has seen to it.
	Newest(ctx context.Context, f notify.AlertFilter, behind []byte, n int) (found []notify.Logged, next []byte, reached time.Time, err error)
	Beside(ctx context.Context, id string) ([]notify.Trace, error)
	Acknowledge(ctx context.Context, id string, a notify.Acknowledgement) error

	// RuleTallies and FeedTallies return what each brought on the last days, of the
	// zone of CountIn; none for one that never brought anything.
	CountIn(zone *time.Location)
	RuleTallies(ctx context.Context, rules []string) (map[string]store.Tally, error)
	FeedTallies(ctx context.Context, feeds []string) (map[string]store.Tally, error)
}

// ArticleHistory is what a store keeps of all articles, and how they are searched.
type ArticleHistory interface {
	// History yields the articles that were seen since a time, the oldest first.
	History(ctx context.Context, since time.Time) iter.Seq2[poll.HistoryItem, error]
	// Runs yields all of the history in parts, the newest first, no article twice.
	Runs(ctx context.Context, c segment.Cutter) iter.Seq2[segment.Run, error]
	// Article returns the one of a number, as Run.First counts; false for one that is no more.
	Article(ctx context.Context, n uint64) (segment.Article, bool, error)
	// Index makes segments of the history, until ctx is done.
	Index(ctx context.Context, c segment.Cutter, tell func(left int64)) error
	// Forget deletes what was seen before a time.
	Forget(before time.Time) error
	// Trim deletes until the history takes at most so many bytes: of feeds that take more than their
	// share first, then the oldest of all.
	Trim(most int64) (store.Trimmed, error)
	HistorySize() (size, grown int64, full bool)
}

// TokenStore keeps what opens the feeds that alerts are served as.
type TokenStore interface {
	PutFeedToken(ctx context.Context, t store.FeedToken) error
	FeedToken(ctx context.Context, id string) (store.FeedToken, bool, error)
	FeedTokens(ctx context.Context) ([]store.FeedToken, error)
	UseFeedToken(ctx context.Context, id string, at time.Time) error
	DropFeedToken(ctx context.Context, id string) (bool, error)
}
