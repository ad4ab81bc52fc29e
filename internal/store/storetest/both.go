package storetest

import (
	"context"
	"iter"
	"time"

	"watcher/internal/desk"
	"watcher/internal/notify"
	"watcher/internal/past"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/store/segment"
)

// BothHalves is everything that the suite checks: both durable halves of a store, and what
// people and the program ask of it. The interfaces say what it means where they are used
// (poll.Ledger and the others, stores.Store).
type BothHalves interface {
	poll.Ledger
	notify.Outbox
	desk.Store
	past.History
	store.FeedTokens

	History(ctx context.Context, since time.Time) iter.Seq2[poll.HistoryItem, error]
	Index(ctx context.Context, c segment.Cutter, tell func(left int64)) error
	Forget(before time.Time) error
	Trim(most int64) (store.Trimmed, error)
	HistorySize() (size, grown int64, full bool)

	CountIn(zone *time.Location)
	Matched(ctx context.Context, rules []string) (map[string]time.Time, error)
	Report(ctx context.Context, alerts []notify.Alert) error
	ReportOnce(ctx context.Context, name string, alerts []notify.Alert) error
	Retire(ctx context.Context, targets []string) (int, error)
	Tally(ctx context.Context) (notify.OutboxTally, error)
	Damages(ctx context.Context) ([]store.Damage, error)
	ReportDamage(ctx context.Context, damages []store.Damage, alerts []notify.Alert) error
	Close() error
}
