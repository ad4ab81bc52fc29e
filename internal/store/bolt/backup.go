package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"go.etcd.io/bbolt"

	"watcher/internal/store/pages"
	"watcher/internal/store/sealed"
)

const (
	// backupPart is how many bytes are copied between two checks for waiting writes.
	backupPart = 256 << 10
	// maxBackupKept is how long a backup may keep a write waiting. A write waits only
	// if the file has to be mapped anew; the next backup then finds it done.
	maxBackupKept = 3 * time.Second
)

// Backup copies the file as it is at one moment, while other transactions go on. It
// calls begin once with the size of the copy in bytes, and writes the copy to what that
// returns. The copy is what a process leaves that is killed at that moment. ErrBusy
// means that writes would have to wait: the caller discards what was written and tries
// again.
func (s *Store) Backup(ctx context.Context, begin func(size int64) io.Writer) error {
	// Nobody may replace this file meanwhile. compacting is a lock of its own, so that a
	// Compact that waits here keeps no lock that others need.
	s.compacting.Lock()
	defer s.compacting.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	var tx *bbolt.Tx
	start := func() (err error) {
		tx, err = s.db.DB.Begin(false)
		return err
	}
	run := s.exclusive
	if s.readOnly { // a read-only store has no writer
		run = func(f func() error) error { return f() }
	}
	if err := run(start); err != nil {
		return fmt.Errorf("back up the store: %w", err)
	}
	w := &backupWriter{store: s, ctx: ctx, to: begin(tx.Size())}
	_, err := tx.WriteTo(w)
	if w.err != nil {
		err = w.err // bbolt keeps only the text of some errors
	}
	if err = errors.Join(err, tx.Rollback()); err != nil {
		return fmt.Errorf("back up the store: %w", err)
	}
	return nil
}

// backupWriter writes in parts, and stops if a write of the store waits.
type backupWriter struct {
	store *Store
	ctx   context.Context
	to    io.Writer
	err   error
}

func (w *backupWriter) Write(p []byte) (n int, err error) {
	defer func() { w.err = err }()
	for len(p) > 0 {
		if err := w.ctx.Err(); err != nil {
			return n, err
		}
		if begun := w.store.writing.Load(); begun != 0 && time.Since(time.Unix(0, begun)) > maxBackupKept {
			return n, ErrBusy
		}
		m, err := w.to.Write(p[:min(len(p), backupPart)])
		if n += m; err != nil {
			return n, err
		}
		p = p[m:]
	}
	return n, nil
}

// IsStore reports whether the file at path is a bbolt file, as each store and each
// backup is, intact or not.
func IsStore(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	_, err = pages.Latest(file)
	return err == nil
}

// Verify opens the file at path as the next start would, reads all of it, and returns
// what is wrong with it. It changes nothing.
func Verify(path string) (err error) {
	s, err := OpenReadOnly(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.structure(); err != nil {
		return err
	}
	if s.unsealed() {
		return nil // of an earlier version, without checksums
	}
	for _, bucket := range buckets {
		for from := []byte{}; from != nil; {
			err := s.look(func(tx *sealed.Tx) (err error) {
				from, err = checkPart(tx, bucket, from, maxAtStart)
				return err
			})
			if err != nil {
				return err
			}
			unmap(s.db)
		}
	}
	return nil
}
