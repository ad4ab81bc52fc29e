package postgres

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Storing returns since when the database cannot be written, and why; zero and nil if it
// can.
func (s *Store) Storing() (since time.Time, err error) {
	if a := s.db.away.Load(); a != nil {
		return a.Since, a.Err
	}
	return time.Time{}, nil
}

// StoringFailed receives when the database goes away.
func (s *Store) StoringFailed() <-chan struct{} { return s.db.fell }

// TryStoring sends a heartbeat, which ends a failure of storing if it is committed. After a
// full disk a heartbeat proves nothing, because it finds room in an existing page; then
// something larger is written first, and removed again.
func (s *Store) TryStoring() error {
	ctx, cancel := context.WithTimeout(s.ending, patience)
	defer cancel()
	if a := s.db.away.Load(); a != nil && isFull(a.Err) {
		if err := s.needRoom(ctx); err != nil {
			return err
		}
		s.db.away.CompareAndSwap(a, nil)
	}
	return s.beat(ctx)
}

const (
	putRoom  = `insert into meta (key, value) values ($1, $2)`
	dropRoom = `delete from meta where key = $1`
	// room is how much must fit before storing goes on: more than a table has free in its
	// pages.
	room = 512 << 10
)

// needRoom writes something large that does not compress, and removes it again. A crash
// leaves nothing of it.
func (s *Store) needRoom(ctx context.Context) error {
	filler := make([]byte, room)
	rand.Read(filler)
	return s.db.update(ctx, "see whether there is room", func(tx pgx.Tx) error {
		key := fmt.Sprint("room ", s.self.id)
		var b pgx.Batch
		b.Queue(putRoom, key, filler)
		b.Queue(dropRoom, key)
		return tx.SendBatch(ctx, &b).Close()
	})
}
