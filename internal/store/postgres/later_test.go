package postgres_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/store/postgres"
	"watcher/internal/store/segment"
	"watcher/internal/store/storetest"
)

// half is a store that has not all methods yet: those that it has are in front of those
// of later, which lie one deeper.
type half struct {
	*postgres.Store
	rest
}

type rest struct{ later }

// later leaves a test out that needs what is not there yet.
type later struct {
	deepest
	t *testing.T
}

type deepest struct{ storetest.BothHalves }

func (l later) leave(what string) { l.t.Helper(); l.t.Skip("the store cannot do it yet: " + what) }

func (l later) Acknowledge(context.Context, string, notify.Acknowledgement) error {
	l.leave("Acknowledge")
	return nil
}

func (l later) Begin(context.Context, string) (d notify.Delivery, ok bool, w store.Wake, err error) {
	l.leave("Begin")
	return
}

func (l later) Beside(context.Context, string) ([]notify.Trace, error) {
	l.leave("Beside")
	return nil, nil
}

func (l later) Claim(context.Context, string, time.Duration) (c poll.Claim, ok bool, w store.Wake, err error) {
	l.leave("Claim")
	return
}

func (l later) ClaimDue(context.Context, int, time.Duration, time.Duration) (c []poll.Claim, w store.Wake, err error) {
	l.leave("ClaimDue")
	return
}

func (l later) Commit(context.Context, []poll.Outcome) ([]poll.Claim, error) {
	l.leave("Commit")
	return nil, nil
}

func (l later) CountIn(*time.Location) { l.leave("CountIn") }

func (l later) DeadTraces(context.Context, time.Time) ([]notify.Trace, error) {
	l.leave("DeadTraces")
	return nil, nil
}

func (l later) Drop(context.Context, string) error { l.leave("Drop"); return nil }

func (l later) FeedTallies(context.Context, []string) (map[string]store.Tally, error) {
	l.leave("FeedTallies")
	return nil, nil
}

func (l later) Feeds(context.Context) iter.Seq2[poll.FeedStatus, error] { l.leave("Feeds"); return nil }

func (l later) Freeze(context.Context, notify.Composition) error { l.leave("Freeze"); return nil }

func (l later) Held(context.Context, string) (h notify.Holding, err error) {
	l.leave("Held")
	return
}

func (l later) Load(context.Context, []string) ([]notify.Alert, error) {
	l.leave("Load")
	return nil, nil
}

func (l later) Matched(context.Context, []string) (map[string]time.Time, error) {
	l.leave("Matched")
	return nil, nil
}

func (l later) Mute(context.Context, notify.Mute) error { l.leave("Mute"); return nil }

func (l later) Mutes(context.Context) ([]notify.Mute, error) { l.leave("Mutes"); return nil, nil }

func (l later) Newest(context.Context, notify.AlertFilter, []byte, int) (f []notify.Logged, next []byte, r time.Time, err error) {
	l.leave("Newest")
	return
}

func (l later) News(context.Context, string, uint64) (h notify.Holding, err error) {
	l.leave("News")
	return
}

func (l later) Next(context.Context, notify.Delivery, notify.AttemptOutcome) (d notify.Delivery, ok bool, w store.Wake, err error) {
	l.leave("Next")
	return
}

func (l later) Outage(context.Context) (o poll.Outage, err error) { l.leave("Outage"); return }

func (l later) Queues(context.Context, []string) (map[string]notify.TargetQueue, error) {
	l.leave("Queues")
	return nil, nil
}

func (l later) Report(context.Context, []notify.Alert) error { l.leave("Report"); return nil }

func (l later) Retire(context.Context, []string) (int, error) { l.leave("Retire"); return 0, nil }

func (l later) Retry(context.Context, string) error { l.leave("Retry"); return nil }

func (l later) RuleTallies(context.Context, []string) (map[string]store.Tally, error) {
	l.leave("RuleTallies")
	return nil, nil
}

func (l later) Seen(context.Context, poll.Claim) ([]byte, error) { l.leave("Seen"); return nil, nil }

func (l later) Settle(context.Context, notify.Delivery, notify.AttemptOutcome) error {
	l.leave("Settle")
	return nil
}

func (l later) Sync(context.Context, []feeds.Source) error { l.leave("Sync"); return nil }

func (l later) Tally(context.Context) (t notify.OutboxTally, err error) { l.leave("Tally"); return }

func (l later) Trace(context.Context, string) (t notify.Trace, err error) { l.leave("Trace"); return }

func (l later) Traces(context.Context, time.Time, func(notify.Trace) bool) error {
	l.leave("Traces")
	return nil
}

func (l later) ReportOnce(context.Context, string, []notify.Alert) error {
	l.leave("ReportOnce")
	return nil
}

func (l later) Oldest(context.Context, string, int) (h notify.Holding, err error) {
	l.leave("Oldest")
	return
}

func (l later) Failing(context.Context) (map[string]notify.Failing, error) {
	l.leave("Failing")
	return nil, nil
}

func (l later) Watch() *store.AlertWatch { l.leave("Watch"); return nil }

func (l later) Again(context.Context, string) (int, error) { l.leave("Again"); return 0, nil }

func (l later) Revive(context.Context, string) (int, error) { l.leave("Revive"); return 0, nil }

func (l later) Runs(context.Context, segment.Cutter) iter.Seq2[segment.Run, error] {
	l.leave("Runs")
	return nil
}

func (l later) Article(context.Context, uint64) (a segment.Article, ok bool, err error) {
	l.leave("Article")
	return
}

func (l later) Index(context.Context, segment.Cutter, func(int64)) error {
	l.leave("Index")
	return nil
}

func (l later) Forget(time.Time) error { l.leave("Forget"); return nil }

func (l later) Trim(int64) (t store.Trimmed, err error) { l.leave("Trim"); return }

func (l later) HistorySize() (size, grown int64, full bool) { l.leave("HistorySize"); return }

func (l later) Shown(context.Context, string) ([]byte, error) { l.leave("Shown"); return nil, nil }

func (l later) Damages(context.Context) ([]store.Damage, error) { l.leave("Damages"); return nil, nil }

func (l later) ReportDamage(context.Context, []store.Damage, []notify.Alert) error {
	l.leave("ReportDamage")
	return nil
}
