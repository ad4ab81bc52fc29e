package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/feeds"
	"watcher/internal/store/segment"
)

// Poll is the articles of a poll, for tests without feeds.
type Poll struct {
	Shard int16
	Feed  int64
	Seen  time.Time
	Items []feeds.Item
}

// Keep commits articles as the commits of polls do.
func (s *Store) Keep(ctx context.Context, polls ...Poll) error {
	return s.db.update(ctx, "keep articles", func(tx pgx.Tx) error {
		var all []arrivedArticle
		for _, p := range polls {
			for _, it := range p.Items {
				all = append(all, arrivedArticle{p.Shard, p.Feed, p.Seen, it})
			}
		}
		var b pgx.Batch
		s.queueArticles(&b, all)
		return tx.SendBatch(ctx, &b).Close()
	})
}

// Exec runs a statement on the database directly.
func (s *Store) Exec(ctx context.Context, sql string, args ...any) error {
	return s.db.update(ctx, "a statement of a test", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, sql, args...)
		return err
	})
}

// IndexStep takes one step of Index, after looking for segments that are to be made anew.
func (s *Store) IndexStep(ctx context.Context, c segment.Cutter) (did bool, left int64, err error) {
	s.history.cutter.Store(&c)
	did, err = s.indexStep(ctx, &c, true, func(n int64) { left = n })
	return did, left, err
}

// Segments counts the segments, and those of which something was put aside.
func (s *Store) Segments(ctx context.Context) (all, broken int, err error) {
	rows, err := s.listSegments(ctx)
	for _, r := range rows {
		if r.broken {
			broken++
		}
	}
	return len(rows), broken, err
}

// Measure measures the history.
func (s *Store) Measure(ctx context.Context) error {
	_, err := s.measure(ctx)
	return err
}

// Overtaken reports whether an error says that another machine went on.
func Overtaken(err error) bool { return errors.Is(err, errOvertaken) }

// Lost counts pieces and texts of articles that nothing refers to.
func (s *Store) Lost(ctx context.Context) (n int, err error) {
	err = s.db.view(ctx, "look for what nothing leads to", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
select (select count(*) from piece where pieces not in (select pieces from segment))
	+ (select count(*) from article a where not exists (select from tail t where t.shard = a.shard and t.id = a.id)
		and not exists (select from arrival r where r.shard = a.shard and r.id = a.id))
	+ (select count(*) from unnamed)`).Scan(&n)
	})
	return n, err
}

// Logged is the number of bytes written to the database's WAL.
func (s *Store) Logged(ctx context.Context) (n int64, err error) {
	err = s.db.view(ctx, "read the place in the log", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select (pg_current_wal_lsn() - '0/0')::bigint`).Scan(&n)
	})
	return n, err
}

// SealAround is the step of Index that makes a segment of the tail. It calls chosen once
// the articles are chosen, and written once the pieces are written.
func (s *Store) SealAround(ctx context.Context, c segment.Cutter, chosen, written func()) (did bool, err error) {
	s.history.cutter.Store(&c)
	defer s.using()()
	if held, err := s.hold(ctx); err != nil || !held {
		return false, err
	}
	if _, _, err := s.catchUp(ctx, &c); err != nil {
		return false, err
	}
	p, err := s.history.tail.sealable(ctx, s, &c)
	if p == nil || err != nil {
		return false, err
	}
	chosen()
	built, err := s.build(ctx, &c, p)
	if err != nil {
		return false, err
	}
	row := segmentRow{first: p.first, n: p.index.Len(), pieces: random(), cut: c.Versions}
	if err := s.writePieces(ctx, row.pieces, built); err != nil {
		return false, err
	}
	written()
	if err := s.nameSegment(ctx, row, p.torn, built, nil); err != nil {
		return false, err
	}
	return true, s.clearTail(ctx)
}

// Dicts counts the copies of dictionaries.
func (s *Store) Dicts(ctx context.Context) (n int, err error) {
	err = s.db.view(ctx, "count dictionaries", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select count(*) from dict`).Scan(&n)
	})
	return n, err
}
