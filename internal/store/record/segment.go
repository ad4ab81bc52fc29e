package record

import (
	"encoding/binary"
	"slices"
)

// Segment is a segment: a run of articles with an index over them, in pieces.
type Segment struct {
	Oldest int64  `json:"oldest"` // when its articles were seen, in Unix nanoseconds
	Newest int64  `json:"newest"`
	Bytes  int64  `json:"bytes"` // of header and pieces
	Gone   int    `json:"gone,omitempty"`
	Broken bool   `json:"broken,omitempty"` // a piece of it was set aside
	Feeds  []byte `json:"feeds"`            // the share of each feed in Bytes, see FeedSizes
	Header []byte `json:"header"`           // see package segment
}

func (Segment) record() {}

// Indexed is the progress of indexing the history.
type Indexed struct {
	End    uint64 `json:"end"`            // the tail begins here; articles below are in segments
	Lowest uint64 `json:"lowest"`         // the lowest number of an article
	From   []byte `json:"from,omitempty"` // the articles of an older store from this key on are in segments
}

func (Indexed) record() {}

// PackFeeds encodes sizes in bytes by feed number: the differences of the numbers, and
// the sizes, as varints.
func PackFeeds(sizes map[uint64]int64) (b []byte) {
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

// FeedSizes calls f with the number of each feed and its size in bytes.
func (r *Segment) FeedSizes(f func(feed uint64, size int64)) {
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
