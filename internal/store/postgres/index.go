package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/fault"
	"watcher/internal/store/record"
	"watcher/internal/store/segment"
)

const (
	// followEvery is how often the machine that makes segments takes in new articles, and
	// how often the others look whether it is gone.
	followEvery = 2 * time.Second
	// lookEvery is how often the machine looks for a segment that has to be made anew.
	lookEvery = time.Minute
	// leaseFor is how long the lease of the history holds: building a segment takes
	// seconds, in which it is not renewed.
	leaseFor = time.Minute
)

// lease lets one machine make segments and delete from them. It only bounds work that is
// done twice; consistency follows from fence.
type lease struct {
	turn  lock       // held while the lease is taken or given back
	mu    sync.Mutex // guards what follows
	token int64      // 0 if it is not held
	users int        // the lease is not released before they end
}

const takeLease = `
update history set owner = $1, token = $2, lease_until = now() + $3::interval + $4::interval
where one and (token = $2 or lease_until < now() + $3::interval)`

// hold takes the lease, or renews it, and reports whether this machine has it.
func (s *Store) hold(ctx context.Context) (held bool, err error) {
	l := &s.history.lease
	release, err := l.turn.hold(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	token := l.current()
	if token == 0 {
		token = random()
		l.set(token) // set before the commit, so that a lease whose commit was not answered is used, too
	}
	err = s.db.update(ctx, "take the lease of the history", func(tx pgx.Tx) error {
		done, err := tx.Exec(ctx, takeLease, s.self.id, token, s.db.ahead(), leaseFor)
		held = done.RowsAffected() > 0
		return err
	})
	if !held && err == nil {
		l.set(0)
	}
	return held, err
}

// current returns the token of the lease, 0 if this machine has not taken it.
func (l *lease) current() (token int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.token
}

func (l *lease) set(token int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.token = token
}

// using keeps the lease held until done is called.
func (s *Store) using() (done func()) {
	l := &s.history.lease
	count := func(by int) bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.users += by
		return l.users == 0 && l.token != 0
	}
	count(1)
	return func() {
		if !count(-1) {
			return
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ending), time.Second)
		defer cancel()
		release, err := l.turn.hold(ctx)
		if err != nil {
			return // somebody else takes it just now
		}
		defer release()
		if !count(0) {
			return // somebody began meanwhile, and gives it back
		}
		token := l.current()
		err = s.db.update(ctx, "give the lease of the history back", func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, `update history set token = 0, lease_until = 'epoch' where one and token = $1`, token)
			return err
		})
		if err != nil {
			s.log.Warn("lease of the history not given back, another machine waits until it ends", "error", err)
		}
		l.set(0)
	}
}

// errOvertaken says that another machine has the lease, or that the articles of the segment
// are in another one by now.
var errOvertaken = errors.New("another machine went on meanwhile")

const fenced = `
select ends, torn, forgotten from history
where one and token = $1 and lease_until > now() + $2::interval for update`

// fence locks the row of history for this transaction. Its error is errOvertaken if this
// machine lost the lease.
func (s *Store) fence(ctx context.Context, tx pgx.Tx) (h howFar, err error) {
	err = tx.QueryRow(ctx, fenced, s.history.lease.current(), s.db.ahead()).Scan(&h.ends, &h.torn, &h.forgotten)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errOvertaken
	}
	return h, err
}

// Index makes segments of the history until ctx is done, on one machine at a time: of the
// tail as it grows, and again of segments that are damaged or were cut by an earlier
// version, the newest first. It goes in small steps; after a crash another machine goes on
// from the last step. An error ends it, and calling it again goes on. tell is called with
// the number of bytes that are still to be made anew.
func (s *Store) Index(ctx context.Context, c segment.Cutter, tell func(left int64)) error {
	s.running.Add(1)
	defer s.running.Done()
	s.history.cutter.Store(&c)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.ending, cancel)()
	defer s.using()()
	var looked time.Time
	for ctx.Err() == nil {
		begun := time.Now()
		look := time.Since(looked) >= lookEvery
		did, err := s.indexStep(ctx, &c, look, tell)
		if err != nil && !errors.Is(err, errOvertaken) {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("index the history: %w", err)
		}
		rest := followEvery
		if did {
			rest = time.Since(begun) // leave as much of the machine to others
		} else if look {
			looked = begun
		}
		select {
		case <-ctx.Done():
		case <-time.After(rest):
		}
	}
	return nil
}

// indexStep makes a segment, if one is to be made and this machine is the one to make it.
func (s *Store) indexStep(ctx context.Context, c *segment.Cutter, look bool, tell func(left int64)) (did bool, err error) {
	if look {
		left, err := s.unindexed(ctx, c)
		if err != nil {
			return false, err
		}
		tell(left)
	}
	held, err := s.hold(ctx)
	if err != nil || !held {
		return false, err
	}
	if did, err = s.sealTail(ctx, c); err != nil || did || !look {
		return did, err
	}
	if err := s.clear(ctx); err != nil {
		return false, err
	}
	return s.renew(ctx, c)
}

// sealTail makes a segment of the first part of the tail, if there is enough of it.
func (s *Store) sealTail(ctx context.Context, c *segment.Cutter) (did bool, err error) {
	if _, _, err := s.catchUp(ctx, c); err != nil {
		return false, err
	}
	p, err := s.history.tail.sealable(ctx, s, c)
	if p == nil || err != nil {
		return false, err
	}
	if err := s.writeSegment(ctx, c, p, nil); err != nil {
		return false, err
	}
	return true, s.clearTail(ctx)
}

// writeSegment makes a segment of a stretch: of the tail, or in place of another segment.
// Its pieces are written in transactions of their own. A crash between them leaves pieces
// without a segment, which are deleted later. The last transaction names the segment.
func (s *Store) writeSegment(ctx context.Context, c *segment.Cutter, p *stretch, instead *volume) error {
	release, err := s.history.building.hold(ctx)
	if err != nil {
		return err
	}
	defer release()
	built, err := s.build(ctx, c, p)
	if err != nil {
		return err
	}
	row := segmentRow{first: p.first, n: p.index.Len(), pieces: random(), cut: c.Versions}
	if err := s.writePieces(ctx, row.pieces, built); err != nil {
		return err
	}
	fault.Point("pieces written")
	if err := s.nameSegment(ctx, row, p.torn, built, instead); err != nil {
		return err
	}
	fault.Point("segment named")
	return nil
}

const claimPieces = `delete from unnamed where pieces = $1 and until > now() + $2::interval`

const insertSegment = `
insert into segment (first, articles, pieces, bytes, newest, scanner, speech, record)
values ($1, $2, $3, $4, $5, $6, $7, $8)`

// nameSegment is the commit point of a segment: before it its pieces are garbage, and after
// it what it was made of is. A segment of a tail from which something was deleted since it
// was chosen (torn) would bring the deleted articles back, and is refused.
func (s *Store) nameSegment(ctx context.Context, row segmentRow, torn int64, built *segment.Built, instead *volume) error {
	raw, err := record.Encode(record.Segment{
		Oldest: built.Oldest, Newest: built.Newest, Bytes: built.Bytes(), Gone: built.Gone,
		Feeds: record.PackFeeds(built.Shares()), Header: built.Header,
	})
	if err != nil {
		return err
	}
	return s.db.update(ctx, "name a segment", func(tx pgx.Tx) error {
		was, err := findSegment(ctx, tx, segmentFrom, row.first)
		if err == nil && was != nil && was.pieces == row.pieces {
			return nil // an earlier try was committed
		}
		if err != nil {
			return err
		}
		h, err := s.fence(ctx, tx)
		switch {
		case err != nil:
			return err
		case instead == nil && (h.ends > row.first || h.torn != torn || was != nil):
			return errOvertaken
		case instead != nil:
			err = s.unname(ctx, tx, instead.segmentRow)
		default:
			_, err = tx.Exec(ctx, `update history set ends = $1 where one`, row.end())
		}
		if err != nil {
			return err
		}
		done, err := tx.Exec(ctx, claimPieces, row.pieces, s.db.ahead())
		if err == nil && done.RowsAffected() == 0 {
			return errOvertaken // its pieces are garbage by now, and clear may have deleted some
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, insertSegment, row.first, row.n, row.pieces, built.Bytes(), built.Newest, row.cut.Scanner, row.cut.Languages, seal("segment", raw, row.first))
		if err == nil {
			_, err = tx.Exec(ctx, putPiece, row.pieces, int64(copied), seal("piece", raw, row.pieces, int64(copied)))
		}
		return err
	})
}

// unname deletes a segment. Its pieces stay a while for those who read them. The error is
// errOvertaken if there is no such segment.
func (s *Store) unname(ctx context.Context, tx pgx.Tx, r segmentRow) error {
	done, err := tx.Exec(ctx, `delete from segment where first = $1 and pieces = $2`, r.first, r.pieces)
	if err == nil && done.RowsAffected() == 0 {
		return errOvertaken
	}
	if err == nil {
		_, err = tx.Exec(ctx, putUnnamed, r.pieces, s.db.ahead()+discardAfter)
	}
	return err
}

// build builds a segment of a stretch, with the dictionary that suits it.
func (s *Store) build(ctx context.Context, c *segment.Cutter, p *stretch) (*segment.Built, error) {
	codec := s.history.volumes.codec
	d, err := s.newestDict(ctx)
	if err != nil {
		return nil, err
	}
	built, err := codec.Build(ctx, p.index, d, c.Versions)
	if err != nil || !d.Stale(built) {
		return built, err
	}
	if d, err = codec.MakeDict(ctx, s.dictNumber(d), p.index); err != nil || d == nil {
		return built, err
	}
	if err := s.putDict(ctx, d); err != nil {
		return nil, err
	}
	return codec.Build(ctx, p.index, d, c.Versions)
}

// maxPieces bounds how many pieces, of at most 64 KB each, a transaction writes or deletes.
const maxPieces = 16

// numbered is a piece with its number.
type numbered struct {
	number int64
	value  []byte
}

// writePieces writes pieces, those that need a copy twice.
func (s *Store) writePieces(ctx context.Context, under int64, built *segment.Built) error {
	var all []numbered
	for i, p := range built.Pieces {
		all = append(all, numbered{int64(i), p})
		if i >= built.Columns {
			all = append(all, numbered{int64(i) | twice, p})
		}
	}
	for len(all) > 0 {
		n := min(maxPieces, len(all))
		err := s.db.update(ctx, "write pieces of a segment", func(tx pgx.Tx) error {
			if _, err := s.fence(ctx, tx); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, putUnnamed, under, s.db.ahead()+discardAfter); err != nil {
				return err
			}
			b := &pgx.Batch{}
			for _, p := range all[:n] {
				b.Queue(putPiece, under, p.number, seal("piece", p.value, under, p.number))
			}
			return tx.SendBatch(ctx, b).Close()
		})
		if err != nil {
			return err
		}
		fault.Point("writing pieces")
		all = all[n:]
		if held, err := s.hold(ctx); err != nil || !held {
			return errors.Join(errOvertaken, err)
		}
	}
	return nil
}

const deleteTail = `
with gone as (
	delete from tail where first in (select first from tail where first < $1 order by first limit 500)
	returning shard, id
), texts as (
	delete from article a using gone g where a.shard = g.shard and a.id = g.id
)
select count(*) from gone`

// clearTail deletes the articles of the tail that are in a segment.
func (s *Store) clearTail(ctx context.Context) error {
	for n := 1; n > 0; {
		err := s.db.update(ctx, "delete what is in a segment", func(tx pgx.Tx) error {
			h, err := s.fence(ctx, tx)
			if err == nil {
				err = tx.QueryRow(ctx, deleteTail, h.ends).Scan(&n)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const (
	overdue      = `select pieces from unnamed where until < now() + $1::interval order by pieces limit 1 for update`
	deletePieces = `delete from piece where pieces = $1 and number in (select number from piece where pieces = $1 order by number limit $2)`
)

// clear deletes leftovers: articles of the tail that are in a segment, and old pieces that
// no segment refers to.
func (s *Store) clear(ctx context.Context) error {
	if err := s.clearTail(ctx); err != nil {
		return err
	}
	for more := true; more; {
		err := s.db.update(ctx, "delete pieces of no segment", func(tx pgx.Tx) error {
			more = false
			if _, err := s.fence(ctx, tx); err != nil {
				return err
			}
			var pieces int64
			err := tx.QueryRow(ctx, overdue, s.db.ahead()).Scan(&pieces)
			if errors.Is(err, pgx.ErrNoRows) {
				return nil
			}
			if err != nil {
				return err
			}
			more = true
			done, err := tx.Exec(ctx, deletePieces, pieces, maxPieces)
			if err == nil && done.RowsAffected() == 0 {
				_, err = tx.Exec(ctx, `delete from unnamed where pieces = $1`, pieces)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
