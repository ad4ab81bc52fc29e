package segment_test

import (
	"bytes"
	"errors"
	"testing"

	"watcher/internal/store/segment"
)

// askAll reads everything that a segment has, as far as it can be read, and returns the
// first error.
func askAll(c *segment.Codec, header []byte, pieces [][]byte) error {
	s, err := c.Open(header, func(i uint32) ([]byte, error) {
		if int(i) >= len(pieces) {
			return nil, nil
		}
		return pieces[i], nil
	})
	if err != nil {
		return err
	}
	var first error
	note := func(err error) {
		if first == nil {
			first = err
		}
	}
	var ps []segment.Posting
	for w, err := range s.Words("", "") {
		note(err)
		if err == nil {
			ps, err = s.Postings(w, ps[:0])
			note(err)
			for _, p := range ps {
				if p.Position() >= s.Len() {
					note(errors.New("a posting of no article"))
				}
			}
		}
	}
	_, err = s.Columns()
	note(err)
	for i := range min(s.Len(), 1000) {
		_, err := s.Article(i)
		note(err)
	}
	return first
}

// A changed byte of a segment, and a segment that ends early, is an error or does not
// matter. It never causes a panic, or a posting without an article.
func TestDamage(t *testing.T) {
	codec := newCodec(t)
	b := build(t, codec, memoryOf(many(12)), nil)
	if err := askAll(codec, b.Header, b.Pieces); err != nil {
		t.Fatal(err)
	}
	parts := append([][]byte{b.Header}, b.Pieces...)
	found, n := 0, 0
	for k, part := range parts {
		for at := range part {
			if at%(1+7*min(k, 1)) != 0 { // of the pieces one of eight
				continue
			}
			damaged := append([][]byte{}, parts...)
			damaged[k] = bytes.Clone(part)
			damaged[k][at] ^= byte(1 << (at % 8))
			if at%5 == 0 {
				damaged[k] = damaged[k][:at]
			}
			n++
			switch err := askAll(codec, damaged[0], damaged[1:]); {
			case err == nil:
			case errors.Is(err, segment.ErrDamaged) || damaged[0] == nil || damaged[0][0] != part[0] || k == 0:
				found++
			default:
				t.Fatalf("byte %d of part %d: %v", at, k, err)
			}
		}
	}
	if found < n/2 {
		t.Errorf("%d of %d damages are found", found, n)
	}
}

// A segment comes from a disk: whatever its bytes are, reading them ends with what can be
// read, or with an error.
func FuzzSegment(f *testing.F) {
	codec := newCodec(f)
	b := build(f, codec, memoryOf(many(20)), nil)
	whole := bytes.Join(b.Pieces, nil)
	f.Add(b.Header, whole)
	f.Add([]byte{1}, []byte{})
	f.Fuzz(func(t *testing.T, header, whole []byte) {
		var pieces [][]byte
		for len(whole) > segment.PieceSize {
			pieces, whole = append(pieces, whole[:segment.PieceSize]), whole[segment.PieceSize:]
		}
		_ = askAll(codec, header, append(pieces, whole)) // it returned
	})
}
