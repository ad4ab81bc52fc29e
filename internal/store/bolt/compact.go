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
	// fewChanges are caught up with while others wait. More are caught up with before,
	// in at most maxRounds.
	fewChanges = 1000
	maxRounds  = 8
	// maxKept is how long the copy may keep a write waiting.
	maxKept = time.Second
)

// ErrBusy says that the store is too busy to be compacted or backed up.
var ErrBusy = errors.New("the store is too busy for that now")

// Room returns the size of the file in bytes, and how many of them are free.
func (s *Store) Room() (size, free int64) {
	s.swap.RLock()
	defer s.swap.RUnlock()
	stats := s.db.Stats()
	// Info reads the mapping, which only a transaction keeps in place. A file that
	// cannot be read has no room.
	_ = s.db.View(func(tx *sealed.Tx) error {
		size, free = tx.Size(), int64(stats.FreePageN+stats.PendingPageN)*int64(s.db.Info().PageSize)
		return nil
	})
	return size, free
}

// Compact returns the free space of the file: it copies the store into a new file,
// catches up with what changed meanwhile, and replaces the old file. Reads and writes
// go on; they wait only for the last changes. It returns the sizes of the file before
// and after, and ErrBusy if others would have to wait too long. progress gets bytes and
// is never called concurrently.
func (s *Store) Compact(ctx context.Context, progress func(done, total int64)) (before, after int64, err error) {
	if s.readOnly {
		return 0, 0, errReadOnly
	}
	if !s.compacting.TryLock() {
		return 0, 0, errors.New("the store is being compacted or backed up already")
	}
	defer s.compacting.Unlock()
	// The checker may read for longer than others can wait for the swap.
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

// compaction is a Compact in progress.
type compaction struct {
	*Store
	ctx         context.Context
	progress    func(done, total int64)
	done, total int64 // bytes
	path        string
	to          *bbolt.DB
	base        *bbolt.Tx // the state that was copied; kept open so that its pages are not reused
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
			_ = c.base.Rollback() // a read transaction
		}
		if c.to != nil { // it did not replace the store
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

// snapshot sets base to the current state of the store.
func (c *compaction) snapshot() (err error) {
	c.base, err = c.db.DB.Begin(false)
	return err
}

// guarded runs f, which reads pages that may be damaged, and returns a panic as an
// error.
func (c *compaction) guarded(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a page of the store is damaged: %v", p)
		}
	}()
	return f()
}

// finish catches up with the last changes and swaps the files. It runs in the writer,
// so nothing is written meanwhile.
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
	s.place.mu.Lock() // nor mistakes the new file for a foreign one
	defer s.place.mu.Unlock()
	// The copy is whole and on disk. A crash before the rename leaves the old file, a
	// crash after it the new one; both have the same content.
	if err := os.Rename(c.path, s.place.path); err != nil {
		return err
	}
	fault.Point("swapped")
	old := s.db
	s.db = &sealed.DB{DB: c.to}
	c.to = nil
	// Later commits go to the new file alone, so its name must be on disk first.
	return errors.Join(syncFolder(s.place.path), s.place.take(), old.Close())
}

// copy copies all of base into the new file.
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

// catchUp brings the new file from the state old to the state now, and returns how many
// keys differed. Pages that did not change are shared by both states, so their values
// need no comparison.
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

// compareKeys orders keys; nil comes last.
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

// same reports whether two slices are equal; it is quick if they are the same part of
// the mapped file.
func same(a, b []byte) bool {
	return len(a) == len(b) && (unsafe.SliceData(a) == unsafe.SliceData(b) || bytes.Equal(a, b))
}

// copier writes changes of one bucket to the new file, many in a transaction. The
// slices that it gets are parts of a mapped file and must stay valid until then.
type copier struct {
	*compaction
	name    []byte
	changed []change
	size    int
	number  *uint64 // the bucket's sequence, if it must be set
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
		return ErrBusy // it waits for pages that the copy holds
	}
	return w.ctx.Err()
}

// exclusive runs f in the writer between two transactions. It gives up rather than wait
// for a transaction that may wait for something the caller holds.
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
		return <-w.done // it is running
	}
}

// runExclusive is the part of exclusive that the writer runs.
func (w *write) runExclusive() {
	if w.taken.CompareAndSwap(false, true) {
		w.done <- w.exclusive()
	}
}

// roomFor returns an error unless the disk of path has room for a copy of size bytes,
// and for the writes of others meanwhile.
func roomFor(path string, size int64) error {
	need := size + size/4 + 1<<20
	free, err := diskFree(filepath.Dir(path))
	if err != nil || free >= need {
		return nil //nolint:nilerr // unknown: trying will show
	}
	return fmt.Errorf("to compact the store takes %d MB of the disk for a while, and %d are free", need>>20, free>>20)
}

func removeIfThere(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncFolder makes a rename in path's folder durable.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
