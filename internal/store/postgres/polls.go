package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store/record"
)

// loud is an outcome that must be on disk at once.
type loud struct {
	*poll.Outcome
	nth   int // its place among the outcomes that were given
	claim *claim
	slot  int32
	seen  seenChange
}

// Commit implements poll.FeedStore. A crash before the commit leaves everything as it was
// before the polls, which are made again; so does the loss of a shard, whose new owner
// makes them. After a crash behind the commit, the alerts are held, and the owners of their
// targets compose them.
func (s *Store) Commit(ctx context.Context, outcomes []poll.Outcome) ([]poll.Claim, error) {
	h := s.held
	h.asked()
	outcomes, gone, err := s.commitLoans(ctx, outcomes)
	if err != nil {
		s.giveUp(outcomes)
		return nil, fmt.Errorf("store what %d polls brought: %w", len(outcomes)+1, err)
	}
	lost, err := s.commit(ctx, outcomes)
	return append(gone, lost...), err
}

// commit commits outcomes of feeds that this machine holds.
func (s *Store) commit(ctx context.Context, outcomes []poll.Outcome) ([]poll.Claim, error) {
	h := s.held
	var noisy []*poll.Outcome
	for i := range outcomes {
		if o := &outcomes[i]; !o.Quiet() {
			noisy = append(noisy, o)
		}
	}
	release, err := h.commits.share(ctx)
	if err != nil {
		s.giveUp(outcomes)
		return nil, fmt.Errorf("store what %d polls brought: %w", len(outcomes), err)
	}
	defer release()
	if len(noisy) == 0 {
		return s.settleAll(outcomes), nil
	}
	all, args, err := s.prepare(noisy)
	if err == nil && len(all) > 0 {
		err = s.commitLoud(ctx, all, args)
	}
	if err != nil {
		s.giveUp(outcomes)
		return nil, fmt.Errorf("store what %d polls brought: %w", len(outcomes), err)
	}
	return s.settleAll(outcomes), nil
}

// prepare takes the outcomes whose claims are valid, in the order of their keys, in which
// rows are locked. It extends their claims until they are settled, as nobody else may claim
// a feed that is being written.
func (s *Store) prepare(noisy []*poll.Outcome) (all []loud, args feedArgs, err error) {
	all, args = s.extend(noisy)
	for i := range all { // without the lock, as packing is most of the work of a commit
		o := &all[i]
		if args.records[i], err = pack("feed", record.StateOf(&o.State), o.claim.feed); err != nil {
			return nil, args, fmt.Errorf("feed %s: %w", o.Claim.Feed, err)
		}
		o.seen = o.claim.change(o.Seen)
	}
	return all, args, nil
}

// extend takes the outcomes whose claims are valid, as prepare does. Their records are not
// packed yet.
func (s *Store) extend(noisy []*poll.Outcome) (all []loud, args feedArgs) {
	h := s.held
	h.mu.Lock()
	defer h.mu.Unlock()
	now := s.now()
	for nth, o := range noisy {
		if c := h.claimed(&o.Claim, now); c != nil {
			all = append(all, loud{Outcome: o, nth: nth, claim: c, slot: c.shard.find(c.feed)})
		}
	}
	slices.SortFunc(all, func(a, b loud) int {
		return cmp.Or(cmp.Compare(a.claim.shard.number, b.claim.shard.number), cmp.Compare(a.claim.feed, b.claim.feed))
	})
	args.token = random()
	for i := range all {
		o := &all[i]
		c := o.claim
		c.end = now.Add(time.Hour).UnixMilli()
		h.setAt(c.shard, o.slot, c.end)
		// From here on the row is newer than what the next flush would store.
		delete(h.pending, c.feed)
		c.shard.slots[o.slot].flags &^= dirty
		args.add(c.shard, o.slot, millis(o.Next), polledOf(&o.State), nil)
	}
	return all, args
}

// polledOf returns when a feed was polled last, in the form of columns and slots.
func polledOf(s *poll.FeedState) int64 {
	if s.Polled.IsZero() {
		return 0
	}
	return s.Polled.UnixMilli()
}

const committedFeeds = `
select f.feed from unnest($1::smallint[], $2::bigint[]) as u(shard, feed) join feed f on f.shard = u.shard and f.feed = u.feed
where f.token = $3`

// commitLoud stores outcomes in one transaction. It leaves out, and ends the claims of,
// feeds whose shards belong to another machine by now, or that a config changed.
func (s *Store) commitLoud(ctx context.Context, all []loud, args feedArgs) error {
	// One round trip stores the feeds and everything else, in the hope that all feeds are
	// still this machine's. If one is not, the transaction is made again without it.
	kept := make(map[int64]bool, len(all))
	for i := range all {
		kept[all[i].claim.feed] = true
	}
	again := false
	err := s.db.update(ctx, "store what polls brought", func(tx pgx.Tx) error {
		found := make(map[int64]bool, len(all))
		find := func(rows pgx.Rows) error {
			var feed int64
			_, err := pgx.ForEachRow(rows, []any{&feed}, func() error { found[feed] = true; return nil })
			return err
		}
		if again { // the result of the last commit is not known
			rows, err := tx.Query(ctx, committedFeeds, args.shards, args.feeds, args.token)
			if err != nil {
				return err
			}
			if err := find(rows); err != nil {
				return err
			}
			if len(found) > 0 { // it was committed
				kept = found
				return nil
			}
		}
		again = true
		if len(kept) == 0 {
			return nil
		}
		args := args.of(kept)
		shards, tokens := fences(args)
		var b pgx.Batch
		b.Queue(fenceShards, shards, tokens)
		b.Queue(updateFeeds, args.values()...).Query(find)
		if err := s.bring(ctx, tx, &b, all, kept); err != nil {
			return err
		}
		if len(found) < len(kept) {
			kept = found
			return errMeanwhile
		}
		return nil
	})
	if err != nil {
		return err
	}
	h := s.held
	h.mu.Lock()
	var alerts []notify.Alert
	for i := range all {
		if kept[all[i].claim.feed] {
			alerts = append(alerts, all[i].Alerts...)
		} else {
			h.void(all[i].claim)
		}
	}
	h.mu.Unlock()
	s.spreadAlerts(alerts)
	return nil
}

// fences returns the shards of some feeds, each once, and the tokens of their leases.
func fences(args feedArgs) (shards []int16, tokens []int64) {
	for i, n := range args.shards {
		if i == 0 || n != args.shards[i-1] {
			shards, tokens = append(shards, n), append(tokens, args.owned[i])
		}
	}
	return shards, tokens
}

const putOutage = `insert into outage (machine, record) values ($1, $2) on conflict (machine) do update set record = excluded.record`

// bring executes a batch, and stores with it what the kept outcomes brought besides the
// states of their feeds.
func (s *Store) bring(ctx context.Context, tx pgx.Tx, b *pgx.Batch, all []loud, kept map[int64]bool) error {
	var seen seenArgs
	var outage *loud
	var came arrivals
	for i := range all {
		o := &all[i]
		if !kept[o.claim.feed] {
			continue
		}
		seen.add(o.claim.shard.number, o.claim.feed, o.seen)
		if o.Outage != nil && (outage == nil || o.nth > outage.nth) {
			outage = o
		}
		came.add(o.claim.shard.number, o.claim.feed, o.Outcome)
	}
	var d days
	seen.queue(b)
	if outage != nil {
		raw, err := pack("outage", record.Outage(*outage.Outage), s.self.name)
		if err != nil {
			return err
		}
		b.Queue(putOutage, s.self.name, raw)
		b.Queue(dropOutages, s.self.name, s.db.ahead(), s.timing.lease)
	}
	if err := s.queueAlerts(ctx, tx, b, &d, slices.Concat(came.alerts...)); err != nil {
		return err
	}
	s.queueArticles(b, came.articles)
	d.countBrought(came.counts)
	return s.send(ctx, tx, b, &d)
}

// arrivals are the alerts and articles of outcomes.
type arrivals struct {
	alerts   [][]notify.Alert
	articles []arrivedArticle
	counts   []brought
}

// add adds the alerts and articles of an outcome.
func (a *arrivals) add(shard int16, feed int64, o *poll.Outcome) {
	a.alerts = append(a.alerts, o.Alerts)
	for _, item := range o.Articles {
		a.articles = append(a.articles, arrivedArticle{shard: shard, feed: feed, seen: o.Claim.Now, item: item})
	}
	if n := o.New; len(o.Alerts) > 0 || n > 0 && !o.Baseline {
		if o.Baseline {
			n = 0
		}
		a.counts = append(a.counts, brought{shard: shard, feed: feed, at: o.Claim.Now, items: n, alerts: o.Alerts})
	}
}

// settleAll ends the claims of outcomes that are stored, or that the next flush will store,
// and returns the claims that were lost.
func (s *Store) settleAll(outcomes []poll.Outcome) (lost []poll.Claim) {
	h := s.held
	h.mu.Lock()
	defer h.mu.Unlock()
	now := s.now()
	head := h.head()
	for i := range outcomes {
		o := &outcomes[i]
		c := h.claimed(&o.Claim, now)
		if c == nil {
			lost = append(lost, o.Claim)
			continue
		}
		r, was := c.row, c.row.state
		f, k := h.settle(c, o)
		if !o.Quiet() {
			f.flags &^= overlaid | good | dirty
			f.worked, f.failed = 0, 0
			h.written(c.feed)
			continue
		}
		s.note(c, f, k, r, &was, o)
	}
	if at := h.head(); at < head {
		h.spread() // a feed is due sooner than waiters were told
	}
	return lost
}

// head returns when the next feed needs attention. The caller holds mu.
func (h *share) head() int64 {
	if len(h.order) == 0 {
		return 0
	}
	return h.order[0].head()
}

// note takes over the state of a poll that brought nothing, for the next flush. The caller
// holds mu.
func (s *Store) note(c *claim, f *slot, i int32, r *row, was *poll.FeedState, o *poll.Outcome) {
	h := s.held
	c.shard.mark(i)
	if p := h.pending[c.feed]; p == nil && lightly(was, &o.State) {
		f.flags |= overlaid
		f.flags &^= good
		if o.State.Good.Equal(o.State.Polled) && !o.State.Good.IsZero() {
			f.flags |= good
		}
		f.worked, f.failed = uint16(o.State.Worked), uint16(o.State.Failed)
		return
	}
	raw, err := pack("feed", record.StateOf(&o.State), c.feed)
	if err != nil {
		s.log.Error("what a poll changed cannot be stored", "feed", o.Claim.Feed, "error", err)
		return
	}
	f.flags &^= overlaid | good
	f.worked, f.failed = 0, 0
	h.pending[c.feed] = &pending{c.feed, row{r.name, r.edition, o.State}, raw}
	h.written(c.feed)
}

// lightly reports whether the journal has room for all that has changed in a state since
// its row was written.
func lightly(was, is *poll.FeedState) bool {
	if is.Worked < 0 || is.Worked > 1<<16-1 || is.Failed < 0 || is.Failed > 1<<16-1 {
		return false
	}
	like := *was
	like.Polled, like.Worked, like.Failed = is.Polled, is.Worked, is.Failed
	if is.Good.Equal(is.Polled) {
		like.Good = is.Good
	}
	return reflect.DeepEqual(&like, is)
}

// firstAgain is how soon a feed is due again whose outcome could not be stored.
const firstAgain = 10 * time.Second

// giveUp ends the claims of outcomes that could not be stored. Polls that brought nothing
// still wait for the next flush: a database that does not answer is no reason to ask
// servers again. The others are polled again.
func (s *Store) giveUp(outcomes []poll.Outcome) {
	h := s.held
	h.mu.Lock()
	defer h.mu.Unlock()
	now := s.now()
	for i := range outcomes {
		o := &outcomes[i]
		c := h.claimed(&o.Claim, now)
		if c == nil {
			continue
		}
		if o.Quiet() {
			r, was := c.row, c.row.state
			f, k := h.settle(c, o)
			s.note(c, f, k, r, &was, o)
			continue
		}
		h.again(c, o, now)
	}
	h.spread()
}

// again reschedules a feed whose outcome could not be stored: no later than its next poll,
// and no sooner than its host allows. The caller holds mu.
func (h *share) again(c *claim, o *poll.Outcome, now time.Time) {
	i := c.shard.find(c.feed)
	f := &c.shard.slots[i]
	due := now.Add(firstAgain)
	if o.Next.Before(due) {
		due = o.Next
	}
	for _, least := range []time.Time{o.Claim.Due, o.State.Barred} {
		if due.Before(least) {
			due = least
		}
	}
	h.void(c)
	f.due = millis(due)
	h.setAt(c.shard, i, f.due)
}

const (
	getOutage = `
select machine, record from outage
where machine = $1 or machine not in (select name from machine where seen > now() + $2::interval - $3::interval)
order by machine = $1 desc, machine limit 1`
	// A machine with an outage of its own has heard of those that dead machines left.
	dropOutages = `
delete from outage where machine <> $1 and machine not in (select name from machine where seen > now() + $2::interval - $3::interval)`
)

// Outage implements poll.FeedStore: each machine has a network of its own. A new machine
// goes on with the outage of a dead one, because somebody has to report that it is over.
func (s *Store) Outage(ctx context.Context) (o poll.Outage, err error) {
	err = s.db.view(ctx, "read whether our own connection was down", func(tx pgx.Tx) error {
		o = poll.Outage{}
		var raw []byte
		var of string
		err := tx.QueryRow(ctx, getOutage, s.self.name, s.db.ahead(), s.timing.lease).Scan(&of, &raw)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		var r record.Outage
		err = unpack("outage", raw, &r, of)
		o = poll.Outage(r)
		return err
	})
	return o, err
}
