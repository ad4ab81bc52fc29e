package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"
	"unsafe"

	"go.etcd.io/bbolt"

	"watcher/internal/fault"
	"watcher/internal/store/sealed"
)

const (
	// copyBytes and copyKeys bound a transaction of the copy.
	copyBytes = 4 << 20
	copyKeys  = 5000
	// fewChanges are made up for while others wait; more are before that, in at
	// most maxRounds.
	fewChanges = 1000
	maxRounds  = 8
	// maxKept is how long a write may be kept waiting by the copy.
	maxKept = time.Second
)

// ErrBusy says that the store could not be compacted or backed up beside what else
// it does.
var ErrBusy = errors.New("the store is too busy for that now")

// Room returns how many bytes the file has, and how many of them are free for
// what is stored next.
func (s *Store) Room() (size, free int64) {
	s.swap.RLock()
	defer s.swap.RUnlock()
	stats := s.db.Stats()
	// Info looks at the mapping, which only a transaction keeps in its place. What
	// cannot be read has no room.
	_ = s.db.View(func(tx *sealed.Tx) error {
		size, free = tx.Size(), int64(stats.FreePageN+stats.PendingPageN)*int64(s.db.Info().PageSize)
		return nil
	})
	return size, free
}

// Compact gives the free space of the file back: it copies what is stored into a
// new file, makes up for what changed meanwhile, and puts it into the place of
// the old one. Others go on; they wait only for the last of the changes. It
// returns the sizes of the file before and after, and ErrBusy where others would
// have to wait. progress is called with bytes, never concurrently.
func (s *Store) Compact(ctx context.Context, progress func(done, total int64)) (before, after int64, err error) {
	if s.readOnly {
		return 0, 0, errReadOnly
	}
	if !s.compacting.TryLock() {
		return 0, 0, errors.New("the store is being compacted or backed up already")
	}
	defer s.compacting.Unlock()
	// The checker may read for longer than others could wait for the swap.
	select {
	case <-s.checked:
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	}
	before, free := s.Room()
	if err := roomFor(s.place.path, before-free); err != nil {
		return before, before, err
	}
	c := &compaction{Store: s, ctx: ctx, progress: progress, total: before - free, path: s.place.path + ".compact"}
	if err := c.run(); err != nil {
		return before, before, fmt.Errorf("compact the store: %w", err)
	}
	after, _ = s.Room()
	return before, after, nil
}

// compaction is a Compact under way.
type compaction struct {
	*Store
	ctx         context.Context
	progress    func(done, total int64)
	done, total int64 // bytes
	path        string
	to          *bbolt.DB
	base        *bbolt.Tx // what the copy has; open, so that no page of it is used again
}

func (c *compaction) run() (err error) {
	// A crash before the swap leaves this file, which the next Open removes.
	if err := removeIfThere(c.path); err != nil {
		return err
	}
	to, err := openFile(c.path, false)
	if err != nil {
		return err
	}
	c.to = to.DB
	defer func() {
		if c.base != nil {
			_ = c.base.Rollback() // a reading transaction
		}
		if c.to != nil { // it did not become the store
			err = errors.Join(err, c.to.Close(), removeIfThere(c.path))
		}
	}()
	if err := c.exclusive(c.snapshot); err != nil {
		return err
	}
	if err := c.guarded(c.copy); err != nil {
		return err
	}
	for range maxRounds {
		old := c.base
		if err := c.exclusive(c.snapshot); err != nil {
			return err
		}
		changes := 0
		err := c.guarded(func() (err error) { changes, err = c.catchUp(old, c.base); return err })
		if err = errors.Join(err, old.Rollback()); err != nil {
			return err
		}
		if changes <= fewChanges {
			break
		}
	}
	return c.exclusive(c.finish)
}

// snapshot makes base what the store has now.
func (c *compaction) snapshot() (err error) {
	c.base, err = c.db.DB.Begin(false)
	return err
}

// guarded runs f, which reads pages that may be damaged.
func (c *compaction) guarded(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a page of the store is damaged: %v", p)
		}
	}()
	return f()
}

// finish makes up for the last changes and swaps the files. It runs in the writer:
// nothing is written meanwhile.
func (c *compaction) finish() error {
	last, err := c.db.DB.Begin(false)
	if err != nil {
		return err
	}
	err = c.guarded(func() error { _, err := c.catchUp(c.base, last); return err })
	err = errors.Join(err, last.Rollback(), c.base.Rollback())
	c.base = nil
	if err != nil {
		return err
	}
	fault.Point("copied")
	s := c.Store
	s.swap.Lock() // nobody reads the old file
	defer s.swap.Unlock()
	s.place.mu.Lock() // nor takes the new one for a stranger's
	defer s.place.mu.Unlock()
	// The copy is whole and on disk. A crash before the rename leaves the old
	// file, one after it the new, and both say the same.
	if err := os.Rename(c.path, s.place.path); err != nil {
		return err
	}
	fault.Point("swapped")
	old := s.db
	s.db = &sealed.DB{DB: c.to}
	c.to = nil
	// What is committed from here on is in the new file alone, so its name must be
	// on disk first.
	return errors.Join(syncFolder(s.place.path), s.place.take(), old.Close())
}

// copy puts all that base has into the new file.
func (c *compaction) copy() error {
	return c.base.ForEach(func(name []byte, from *bbolt.Bucket) error {
		w := &copier{compaction: c, name: name}
		w.sequence(from.Sequence())
		cursor := from.Cursor()
		for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
			if err := w.add(k, v, false); err != nil {
				return err
			}
		}
		return w.flush()
	})
}

// catchUp makes the new file, which has what old has, have what now has, and
// returns how many keys that were. Pages that did not change are the same in both,
// so their values need not be looked at.
func (c *compaction) catchUp(old, now *bbolt.Tx) (changes int, err error) {
	err = now.ForEach(func(name []byte, to *bbolt.Bucket) error {
		w := &copier{compaction: c, name: name}
		var was *bbolt.Cursor
		var ok, ov []byte
		if from := old.Bucket(name); from != nil {
			was = from.Cursor()
			ok, ov = was.First()
			if from.Sequence() != to.Sequence() {
				w.sequence(to.Sequence())
			}
		} else {
			w.sequence(to.Sequence())
		}
		is := to.Cursor()
		for nk, nv := is.First(); ok != nil || nk != nil; {
			switch order := compareKeys(ok, nk); {
			case order < 0:
				err = w.add(ok, nil, true)
				ok, ov = was.Next()
			case order > 0:
				err = w.add(nk, nv, false)
				nk, nv = is.Next()
			default:
				if !same(ov, nv) {
					err = w.add(nk, nv, false)
				}
				ok, ov = was.Next()
				nk, nv = is.Next()
			}
			if err != nil {
				return err
			}
		}
		changes += w.changes
		return w.flush()
	})
	return changes, err
}

// compareKeys orders keys; nil is behind all.
func compareKeys(a, b []byte) int {
	switch {
	case a == nil:
		return 1
	case b == nil:
		return -1
	case same(a, b):
		return 0
	}
	return bytes.Compare(a, b)
}

// same says whether two slices have the same content; at once where they are the
// same place of the mapped file.
func same(a, b []byte) bool {
	return len(a) == len(b) && (unsafe.SliceData(a) == unsafe.SliceData(b) || bytes.Equal(a, b))
}

// copier writes changes of one bucket to the new file, many in a transaction. The
// slices that it is given are of a mapped file, and stay as they are meanwhile.
type copier struct {
	*compaction
	name    []byte
	changed []change
	size    int
	number  *uint64 // the bucket's sequence, if it is to be set
	changes int
}

type change struct {
	key, value []byte
	gone       bool
}

func (w *copier) sequence(n uint64) { w.number = &n }

func (w *copier) add(key, value []byte, gone bool) error {
	if value == nil && !gone {
		return fmt.Errorf("%s has a bucket in it", w.name)
	}
	w.changed = append(w.changed, change{key, value, gone})
	w.changes++
	if w.size += len(key) + len(value); w.size < copyBytes && len(w.changed) < copyKeys {
		return nil
	}
	return w.flush()
}

func (w *copier) flush() error {
	if len(w.changed) == 0 && w.number == nil {
		return nil
	}
	err := w.to.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(w.name)
		if err != nil {
			return err
		}
		b.FillPercent = 0.9 // the keys ascend
		if w.number != nil {
			err = b.SetSequence(*w.number)
		}
		for _, x := range w.changed {
			if x.gone {
				err = errors.Join(err, b.Delete(x.key))
			} else {
				err = errors.Join(err, b.Put(x.key, x.value))
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	fault.Point("copying")
	w.done += int64(w.size)
	w.progress(min(w.done, w.total), w.total)
	clear(w.changed)
	w.changed, w.size, w.number = w.changed[:0], 0, nil
	if begun := w.writing.Load(); begun != 0 && time.Since(time.Unix(0, begun)) > maxKept {
		return ErrBusy // it waits for the pages that the copy holds
	}
	return w.ctx.Err()
}

// exclusive runs f in the writer, between two transactions. It gives up rather than
// to wait for a transaction that may be waiting for what the caller holds.
func (s *Store) exclusive(f func() error) error {
	w := &write{exclusive: f, done: make(chan error, 1)}
	timeout := time.NewTimer(maxKept)
	defer timeout.Stop()
	select {
	case s.writes <- w:
	case <-timeout.C:
		return ErrBusy
	}
	select {
	case err := <-w.done:
		return err
	case <-timeout.C:
		if w.taken.CompareAndSwap(false, true) {
			return ErrBusy
		}
		return <-w.done // it runs
	}
}

// runExclusive is the writer's part.
func (w *write) runExclusive() {
	if w.taken.CompareAndSwap(false, true) {
		w.done <- w.exclusive()
	}
}

// roomFor returns an error unless the disk of path has room for a copy of so many
// bytes, and for others to go on beside it.
func roomFor(path string, size int64) error {
	need := size + size/4 + 1<<20
	free, err := diskFree(filepath.Dir(path))
	if err != nil || free >= need {
		return nil //nolint:nilerr // where it cannot be told, trying tells
	}
	return fmt.Errorf("to compact the store takes %d MB of the disk for a while, and %d are free", need>>20, free>>20)
}

func removeIfThere(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncFolder brings to disk what was renamed in path's folder.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
