package segment

import (
	"encoding/binary"
	"slices"
	"sync"

	"watcher/internal/rules/words"
)

// The words of a segment stand in chunks, in the order of their folded forms. A word
// is written as what differs from the one before it; its folded form is not written,
// since the scanner makes it of the word. Behind a chunk are the postings of its words,
// bit behind bit, in the same order. Those of a word that stands in few articles have
// no length there: whoever wants others reads over them.
const (
	chunkSize = 8 << 10 // bytes of words at which a chunk is full
	fewBits   = 16      // articles from which the length of postings is written
)

// chunkWriter is the chunk that is being written.
type chunkWriter struct {
	n, size  int       // words, and bytes of them
	raw      []byte    // the word before
	columns  [5][]byte // see the constants
	suffixes []byte
	posted   bitWriter
	whole    []byte // the chunk that was flushed last
}

// Columns of a chunk.
const (
	columnShared = iota // bytes that a word begins with like the one before it
	columnSuffix        // the length of what follows
	columnCount         // articles that have it, less 1
	columnTitles        // those that have it in the title
	columnLength        // of its postings in bits, if they are not few
)

func (w *chunkWriter) full() bool { return w.size >= chunkSize }

func (w *chunkWriter) add(raw string) {
	n := shared(textIn(w.raw), raw)
	w.column(columnShared, n)
	w.column(columnSuffix, len(raw)-n)
	w.suffixes = append(w.suffixes, raw[n:]...)
	w.raw = append(w.raw[:n], raw[n:]...)
	w.n++
	w.size += len(raw) + 1
}

func (w *chunkWriter) column(i, v int) {
	w.columns[i] = binary.AppendUvarint(w.columns[i], uint64(v))
}

// post writes the postings of the word that was added last, in a segment of so many
// articles.
func (w *chunkWriter) post(ps []Posting, articles int) {
	begin := w.posted.len()
	low, next, titles := lowBits(len(ps), articles), 0, 0
	for _, p := range ps {
		w.posted.gap(p.Position()-next, low)
		next = p.Position() + 1
		titles += int(p & 1)
	}
	if titles > 0 {
		low, next = lowBits(titles, len(ps)), 0
		for i, p := range ps {
			if p.InTitle() {
				w.posted.gap(i-next, low)
				next = i + 1
			}
		}
	}
	w.column(columnCount, len(ps)-1)
	w.column(columnTitles, titles)
	if len(ps) >= fewBits {
		w.column(columnLength, w.posted.len()-begin)
	}
}

// flush returns the chunk, and its postings, and empties it. Both are valid until it is
// written to again.
func (w *chunkWriter) flush() (raw, posted []byte) {
	raw = binary.AppendUvarint(w.whole[:0], uint64(w.n))
	for i, c := range w.columns {
		raw = append(raw, c...)
		w.columns[i] = c[:0]
	}
	raw = append(raw, w.suffixes...)
	posted = w.posted.flush()
	w.n, w.size, w.raw, w.suffixes, w.posted = 0, 0, w.raw[:0], w.suffixes[:0], bitWriter{out: posted[:0]}
	w.whole = raw
	return raw, posted
}

// chunk is a chunk that was read.
type chunk struct {
	number int
	text   string // its words, each with a line end behind it
	buf    words.Buffer
	counts []int32
	titles []int32
	length []int32 // in bits, 0 where it is not written

	mu     sync.Mutex
	posted []byte // postings of all words; nil before they were read
	begins []int  // where those of each word begin, in bits
}

// readChunk reads a chunk of a segment of so many articles.
func readChunk(raw []byte, number, articles int) (*chunk, error) {
	in := cursor{rest: raw}
	n := in.count()
	column := func() []int32 {
		all := make([]int32, n)
		for i := range all {
			all[i] = int32(in.upTo(1 << 30))
		}
		return all
	}
	sharedBytes, suffixes := column(), column()
	c := &chunk{number: number, counts: column(), titles: column(), length: make([]int32, n)}
	for i := range c.counts {
		c.counts[i]++
		if int(c.counts[i]) > articles || c.titles[i] > c.counts[i] {
			in.bad = true
		}
		if c.counts[i] >= fewBits {
			c.length[i] = int32(in.upTo(1 << 30))
		}
	}
	text := make([]byte, 0, 2*len(in.rest)+n)
	word, ends := 0, make([]int, n) // where the word before begins
	for i := range n {
		at := len(text)
		if int(sharedBytes[i]) > max(0, at-1-word) || int64(len(text)) > maxRaw {
			in.bad = true
			break
		}
		text = append(text, text[word:word+int(sharedBytes[i])]...)
		text = append(text, in.bytes(int(suffixes[i]))...)
		word, ends[i] = at, len(text)
		text = append(text, '\n')
	}
	if in.bad || len(in.rest) > 0 {
		return nil, damaged("words")
	}
	c.text = string(text)
	c.buf.Tokens = make([]words.Token, 0, n)
	c.buf.Scan(c.text, 0)
	if len(c.buf.Tokens) != n {
		return nil, damaged("words that are none")
	}
	for i, end := range ends {
		if int(c.buf.Tokens[i].End) != end {
			return nil, damaged("a word that is none")
		}
	}
	return c, nil
}

func (c *chunk) folded(i int) string { return c.buf.Folded(&c.buf.Tokens[i]) }

func (c *chunk) entry(i int) IndexWord {
	t, begin := &c.buf.Tokens[i], uint32(0)
	if i > 0 {
		begin = c.buf.Tokens[i-1].End + 1
	}
	return IndexWord{Raw: c.text[begin:t.End], Folded: c.buf.Folded(t), Flags: t.Flags, Articles: int(c.counts[i]), list: list{c, uint32(i)}}
}

// find reads where the postings of each word begin, unless that is known.
func (c *chunk) find(read func() ([]byte, error), articles int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.posted != nil {
		return nil
	}
	posted, err := read()
	if err != nil {
		return err
	}
	in := bitReader{in: posted}
	begins := make([]int, len(c.counts))
	for i := range begins {
		begins[i] = in.at
		if c.length[i] > 0 {
			in.at += int(c.length[i])
			continue
		}
		for low, n := lowBits(int(c.counts[i]), articles), c.counts[i]; n > 0; n-- {
			in.gap(low)
		}
		if n := c.titles[i]; n > 0 {
			for low := lowBits(int(n), int(c.counts[i])); n > 0; n-- {
				in.gap(low)
			}
		}
	}
	if in.over() {
		return damaged("postings")
	}
	c.posted, c.begins = posted, begins
	return nil
}

// postings appends the postings of word i. read reads those of all words; what it
// returns is kept.
func (c *chunk) postings(i int, read func() ([]byte, error), articles int, into []Posting) ([]Posting, error) {
	if err := c.find(read, articles); err != nil {
		return into, err
	}
	in, n, from := bitReader{in: c.posted, at: c.begins[i]}, int(c.counts[i]), len(into)
	into = slices.Grow(into, n)
	low, next := lowBits(n, articles), 0
	for range n {
		at := next + in.gap(low)
		if at >= articles || at < next {
			return into[:from], damaged("a posting")
		}
		into = append(into, postingOf(at, false))
		next = at + 1
	}
	if titles := int(c.titles[i]); titles > 0 {
		low, next = lowBits(titles, n), 0
		for range titles {
			at := next + in.gap(low)
			if at >= n || at < next {
				return into[:from], damaged("a posting")
			}
			into[from+at] |= 1
			next = at + 1
		}
	}
	if in.over() {
		return into[:from], damaged("postings")
	}
	return into, nil
}
