package bolt

import (
	"path/filepath"
	"testing"
	"time"

	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
	"watcher/internal/testutil"
)

// TestTrim: a feed that floods loses only its own past; if all feeds together have too
// much, the oldest articles go, whatever their feed.
func TestTrim(t *testing.T) {
	const kb = 1 << 10
	tests := []struct {
		name  string
		sizes map[uint64][]int // by feed, the oldest first; feed 0: noted by an earlier version
		most  int64
		left  map[uint64]int // entries
		all   bool
		over  int // feeds over their share
	}{
		{"there is room", map[uint64][]int{1: {kb, kb}, 2: {kb}}, 100 * kb, map[uint64]int{1: 2, 2: 1}, false, 0},
		{"one feed floods", map[uint64][]int{1: many(100, kb), 2: many(3, kb)}, 80 * kb, map[uint64]int{1: 9, 2: 3}, false, 1},
		{"all together are too much", map[uint64][]int{1: many(9, kb), 2: many(9, kb), 3: many(9, kb), 4: many(9, kb), 5: many(9, kb), 6: many(9, kb), 7: many(9, kb), 8: many(9, kb), 9: many(9, kb)}, 80 * kb,
			map[uint64]int{1: 2, 2: 9, 3: 9, 4: 9, 5: 9, 6: 9, 7: 9, 8: 9, 9: 9}, true, 0},
		{"of an earlier version, the feed is not known", map[uint64][]int{0: many(100, kb), 2: many(3, kb)}, 80 * kb, map[uint64]int{0: 71, 2: 3}, true, 0},
		{"one entry is more than the share", map[uint64][]int{1: {20 * kb}, 2: {kb}}, 80 * kb, map[uint64]int{2: 1}, false, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, err := Open(filepath.Join(t.TempDir(), "watcher.db"))
			testutil.Must(t, err)
			defer s.Close()
			fill(t, s, test.sizes)
			trimmed, err := s.Trim(test.most)
			testutil.Must(t, err)
			if trimmed.All != test.all || len(trimmed.Feeds) != test.over {
				t.Errorf("trimmed %+v", trimmed)
			}
			left := make(map[uint64]int)
			testutil.Must(t, s.view(func(tx *sealed.Tx) error {
				clear(left)
				tx.Bucket(bucketHistory).Sizes(nil, func(k []byte, _ int) bool { left[feedOf(k)]++; return true })
				return nil
			}))
			for feed := range test.sizes {
				if left[feed] != test.left[feed] {
					t.Errorf("feed %d has %d entries left, want %d", feed, left[feed], test.left[feed])
				}
			}
			size, _, full := s.HistorySize()
			if size > test.most || full != (trimmed.Bytes > 0) {
				t.Errorf("it is of %d bytes, %d are allowed; full: %v", size, test.most, full)
			}
			if again, err := s.Trim(test.most); err != nil || again.Bytes > 0 {
				t.Errorf("the second time it trims %+v, %v", again, err)
			}
		})
	}
}

func many(n, size int) []int {
	sizes := make([]int, n)
	for i := range sizes {
		sizes[i] = size
	}
	return sizes
}

// fill puts entries of these sizes into the history, those of each feed after those of the
// feeds before it.
func fill(t *testing.T, s *Store, sizes map[uint64][]int) {
	t.Helper()
	testutil.Must(t, s.update(func(tx *sealed.Tx) error {
		for feed, all := range sizes {
			for i, size := range all {
				seen := time.Unix(int64(feed)*1000+int64(i), 0)
				if err := putOld(tx, make([]byte, size), seen, feed); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// TestHistoryOfBefore: entries without the number of their feed are read.
func TestHistoryOfBefore(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "watcher.db"))
	testutil.Must(t, err)
	defer s.Close()
	raw, err := record.Encode(record.PollItems{{Title: "old"}})
	testutil.Must(t, err)
	testutil.Must(t, s.update(func(tx *sealed.Tx) error {
		key := append(number(uint64(time.Unix(1000, 0).UnixNano())), number(1)...)
		return tx.Bucket(bucketHistory).Put(key, s.packer.EncodeAll(raw, nil))
	}))
	for a, err := range s.History(t.Context(), time.Time{}) {
		testutil.Must(t, err)
		if a.Item.Title == "old" && a.Seen.Equal(time.Unix(1000, 0)) {
			return
		}
	}
	t.Error("the article is not there")
}
