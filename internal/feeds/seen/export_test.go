package seen

import (
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Version is the scheme by which an Index is packed.
const Version = seenVersion

// Pack packs an Index as a verdict does.
func (s *Index) Pack() []byte { return s.pack() }

// Left returns which of the first n items are not in the feed any more.
func (s *Index) Left(n int) (left []int) {
	for i, r := range s.records[:n] {
		if r.gone != 0 {
			left = append(left, i)
		}
	}
	return left
}

// Differ returns how the items of two indexes differ; empty if they do not.
func Differ(a, b *Index) string {
	return cmp.Diff(a.records, b.records, cmp.AllowUnexported(record{}), cmpopts.EquateEmpty())
}
