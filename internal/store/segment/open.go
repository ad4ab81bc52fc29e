package segment

import (
	"bytes"
	"fmt"
	"iter"
	"sort"
	"sync/atomic"
)

// Segment is a sealed run of articles. It is safe for concurrent use.
type Segment struct {
	codec    *Codec
	pieces   func(number uint32) ([]byte, error)
	versions Versions
	dict     uint32
	n        int // articles

	frames    []int // where they begin; one more than there are, where the last one ends
	positions []int // of the first article of each, and n
	chunks    []int // where they begin, and where the last one's postings end
	posted    []int // where their postings begin
	firsts    []string
	end       int // of the columns

	columns atomic.Pointer[Columns]
	words   atomic.Pointer[chunk] // the chunk that was read last
}

// Open opens a segment by its header. pieces gives its pieces, numbered from 0; their
// bytes must stay as they are. Its errors are returned, wrapped.
func (c *Codec) Open(header []byte, pieces func(number uint32) ([]byte, error)) (*Segment, error) {
	if len(header) == 0 {
		return nil, damaged("no header")
	}
	if header[0] == 0 || header[0] > format {
		return nil, fmt.Errorf("the segment has the format %d, and this version of watcher knows %d", header[0], format)
	}
	in := cursor{rest: header[1:]}
	s := &Segment{codec: c, pieces: pieces}
	s.versions = Versions{in.uint32(), in.uint32()}
	s.dict = in.uint32()
	s.n = in.upTo(maxArticles)
	columns, frames, chunks := in.upTo(maxRaw), in.count(), in.count()
	at, position := 0, 0
	for range frames {
		s.frames, s.positions = append(s.frames, at), append(s.positions, position)
		at += in.upTo(maxRaw)
		n := in.upTo(frameArticles)
		if n == 0 {
			in.bad = true
		}
		position += n
	}
	s.frames, s.positions = append(s.frames, at), append(s.positions, position)
	before := ""
	for range chunks {
		s.chunks = append(s.chunks, at)
		at += in.upTo(maxRaw)
		s.posted = append(s.posted, at)
		at += in.upTo(maxRaw)
		first := before[:in.upTo(len(before))] + in.text()
		if first < before {
			in.bad = true
		}
		s.firsts = append(s.firsts, first)
		before = first
	}
	s.chunks = append(s.chunks, at)
	s.end = at + columns
	if in.bad || len(in.rest) > 0 || position != s.n {
		return nil, damaged("its header")
	}
	return s, nil
}

// maxArticles bounds the articles of a segment.
const maxArticles = 1 << 24

// Versions are those that its words were cut with.
func (s *Segment) Versions() Versions { return s.versions }

// Dict is the number of the dictionary that it needs, 0 if it needs none.
func (s *Segment) Dict() uint32 { return s.dict }

// Len is the number of articles.
func (s *Segment) Len() int { return s.n }

// bytes reads a part of the run that the pieces are cut from. It stays part of a piece
// where it lies in one.
func (s *Segment) bytes(from, to int) ([]byte, error) {
	var all []byte
	for at := from; at < to; {
		number := at / PieceSize
		piece, err := s.codec.pieces.get(s, number, func() ([]byte, error) { return s.pieces(uint32(number)) })
		if err != nil {
			return nil, fmt.Errorf("piece %d of a segment: %w", number, err)
		}
		begin, end := at-number*PieceSize, min(to-number*PieceSize, PieceSize)
		if end > len(piece) || len(piece) > PieceSize {
			return nil, damaged(fmt.Sprintf("piece %d has %d bytes", number, len(piece)))
		}
		if at == from && number*PieceSize+end == to {
			return piece[begin:end:end], nil
		}
		all = append(all, piece[begin:end]...)
		at = number*PieceSize + end
	}
	return all, nil
}

// unpack unpacks a part of the run.
func (s *Segment) unpack(from, to int) ([]byte, error) {
	packed, err := s.bytes(from, to)
	if err != nil {
		return nil, err
	}
	return s.codec.unpack(packed, nil)
}

// Words yields the words whose folded form is from or behind it and before to, in
// order; an empty to is behind all.
func (s *Segment) Words(from, to string) iter.Seq2[IndexWord, error] {
	return func(yield func(IndexWord, error) bool) {
		i := sort.Search(len(s.firsts), func(i int) bool { return s.firsts[i] > from })
		for i = max(0, i-1); i < len(s.firsts) && (to == "" || s.firsts[i] < to); i++ {
			c, err := s.chunk(i)
			if err != nil {
				yield(IndexWord{}, err)
				return
			}
			n := len(c.counts)
			for k := sort.Search(n, func(k int) bool { return c.folded(k) >= from }); k < n; k++ {
				e := c.entry(k)
				if to != "" && e.Folded >= to || !yield(e, nil) {
					return
				}
			}
		}
	}
}

// chunk reads a chunk. The last one is kept: words that are asked for one after the
// other are often forms of one.
func (s *Segment) chunk(i int) (*chunk, error) {
	if c := s.words.Load(); c != nil && c.number == i {
		return c, nil
	}
	raw, err := s.unpack(s.chunks[i], s.posted[i])
	if err != nil {
		return nil, err
	}
	c, err := readChunk(raw, i, s.n)
	if err != nil {
		return nil, err
	}
	s.words.Store(c)
	return c, nil
}

// Postings appends where the word of an entry stands to into, the oldest article
// first.
func (s *Segment) Postings(e IndexWord, into []Posting) ([]Posting, error) {
	c := e.list.chunk
	return c.postings(int(e.list.at), func() ([]byte, error) {
		posted, err := s.bytes(s.posted[c.number], s.chunks[c.number+1])
		return bytes.Clone(posted), err
	}, s.n, into)
}

// Columns returns the columns. They must not be changed.
func (s *Segment) Columns() (*Columns, error) {
	if c := s.columns.Load(); c != nil {
		return c, nil
	}
	raw, err := s.unpack(s.chunks[len(s.chunks)-1], s.end)
	if err != nil {
		return nil, err
	}
	c, err := readColumns(raw, s.n, &s.codec.origins)
	if err != nil {
		return nil, err
	}
	s.columns.Store(c)
	return c, nil
}

// Article returns the article with this position. Those that are asked for one after
// the other cost least in order, up or down: text is packed some at a time.
func (s *Segment) Article(position int) (Article, error) {
	if position < 0 || position >= s.n {
		return Article{}, fmt.Errorf("a segment of %d articles has no article %d", s.n, position)
	}
	c, err := s.Columns()
	if err != nil {
		return Article{}, err
	}
	i := sort.SearchInts(s.positions, position+1) - 1
	f := &s.codec.texts[i%len(s.codec.texts)]
	if a, ok := f.article(s, c, i, position); ok {
		return a, nil
	}
	packed, err := s.bytes(s.frames[i], s.frames[i+1]) // may wait for a disk or a network
	if err != nil {
		return Article{}, err
	}
	return f.read(s, c, i, position, packed)
}
