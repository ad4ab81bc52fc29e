package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store/segment"
)

const (
	dictCopies = `select number, value from dict where id = $1 order by number`
	newestDict = `select coalesce(max(id), 0) from dict`
	insertDict = `insert into dict (id, number, value) values ($1, $2, $3) on conflict (id, number) do nothing`
)

// knowDict loads a dictionary that a segment names. If the dictionary cannot be read,
// neither can what was packed with it.
func (s *Store) knowDict(ctx context.Context, tx pgx.Tx, id uint32) error {
	vs := s.history.volumes
	vs.mu.Lock()
	known := id == 0 || vs.dicts[id]
	vs.mu.Unlock()
	if known {
		return nil
	}
	d, err := s.readDict(ctx, tx, id)
	if err != nil || d == nil {
		return err
	}
	vs.mu.Lock()
	defer vs.mu.Unlock()
	vs.codec.AddDict(d)
	vs.dicts[id] = true
	return nil
}

// readDict returns the first copy of a dictionary that can be read; nil if there is none.
func (s *Store) readDict(ctx context.Context, tx pgx.Tx, id uint32) (*segment.Dict, error) {
	rows, err := tx.Query(ctx, dictCopies, int64(id))
	if err != nil {
		return nil, err
	}
	copies, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
		Number int16
		Value  []byte
	}])
	for _, c := range copies {
		raw, err := unseal("dict", c.Value, int64(id), c.Number)
		if err != nil {
			return nil, err
		}
		if d, err := s.history.volumes.codec.OpenDict(id, raw); err == nil {
			return d, nil
		}
	}
	return nil, err
}

// newestDict returns the most recent dictionary; nil if there is none.
func (s *Store) newestDict(ctx context.Context) (d *segment.Dict, err error) {
	vs := s.history.volumes
	err = s.db.view(ctx, "read the dictionary", func(tx pgx.Tx) error {
		var id int64
		if err := tx.QueryRow(ctx, newestDict).Scan(&id); err != nil {
			return err
		}
		vs.mu.Lock()
		d = vs.dict
		vs.mu.Unlock()
		if id == 0 || d != nil && int64(d.ID()) == id {
			return nil
		}
		if err := s.knowDict(ctx, tx, uint32(id)); err != nil {
			return err
		}
		d, err = s.readDict(ctx, tx, uint32(id))
		return err
	})
	vs.mu.Lock()
	defer vs.mu.Unlock()
	vs.dict = d
	return d, err
}

// dictNumber returns a number for a dictionary. It is made of the time: later dictionaries
// have higher numbers, and no number comes again after the database has lost its last
// seconds.
func (s *Store) dictNumber(last *segment.Dict) uint32 {
	n := uint32(s.now().Unix())
	if last != nil {
		n = max(n, last.ID()+1)
	}
	return n
}

// putDict stores a dictionary. After a crash behind it, before a segment names it, the next
// segment uses it.
func (s *Store) putDict(ctx context.Context, d *segment.Dict) error {
	raw, id := d.Bytes(), int64(d.ID())
	err := s.db.update(ctx, "keep a dictionary", func(tx pgx.Tx) error {
		if _, err := s.fence(ctx, tx); err != nil { // another machine may give its own this number
			return err
		}
		for n := range int16(2) {
			if _, err := tx.Exec(ctx, insertDict, id, n, seal("dict", raw, id, n)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	vs := s.history.volumes
	vs.mu.Lock()
	defer vs.mu.Unlock()
	vs.codec.AddDict(d)
	vs.dict, vs.dicts[d.ID()] = d, true
	return nil
}

// dictAgain restores a copy that was put aside, from the other copy.
func dictAgain(ctx context.Context, tx pgx.Tx, _ *db, key []any) error {
	id, number := key[0].(int64), key[1].(int16)
	var raw []byte
	err := tx.QueryRow(ctx, `select value from dict where id = $1 and number = $2`, id, 1-number&1).Scan(&raw)
	if err != nil {
		return nil //nolint:nilerr // both are lost, or the database tells it with the commit
	}
	if raw, err = unseal("dict", raw, id, 1-number&1); err != nil {
		return nil //nolint:nilerr // it is put aside when it is asked for
	}
	_, err = tx.Exec(ctx, insertDict, id, number, seal("dict", raw, id, number))
	return err
}
