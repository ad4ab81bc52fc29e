package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"watcher/internal/store/sealed"
	"watcher/internal/testutil"
)

// backup copies s to a new file. during runs after each part.
func backup(t *testing.T, s *Store, during func()) (path string, err error) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "backup.db")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	testutil.Must(t, err)
	defer file.Close()
	var size, written int64
	err = s.Backup(t.Context(), func(n int64) io.Writer {
		size = n
		return writerFunc(func(p []byte) (int, error) {
			during()
			written += int64(len(p))
			return file.Write(p)
		})
	})
	if err == nil && size != written {
		t.Errorf("%d bytes announced, %d written", size, written)
	}
	return path, err
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestBackup: a copy has what the store had when the copy began, whatever is written to the
// store before it ends.
func TestBackup(t *testing.T) {
	s, _ := emptied(t)
	defer s.Close()
	want := contents(t, s)
	n := 0
	path, err := backup(t, s, func() {
		n++
		if n > 20 {
			return // as long as there are free pages: mapping more of the file waits for us
		}
		testutil.Must(t, s.update(func(tx *sealed.Tx) error {
			return putOld(tx, bytes.Repeat([]byte{byte(n)}, 5000), time.Unix(int64(9000+n), 0), 1)
		}))
	})
	testutil.Must(t, err)
	if n < 3 {
		t.Fatalf("%d parts, so that little was written meanwhile", n)
	}
	sameContents(t, path, want)
}

// TestBackupOfCompacted: a backup of a compacted store copies the new file.
func TestBackupOfCompacted(t *testing.T) {
	s, _ := emptied(t)
	defer s.Close()
	_, _, err := s.Compact(t.Context(), func(int64, int64) {})
	testutil.Must(t, err)
	path, err := backup(t, s, func() {})
	testutil.Must(t, err)
	sameContents(t, path, contents(t, s))
}

func sameContents(t *testing.T, path string, want map[string]string) {
	t.Helper()
	testutil.Must(t, Verify(path))
	copied, err := OpenReadOnly(path)
	testutil.Must(t, err)
	defer copied.Close()
	if !maps.Equal(contents(t, copied), want) {
		t.Error("the copy has other contents than the store had")
	}
}

// TestBackupLetsWritersGo: a backup whose reader is slow ends itself once a write has to
// wait for it, and the write goes through.
func TestBackupLetsWritersGo(t *testing.T) {
	s, _ := emptied(t)
	defer s.Close()
	var once sync.Once
	wrote := make(chan error, 1)
	_, err := backup(t, s, func() {
		once.Do(func() {
			go func() {
				// More than is mapped, so it waits for every reader to end.
				wrote <- s.update(func(tx *sealed.Tx) error {
					for n := range 64 {
						if err := putOld(tx, bytes.Repeat([]byte{1}, 1<<20), time.Unix(int64(9000+n), 0), 1); err != nil {
							return err
						}
					}
					return nil
				})
			}()
		})
		if s.writing.Load() != 0 {
			time.Sleep(maxBackupKept / 4) // a reader that is slow
		}
		for s.writing.Load() == 0 && len(wrote) == 0 {
			time.Sleep(time.Millisecond)
		}
	})
	if !errors.Is(err, ErrBusy) {
		t.Errorf("backup: %v, want %v", err, ErrBusy)
	}
	testutil.Must(t, <-wrote)
}

// TestBackupCancelled: a caller who goes away stops it, and the store goes on.
func TestBackupCancelled(t *testing.T) {
	s, _ := emptied(t)
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Backup(ctx, func(int64) io.Writer {
		cancel()
		return io.Discard
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("backup: %v", err)
	}
	testutil.Must(t, s.update(func(tx *sealed.Tx) error { return tx.Bucket(bucketMatched).Put([]byte("a"), []byte("b")) }))
	_, _, err = s.Compact(t.Context(), func(int64, int64) {})
	testutil.Must(t, err)
}

// TestVerify: every meaningful byte of a copy is checked.
func TestVerify(t *testing.T) {
	s, _ := emptied(t)
	path, err := backup(t, s, func() {})
	testutil.Must(t, errors.Join(err, s.Close()))
	body, err := os.ReadFile(path)
	testutil.Must(t, err)
	for name, damage := range map[string]func([]byte) []byte{
		"a value has another bit":  func(b []byte) []byte { b[bytes.LastIndex(b, []byte{0xb7, 0xb7, 0xb7})] ^= 1; return b },
		"the end is missing":       func(b []byte) []byte { return b[:len(b)-5000] },
		"it is empty":              func([]byte) []byte { return nil },
		"it is not a store at all": func([]byte) []byte { return []byte("This was a database once.") },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "backup.db")
			testutil.Must(t, os.WriteFile(path, damage(bytes.Clone(body)), 0o600))
			if err := Verify(path); err == nil {
				t.Error("it is taken for sound")
			} else {
				t.Log(fmt.Sprint(err))
			}
		})
	}
}
