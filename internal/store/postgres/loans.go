package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/store/record"
)

// A push of a hub, or a person, may want a feed at a machine that does not hold it. The
// machine inserts a row of loan, which the owner of the shard reads each second. The owner
// lends the feed as if somebody polled it. The borrower commits under that row instead of
// the shard's lease. The feed goes back to the owner after that commit, or when the loan
// ends. Whoever takes a shard takes over its loans.

// askAgain is how often a borrower looks whether the loan was granted.
const askAgain = time.Second / 4

const (
	getLoan = `select machine, token, state, until <= now() + $3::interval, seq, due, coalesce(entry, '') from loan where shard = $1 and feed = $2`
	askLoan = `
insert into loan (shard, feed, machine, token, state, until) values ($1, $2, $3, $4, 0, now() + $5::interval + $6::interval)
on conflict do nothing`
)

// borrowed is a row of loan.
type borrowed struct {
	machine, token int64
	state          int16
	over           bool
	seq, due       int64
	entry          []byte
}

// borrow asks the owner of a feed for a loan, or takes one that was granted.
func (s *Store) borrow(ctx context.Context, id string, number int16, feed int64, lease time.Duration) (poll.Claim, bool, store.Wake, error) {
	h, wait := s.held, store.Wake{After: askAgain}
	h.mu.Lock()
	now := s.now()
	if c := h.loans[id]; c != nil {
		if c.end > now.UnixMilli() {
			h.mu.Unlock()
			return poll.Claim{}, false, wait, nil
		}
		delete(h.loans, id)
	}
	h.mu.Unlock()
	var l borrowed
	token := random()
	err := s.db.update(ctx, "ask another machine for feed "+id, func(tx pgx.Tx) error {
		l = borrowed{}
		err := tx.QueryRow(ctx, getLoan, number, feed, s.db.ahead()).Scan(&l.machine, &l.token, &l.state, &l.over, &l.seq, &l.due, &l.entry)
		if errors.Is(err, pgx.ErrNoRows) {
			_, err = tx.Exec(ctx, askLoan, number, feed, s.self.id, token, s.db.ahead(), lease)
		}
		return err
	})
	if err != nil || l.machine != s.self.id || l.state != loanGranted || l.over {
		return poll.Claim{}, false, wait, err
	}
	rows, err := s.readRows(ctx, feedKeys{[]int16{number}, []int64{feed}})
	if err != nil || rows[feed] == nil {
		return poll.Claim{}, false, wait, err
	}
	f := slot{feed: feed, due: l.due}
	if len(l.entry) > 0 {
		if err := readJournal(l.entry, func(_ int64, j journalled) { j.overlay(&f) }); err != nil {
			return poll.Claim{}, false, wait, err
		}
	}
	c := &claim{shard: &shard{number: number, token: l.token, assigned: l.seq}, feed: feed, end: now.Add(lease).UnixMilli(), row: rows[feed]}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tokens++
	c.token = h.tokens
	h.loans[id] = c
	state := c.row.state
	f.overlay(&state)
	return poll.Claim{Feed: id, Token: c.token, Due: moment(f.due), Now: now, State: state}, true, store.Wake{}, nil
}

const (
	loanAsked = iota
	loanGranted
	loanDone
)

const (
	readLoans  = `select shard, feed, machine, token, state, until, until <= now() + $2::interval from loan where shard = any($1) order by shard, feed for update`
	grantLoans = `
update loan l set state = 1, until = now() + $7::interval + $8::interval, seq = u.seq, due = u.due, entry = u.entry
from unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[]) as u(shard, feed, token, seq, due, entry)
where l.shard = u.shard and l.feed = u.feed and l.token = u.token`
	dropLoans = `
delete from loan l using unnest($1::smallint[], $2::bigint[], $3::bigint[]) as u(shard, feed, token)
where l.shard = u.shard and l.feed = u.feed and l.token = u.token`
)

// loanTime is how long a loan holds: as long as the claim of a poll.
const loanTime = 5 * time.Minute

// loanRow is a row of loan that lendOut reads.
type loanRow struct {
	shard          int16
	feed           int64
	machine, token int64
	state          int16
	until          time.Time
	over           bool
}

// loanArgs are the arguments of grantLoans and dropLoans.
type loanArgs struct {
	shards        []int16
	feeds, tokens []int64
	seqs, dues    []int64
	entries       [][]byte
}

func (a *loanArgs) add(l *loanRow) {
	a.shards, a.feeds, a.tokens = append(a.shards, l.shard), append(a.feeds, l.feed), append(a.tokens, l.token)
}

// lendOut grants loans of the shards of this machine, and takes back loans that are done or
// over. The caller holds keep. A crash before the answer leaves a granted loan, which the
// next owner finds.
func (s *Store) lendOut(ctx context.Context, numbers []int16) error {
	var back []int16
	err := s.db.update(ctx, "lend feeds to other machines", func(tx pgx.Tx) error {
		back = nil
		rows, err := tx.Query(ctx, readLoans, numbers, s.db.ahead())
		if err != nil {
			return err
		}
		all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l loanRow, err error) {
			err = row.Scan(&l.shard, &l.feed, &l.machine, &l.token, &l.state, &l.until, &l.over)
			return l, err
		})
		if err != nil || len(all) == 0 {
			return err
		}
		grant, drop, done := s.judgeLoans(all)
		back = done
		var b pgx.Batch
		b.Queue(grantLoans, grant.shards, grant.feeds, grant.tokens, grant.seqs, grant.dues, grant.entries, s.db.ahead(), loanTime)
		b.Queue(dropLoans, drop.shards, drop.feeds, drop.tokens)
		return tx.SendBatch(ctx, &b).Close()
	})
	if err != nil {
		return err
	}
	return s.reload(ctx, back)
}

// judgeLoans returns which loans to grant and which to drop, and the shards in which a
// borrower changed a feed.
func (s *Store) judgeLoans(all []loanRow) (grant, drop loanArgs, done []int16) {
	h := s.held
	h.mu.Lock()
	defer h.mu.Unlock()
	now := s.now()
	for i := range all {
		l := &all[i]
		sh := h.shards[l.shard]
		if sh == nil {
			continue
		}
		k, c := sh.find(l.feed), h.byFeed[l.feed]
		lent := c != nil && c.lent == l.token
		switch {
		case l.state == loanDone, l.over, k < 0, l.machine == s.self.id:
			drop.add(l)
			if lent {
				h.free(c)
			}
			if l.state == loanDone {
				done = append(done, l.shard)
			}
		case lent || c != nil && c.end > now.UnixMilli():
			if lent && l.state == loanAsked { // the answer to the grant was lost
				s.grant(&grant, l, sh, k)
			}
		case l.state == loanGranted:
			h.lend(sh, k, l.until.UnixMilli()).lent = l.token
		case sh.slots[k].flags&dirty == 0 && h.pending[l.feed] == nil: // else it is granted after the next flush
			h.lend(sh, k, now.Add(loanTime+s.timing.margin).UnixMilli()).lent = l.token
			s.grant(&grant, l, sh, k)
		default:
			h.flushed = time.Time{} // so that it flushes in the next second
		}
	}
	return grant, drop, done
}

// grant grants a loan of the feed at place k.
func (s *Store) grant(a *loanArgs, l *loanRow, sh *shard, k int32) {
	a.add(l)
	a.seqs = append(a.seqs, sh.assigned)
	entry := []byte{}
	if sh.slots[k].flags&overlaid != 0 {
		entry = appendJournal(nil, s.now().UnixMilli(), sh.slots, []int32{k})
	}
	a.dues = append(a.dues, sh.slots[k].due)
	a.entries = append(a.entries, entry)
}

// commitLoans commits the outcomes of borrowed feeds, each by itself, and returns the
// others.
func (s *Store) commitLoans(ctx context.Context, outcomes []poll.Outcome) (rest []poll.Outcome, lost []poll.Claim, err error) {
	h := s.held
	h.mu.Lock()
	none := len(h.loans) == 0
	h.mu.Unlock()
	if none {
		return outcomes, nil, nil
	}
	for i := range outcomes {
		o := &outcomes[i]
		c := h.loaned(&o.Claim)
		if c == nil {
			rest = append(rest, *o)
			continue
		}
		kept, err := s.commitLoan(ctx, o, c)
		if err != nil {
			return append(rest, outcomes[i+1:]...), lost, err
		}
		if !kept {
			lost = append(lost, o.Claim)
		}
		h.mu.Lock()
		delete(h.loans, o.Claim.Feed)
		h.mu.Unlock()
	}
	return rest, lost, nil
}

// loaned returns the loan that a claim belongs to; nil if it is none.
func (h *share) loaned(pc *poll.Claim) *claim {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.loans[pc.Feed]; c != nil && c.token == pc.Token {
		return c
	}
	return nil
}

const (
	lockShard = `select shard from shard where shard = $1 order by shard for share`
	lockLoan  = `select state from loan where shard = $1 and feed = $2 and token = $3 and machine = $4 and (state = 2 or until > now() + $5::interval) order by shard for update`
	changeOne = `update feed set record = $4, due = $5, polled = $6, seq = greatest(seq, $7) where shard = $1 and feed = $2 and edition = $3 and due is not null`
	endLoan   = `update loan set state = 2 where shard = $1 and feed = $2 and token = $3`
)

// commitLoan commits the outcome of a borrowed feed, if the loan still holds.
func (s *Store) commitLoan(ctx context.Context, o *poll.Outcome, c *claim) (kept bool, err error) {
	raw, err := pack("feed", record.StateOf(&o.State), c.feed)
	if err != nil {
		return false, err
	}
	all := []loud{{Outcome: o, claim: c, seen: c.change(o.Seen)}}
	number, token := c.shard.number, c.shard.token
	err = s.db.update(ctx, "store what a borrowed feed brought", func(tx pgx.Tx) error {
		kept = false
		if _, err := tx.Exec(ctx, lockShard, number); err != nil {
			return err
		}
		var state int16
		err := tx.QueryRow(ctx, lockLoan, number, c.feed, token, s.self.id, s.db.ahead()).Scan(&state)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if kept = err == nil; err != nil || state == loanDone {
			return err
		}
		tag, err := tx.Exec(ctx, changeOne, number, c.feed, c.row.edition, raw, millis(o.Next), polledOf(&o.State), c.shard.assigned)
		if err != nil {
			return err
		}
		if kept = tag.RowsAffected() > 0; kept {
			if err := s.bring(ctx, tx, new(pgx.Batch), all, map[int64]bool{c.feed: true}); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, endLoan, number, c.feed, token)
		return err
	})
	if kept && err == nil {
		s.spreadAlerts(o.Alerts)
	}
	return kept, err
}

// shownOnLoan is Seen for a borrowed feed.
func (s *Store) shownOnLoan(ctx context.Context, pc *poll.Claim) ([]byte, error) {
	h := s.held
	c := h.loaned(pc)
	if c == nil {
		return nil, nil // the outcome will be refused anyway
	}
	shown, parts, err := s.shown(ctx, c.shard.number, c.feed)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	c.asked, c.shown, c.parts = true, shown, parts
	return shown, nil
}
