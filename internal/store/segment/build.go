package segment

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"sort"
	"strings"

	"watcher/internal/rules/words"
)

// Dict is a text that packing and unpacking refer to: what articles have in common.
type Dict struct {
	ID   uint32
	text []byte
}

// Codec builds and opens segments. It is safe for concurrent use.
type Codec struct{}

// NewCodec returns a Codec that knows no dictionary.
func NewCodec() *Codec { return &Codec{} }

// Built is a sealed run of articles. All of it must be there to open it; Pieces have
// at most 64 KB.
type Built struct {
	Header []byte
	Pieces [][]byte
}

// Build seals the articles of m. It reads all of them once, in order. What it makes
// depends on nothing but its arguments.
func (c *Codec) Build(ctx context.Context, m *Memory, v Versions) (*Built, error) {
	h := simple{Versions: v}
	columns, err := m.Columns()
	if err != nil {
		return nil, err
	}
	h.Columns = *columns
	b := &Built{}
	for i := range columns.Seen {
		a, err := m.Article(i)
		if err != nil {
			return nil, fmt.Errorf("read article %d: %w", i, err)
		}
		raw, err := json.Marshal(a)
		if err != nil {
			return nil, err
		}
		b.Pieces = append(b.Pieces, raw)
	}
	for e, err := range m.Words("", "") {
		if err != nil {
			return nil, err
		}
		h.Entries = append(h.Entries, e)
		ps, err := m.Postings(e, nil)
		if err != nil {
			return nil, err
		}
		h.Posted = append(h.Posted, ps)
	}
	b.Header, err = json.Marshal(h)
	return b, err
}

type simple struct {
	Versions Versions
	Columns  Columns
	Entries  []IndexWord
	Posted   [][]Posting
}

// Segment is a sealed run of articles. It is safe for concurrent use.
type Segment struct {
	simple
	read func(piece uint32) ([]byte, error)
}

// Open opens a segment by its header. read gives its pieces, numbered from 0; their
// bytes must stay as they are until the method that asked for them has returned, and
// its errors are returned as they are.
func (c *Codec) Open(header []byte, read func(piece uint32) ([]byte, error)) (*Segment, error) {
	s := &Segment{read: read}
	if err := json.Unmarshal(header, &s.simple); err != nil {
		return nil, err
	}
	var b words.Buffer
	for i := range s.Entries {
		e := &s.Entries[i]
		b.Reset()
		b.Scan(e.Raw, 0)
		e.Folded, e.list = strings.Clone(b.Folded(&b.Tokens[0])), list{at: i}
	}
	return s, nil
}

// Versions are those that it was cut with.
func (s *Segment) Versions() Versions { return s.simple.Versions }

// Len is the number of articles.
func (s *Segment) Len() int { return len(s.simple.Columns.Seen) }

// Words yields the words whose folded form is from or behind it and before to, in
// order; an empty to is behind all.
func (s *Segment) Words(from, to string) iter.Seq2[IndexWord, error] {
	return func(yield func(IndexWord, error) bool) {
		i := sort.Search(len(s.Entries), func(i int) bool { return s.Entries[i].Folded >= from })
		for ; i < len(s.Entries) && (to == "" || s.Entries[i].Folded < to); i++ {
			if !yield(s.Entries[i], nil) {
				return
			}
		}
	}
}

// Postings appends where the word of an entry stands to into, the oldest article
// first.
func (s *Segment) Postings(e IndexWord, into []Posting) ([]Posting, error) {
	return append(into, s.Posted[e.list.at]...), nil
}

// Columns returns the columns. They must not be changed.
func (s *Segment) Columns() (*Columns, error) { return &s.simple.Columns, nil }

// Article returns the article with this position.
func (s *Segment) Article(position int) (a Article, err error) {
	raw, err := s.read(uint32(position))
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(raw, &a)
}
