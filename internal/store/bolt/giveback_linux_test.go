package bolt

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"watcher/internal/store/sealed"
	"watcher/internal/testutil"
)

// TestGiveBack: the file takes less of its disk while it is read and written, and its
// contents stay the same, also for the next start.
func TestGiveBack(t *testing.T) {
	s, path := emptied(t)
	testutil.Must(t, s.update(func(tx *sealed.Tx) error {
		for n := range 12 {
			if err := tx.Bucket(bucketMatched).Put([]byte{byte(n)}, make([]byte, 2<<20)); err != nil {
				return err
			}
		}
		return nil
	}))
	testutil.Must(t, s.update(func(tx *sealed.Tx) error {
		for n := range 12 {
			if err := tx.Bucket(bucketMatched).Delete([]byte{byte(n)}); err != nil {
				return err
			}
		}
		return nil
	}))
	want := contents(t, s)
	file, err := os.Create(filepath.Join(t.TempDir(), "holes"))
	testutil.Must(t, err)
	defer file.Close()
	if errors.Is(unix.Fallocate(int(file.Fd()), unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, 0, 1), unix.EOPNOTSUPP) {
		t.Skip("the file system knows no holes")
	}
	before, _ := s.onDisk()
	stop := make(chan struct{})
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(time.Millisecond): // else nobody else would get in
				}
				if have := contents(t, s); !maps.Equal(have, want) {
					t.Error("it has other contents meanwhile")
					return
				}
			}
		})
	}
	given, tries := int64(0), 0
	for end := time.Now().Add(20 * time.Second); given == 0 && time.Now().Before(end); tries++ {
		n, err := s.GiveBack(t.Context())
		testutil.Must(t, err)
		given += n
	}
	close(stop)
	group.Wait()
	if given == 0 { // it was being read at each try
		n, err := s.GiveBack(t.Context())
		testutil.Must(t, err)
		given = n
	}
	after, _ := s.onDisk()
	if given < minGiven || after > before-minGiven {
		t.Errorf("%d bytes given back in %d tries, of %d on disk %d are left", given, tries, before, after)
	}
	testutil.Must(t, s.structure())
	if !maps.Equal(contents(t, s), want) {
		t.Error("it has other contents")
	}
	testutil.Must(t, s.update(func(tx *sealed.Tx) error { return tx.Bucket(bucketMatched).Put([]byte("new"), make([]byte, 1<<20)) }))
	testutil.Must(t, s.structure())
	sameNextStart(t, s, path)
	testutil.Must(t, Verify(path))
}
