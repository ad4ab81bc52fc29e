package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"watcher/internal/store/pages"
	"watcher/internal/store/sealed"
)

const (
	// minGiven is the smallest number of bytes that is worth it.
	minGiven = 16 << 20
	// minRun is the shortest run of free pages that becomes a hole. Smaller holes cost
	// the file system more than they return.
	minRun = 16
	// maxGiven bounds what is returned while others wait.
	maxGiven = 256 << 20
)

// GiveBack returns the space of free pages to the file system while the store is in
// use. The file keeps its length and gets holes. It returns the number of bytes: 0 if
// it is not worth it, if somebody reads, if the store is busy, or if the file system
// has no holes. A crash in between leaves fewer holes.
func (s *Store) GiveBack(ctx context.Context) (given int64, err error) {
	if s.readOnly || !s.compacting.TryLock() {
		return 0, nil
	}
	defer s.compacting.Unlock()
	for from := uint64(0); err == nil && ctx.Err() == nil; {
		size, free := s.Room()
		if disk, known := s.onDisk(); !known || disk-(size-free) < minGiven {
			break
		}
		n := int64(0)
		err = s.exclusive(func() error {
			if !s.swap.TryLock() { // somebody is reading
				return nil
			}
			defer s.swap.Unlock()
			return s.use(func() (err error) {
				n, from, err = s.punch(from)
				return err
			})
		})
		if given += n; n == 0 || from == 0 {
			break
		}
	}
	switch {
	case errors.Is(err, ErrBusy), errors.Is(err, unix.EOPNOTSUPP):
		err = nil // a later call may succeed
	case err != nil:
		err = fmt.Errorf("give free pages of the store back: %w", err)
	}
	return given, err
}

// onDisk returns how many bytes the file occupies on its disk.
func (s *Store) onDisk() (size int64, known bool) {
	var stat unix.Stat_t
	if err := unix.Stat(s.place.path, &stat); err != nil {
		return 0, false
	}
	return stat.Blocks * 512, true
}

// punch makes holes of free pages from one page on. It returns their bytes and the page
// to continue from, 0 at the end. It runs in the writer while nobody reads.
//
// A page may be free only in the latest state of the file, and bbolt also counts pages
// that a reader still sees as free. So there must be no reader, and both meta pages
// must be of commits that freed nothing.
func (s *Store) punch(from uint64) (given int64, next uint64, err error) {
	stats := s.db.Stats()
	if stats.OpenTxN > 0 {
		return 0, 0, nil
	}
	nothing := func(*sealed.Tx) error { return nil }
	if err := s.db.Update(nothing); err != nil {
		return 0, 0, err
	}
	s.db.NoFreelistSync = false // so that the file lists its free pages
	err = s.db.Update(nothing)
	s.db.NoFreelistSync = true
	if err != nil {
		return 0, 0, err
	}
	file, err := os.OpenFile(s.place.path, os.O_RDWR, 0)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if info, err := file.Stat(); err != nil || !os.SameFile(info, s.place.file) {
		return 0, 0, err // Lost reports it
	}
	snapshot, err := pages.Latest(file)
	if err != nil {
		return 0, 0, err
	}
	free, err := pages.Free(file, snapshot)
	if err != nil {
		return 0, 0, err
	}
	size := int64(snapshot.PageSize)
	for i := 0; i < len(free); {
		j := i + 1
		for j < len(free) && free[j] == free[j-1]+1 {
			j++
		}
		if free[i] >= from && j-i >= minRun {
			n := int64(j-i) * size
			if err := unix.Fallocate(int(file.Fd()), unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, int64(free[i])*size, n); err != nil {
				return given, 0, err
			}
			if given += n; given >= maxGiven {
				return given, free[j-1] + 1, nil
			}
		}
		i = j
	}
	return given, 0, nil
}
