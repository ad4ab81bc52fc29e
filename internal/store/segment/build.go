package segment

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/klauspost/compress/zstd"
)

// Built is a sealed run of articles. All of it must be there to open it.
type Built struct {
	Header []byte
	Pieces [][]byte // of PieceSize bytes, but for the last one
	// Columns is the number of the first piece that has some of the columns, without
	// which no article can be read. They stand at the end.
	Columns int

	Text, Packed int // bytes of text, and what they were packed into

	Oldest, Newest int64 // when its articles were seen, in Unix nanoseconds; MaxInt64 and 0 if it has none
	Gone           int   // places that have no article

	weights map[uint64]int64 // of the articles of each feed, see weightOf
}

// Bytes returns how many bytes a store writes: it has a copy of the header and of what no
// article can be read without.
func (b *Built) Bytes() int64 {
	n := 2 * int64(len(b.Header))
	for i, piece := range b.Pieces {
		if n += int64(len(piece)); i >= b.Columns {
			n += int64(len(piece))
		}
	}
	return n
}

// Shares divides Bytes among the feeds, by the store's number, in proportion to the text of
// their articles.
func (b *Built) Shares() map[uint64]int64 {
	total := int64(1)
	for _, w := range b.weights {
		total += w
	}
	shares, bytes := make(map[uint64]int64, len(b.weights)), b.Bytes()
	for feed, w := range b.weights {
		shares[feed] = w * bytes / total
	}
	return shares
}

// weightOf returns about how many bytes an article takes, unpacked.
func weightOf(a *Article) int64 {
	it := &a.Item
	return int64(64 + len(it.Title) + len(it.Summary) + len(it.Content) + len(it.Link) + len(it.GUID))
}

// PieceSize is the length of a piece: two of them, with what bbolt and its checksums
// put around them, are 32 pages.
const PieceSize = 64<<10 - 64

// format is the version of what Build writes, the first byte of a header. In 1, a frame
// has 16 articles at most.
const format = 2

// builder writes a segment. What it writes is one run of bytes, which is cut into
// pieces: of frames, of chunks and of columns it knows where each of them ends.
type builder struct {
	plain, packer *zstd.Encoder // of words and columns, and of text
	built         *Built
	frames        []span
	chunks        []chunkSpan
	columns       int
}

// span is packed text of so many articles.
type span struct{ size, articles int }

// chunkSpan is a chunk, and its postings.
type chunkSpan struct {
	size, posted int
	first        string // not above its first word, above the last one of the chunk before
}

// Build seals the articles of m, to which none must be added meanwhile, with a
// dictionary or without (nil). It reads all of them once, in order. What it makes
// depends on nothing but the articles, their cuts, the dictionary and the versions.
func (c *Codec) Build(ctx context.Context, m *Memory, d *Dict, v Versions) (*Built, error) {
	w := &builder{built: &Built{Oldest: math.MaxInt64, weights: make(map[uint64]int64)}}
	var err error
	if w.plain, err = newPacker(nil, zstd.SpeedFastest); err != nil {
		return nil, err
	}
	if w.packer, err = newPacker(d, zstd.SpeedDefault); err != nil {
		return nil, err
	}
	columns, err := m.Columns()
	if err != nil {
		return nil, err
	}
	n := len(columns.Seen)
	if err := w.putText(ctx, m, columns); err != nil {
		return nil, err
	}
	if err := w.putWords(ctx, m, n); err != nil {
		return nil, err
	}
	if w.built.Columns = len(w.built.Pieces); w.built.Columns > 0 && len(w.built.Pieces[w.built.Columns-1]) < PieceSize {
		w.built.Columns--
	}
	w.columns = w.put(w.plain.EncodeAll(appendColumns(nil, columns), nil))
	w.built.Header = w.header(d, v, n)
	return w.built, nil
}

// put appends to the pieces, and returns how many bytes that were.
func (w *builder) put(b []byte) int {
	n := len(b)
	for len(b) > 0 {
		last := len(w.built.Pieces) - 1
		if last < 0 || len(w.built.Pieces[last]) == PieceSize {
			w.built.Pieces = append(w.built.Pieces, make([]byte, 0, PieceSize))
			last++
		}
		room := min(len(b), PieceSize-len(w.built.Pieces[last]))
		w.built.Pieces[last] = append(w.built.Pieces[last], b[:room]...)
		b = b[room:]
	}
	return n
}

func (w *builder) putText(ctx context.Context, m *Memory, columns *Columns) error {
	var f frame
	var raw, packed []byte
	n := len(columns.Seen)
	for i, seen := range columns.Seen {
		a, err := m.Article(i)
		if err != nil {
			return fmt.Errorf("read article %d: %w", i, err)
		}
		w.count(seen, columns.Origins[columns.Origin[i]].Feed, &a)
		f.add(&a)
		if !f.full() && i < n-1 {
			continue
		}
		articles := f.n
		raw = f.appendTo(raw[:0])
		packed = w.packer.EncodeAll(raw, packed[:0])
		w.frames = append(w.frames, span{w.put(packed), articles})
		w.built.Text += len(raw)
		w.built.Packed += len(packed)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// count adds an article to what Built says of all; seen is 0 where there is none.
func (w *builder) count(seen int64, feed uint64, a *Article) {
	b := w.built
	if seen == 0 {
		b.Gone++
		return
	}
	b.Oldest, b.Newest = min(b.Oldest, seen), max(b.Newest, seen)
	b.weights[feed] += weightOf(a)
}

func (w *builder) putWords(ctx context.Context, m *Memory, n int) error {
	var c chunkWriter
	var ps []Posting
	var err error
	first := ""     // of the chunk
	var last []byte // the word before, folded
	var packed []byte
	flush := func() {
		if c.n == 0 {
			return
		}
		raw, posted := c.flush()
		packed = w.plain.EncodeAll(raw, packed[:0])
		w.chunks = append(w.chunks, chunkSpan{w.put(packed), w.put(posted), first})
	}
	for e := range m.all() {
		if c.full() && e.Folded != string(last) {
			flush()
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if c.n == 0 {
			first = separator(textIn(last), e.Folded)
		}
		if ps, err = m.Postings(e, ps[:0]); err != nil {
			return err
		}
		c.add(e.Raw)
		c.post(ps, n)
		last = append(last[:0], e.Folded...)
	}
	flush()
	return nil
}

func (w *builder) header(d *Dict, v Versions, n int) []byte {
	b := []byte{format}
	numbers := func(all ...int) {
		for _, v := range all {
			b = binary.AppendUvarint(b, uint64(v))
		}
	}
	id := 0
	if d != nil {
		id = int(d.id)
	}
	numbers(int(v.Scanner), int(v.Languages), id, n, w.columns, len(w.frames), len(w.chunks))
	for _, f := range w.frames {
		numbers(f.size, f.articles)
	}
	before := ""
	for _, c := range w.chunks {
		n := shared(before, c.first)
		numbers(c.size, c.posted, n)
		b = appendText(b, c.first[n:])
		before = c.first
	}
	return b
}
