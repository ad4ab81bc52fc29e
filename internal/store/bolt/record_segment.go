package bolt

import (
	"encoding/binary"
	"slices"
)

// segmentRecord is a segment: a run of articles with an index over them, in pieces.
type segmentRecord struct {
	Oldest int64  `json:"oldest"` // when its articles were seen, in Unix nanoseconds
	Newest int64  `json:"newest"`
	Bytes  int64  `json:"bytes"` // of header and pieces
	Gone   int    `json:"gone,omitempty"`
	Broken bool   `json:"broken,omitempty"` // a piece of it was put aside
	Feeds  []byte `json:"feeds"`            // what each feed has of Bytes, see feedSizes
	Header []byte `json:"header"`           // see package segment
}

func (segmentRecord) record() {}

// indexedRecord is how far Index is.
type indexedRecord struct {
	End    uint64 `json:"end"`            // the tail begins here; what it has below is in a segment
	Lowest uint64 `json:"lowest"`         // number of an article that none is below
	From   []byte `json:"from,omitempty"` // the articles of an older store from this key on are in segments
}

func (indexedRecord) record() {}

// packFeeds packs sizes in bytes by the numbers of feeds: the differences of the
// numbers, and the sizes, as varints.
func packFeeds(sizes map[uint64]int64) (b []byte) {
	numbers := make([]uint64, 0, len(sizes))
	for n := range sizes {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	last := uint64(0)
	for _, n := range numbers {
		b = binary.AppendUvarint(b, n-last)
		b = binary.AppendUvarint(b, uint64(sizes[n]))
		last = n
	}
	return b
}

// feedSizes calls f with the number of each feed and its size in bytes.
func (r *segmentRecord) feedSizes(f func(feed uint64, size int64)) {
	feed := uint64(0)
	for b := r.Feeds; len(b) > 0; {
		gap, n := binary.Uvarint(b)
		size, m := binary.Uvarint(b[max(n, 0):])
		if n <= 0 || m <= 0 {
			return
		}
		feed += gap
		f(feed, int64(size))
		b = b[n+m:]
	}
}
