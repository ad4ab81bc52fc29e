package segment

import (
	"encoding/binary"
	"slices"
	"sync"
	"time"
)

// A frame has the text of some articles, which are packed together: what is alike in
// them takes room once. What can be counted stands at its front, column by column, and
// the texts behind it, article by article.
const (
	frameArticles = 32        // at most
	frameSize     = 128 << 10 // bytes of text at which a frame is full
)

// frame is the frame that is being written.
type frame struct {
	n     int
	flags []byte
	keys  []byte
	sizes []byte
	texts []byte
}

// Flags of an article in a frame.
const (
	guidIsLink = 1 << iota // the guid is the link, and not written
	updatedToo             // Updated follows
	sameDate               // Updated is Published
	fractions              // nanoseconds of Published and Updated follow
	withoutKey             // Entry.Key is 0
	knownFlags = 1<<iota - 1
)

func (f *frame) full() bool { return f.n == frameArticles || len(f.texts) >= frameSize }

// add appends an article. What columns have is not written.
func (f *frame) add(a *Article) {
	it := &a.Item
	f.n++
	flags := byte(0)
	if it.GUID == it.Link {
		flags |= guidIsLink
	} else {
		f.sizes = binary.AppendUvarint(f.sizes, uint64(len(it.GUID)))
		f.texts = append(f.texts, it.GUID...)
	}
	for _, s := range []string{it.Link, it.Title, it.Summary, it.Content} {
		f.sizes = binary.AppendUvarint(f.sizes, uint64(len(s)))
		f.texts = append(f.texts, s...)
	}
	for _, all := range [][]string{it.Authors, it.Categories} {
		if all == nil {
			f.sizes = append(f.sizes, 0)
			continue
		}
		f.sizes = binary.AppendUvarint(f.sizes, uint64(len(all)+1))
		for _, s := range all {
			f.sizes = binary.AppendUvarint(f.sizes, uint64(len(s)))
			f.texts = append(f.texts, s...)
		}
	}
	switch {
	case it.Updated.IsZero():
	case it.Updated.Equal(it.Published):
		flags |= updatedToo | sameDate
	default:
		flags |= updatedToo
		f.sizes = appendVarint(f.sizes, it.Updated.Unix()-it.Published.Unix())
	}
	if it.Published.Nanosecond() != 0 || it.Updated.Nanosecond() != 0 {
		flags |= fractions
		f.sizes = binary.AppendUvarint(f.sizes, uint64(it.Published.Nanosecond()))
		f.sizes = binary.AppendUvarint(f.sizes, uint64(it.Updated.Nanosecond()))
	}
	if it.Entry.Key == 0 {
		flags |= withoutKey
	} else {
		f.keys = binary.LittleEndian.AppendUint64(f.keys, it.Entry.Key)
	}
	f.flags = append(f.flags, flags)
}

// appendTo appends the frame, and empties it.
func (f *frame) appendTo(b []byte) []byte {
	b = append(b, f.flags...)
	b = binary.AppendUvarint(b, uint64(len(f.sizes)))
	b = append(b, f.sizes...)
	b = append(b, f.keys...)
	b = append(b, f.texts...)
	*f = frame{flags: f.flags[:0], keys: f.keys[:0], sizes: f.sizes[:0], texts: f.texts[:0]}
	return b
}

// unpacked is a frame that was read.
type unpacked struct{ articles []written }

// written is an article as a frame has it: its texts lie one behind the other.
type written struct {
	flags              byte
	key                uint64
	texts              []byte
	sizes              [5]int // of guid, link, title, summary, content
	authors            []int  // their sizes
	categories         []int
	lists              [2]bool // whether there are lists of authors and categories
	updated            int64   // seconds behind the publication
	published, updates int     // nanoseconds
}

// read reads a frame of n articles. Its texts stay part of raw.
func (f *unpacked) read(raw []byte, n int) error {
	in := cursor{rest: raw}
	flags := in.bytes(n)
	sizes := cursor{rest: in.bytes(in.count())}
	f.articles = slices.Grow(f.articles[:0], len(flags))[:len(flags)]
	for i, fl := range flags {
		w := &f.articles[i]
		*w = written{flags: fl, authors: w.authors[:0], categories: w.categories[:0]}
		w.readSizes(&sizes, len(raw))
		if fl&^knownFlags != 0 {
			in.bad = true
		}
		if fl&withoutKey == 0 {
			if k := in.bytes(8); k != nil {
				w.key = binary.LittleEndian.Uint64(k)
			}
		}
	}
	for i := range f.articles {
		f.articles[i].texts = in.bytes(f.articles[i].size())
	}
	if in.bad || sizes.bad || len(in.rest) > 0 || len(sizes.rest) > 0 {
		return damaged("text of articles")
	}
	return nil
}

// readSizes reads what is counted of an article, of which no text has more than most
// bytes.
func (w *written) readSizes(in *cursor, most int) {
	from := 0
	if w.flags&guidIsLink != 0 {
		from = 1
	}
	for i := from; i < len(w.sizes); i++ {
		w.sizes[i] = in.upTo(most)
	}
	for k, list := range []*[]int{&w.authors, &w.categories} {
		n := in.count()
		w.lists[k] = n > 0
		for range n - 1 {
			*list = append(*list, in.upTo(most))
		}
	}
	if w.flags&(updatedToo|sameDate) == updatedToo {
		w.updated = in.varint()
	}
	if w.flags&fractions != 0 {
		w.published, w.updates = in.upTo(1e9-1), in.upTo(1e9-1)
	}
}

// size is how many bytes its texts have; -1 if that is more than there can be.
func (w *written) size() int {
	n := 0
	for _, sizes := range [][]int{w.sizes[:], w.authors, w.categories} {
		for _, s := range sizes {
			n += s
			if n < 0 {
				return -1
			}
		}
	}
	return n
}

// article makes an article of what the frame and the columns have of the one at this
// position.
func (w *written) article(c *Columns, position int) Article {
	rest := string(w.texts) // all of them in one piece of memory
	text := func(n int) string {
		s := rest[:n]
		rest = rest[n:]
		return s
	}
	texts := func(is bool, sizes []int) []string {
		if !is {
			return nil
		}
		all := make([]string, len(sizes))
		for i, n := range sizes {
			all[i] = text(n)
		}
		return all
	}
	o, s := c.Origins[c.Origin[position]], &c.Speeches[c.Speech[position]]
	a := Article{Seen: time.Unix(0, c.Seen[position]).UTC(), Feed: o.Feed}
	it := &a.Item
	it.Feed, it.FeedURL, it.Tags, it.Language = o.Name, o.FeedURL, o.Tags, s.Declared
	it.GUID, it.Link, it.Title, it.Summary, it.Content = text(w.sizes[0]), text(w.sizes[1]), text(w.sizes[2]), text(w.sizes[3]), text(w.sizes[4])
	if w.flags&guidIsLink != 0 {
		it.GUID = it.Link
	}
	it.Authors, it.Categories = texts(w.lists[0], w.authors), texts(w.lists[1], w.categories)
	it.Published = time.Unix(c.Published[position], int64(w.published)).UTC()
	switch {
	case w.flags&updatedToo == 0:
	case w.flags&sameDate != 0:
		it.Updated = it.Published
	default:
		it.Updated = time.Unix(c.Published[position]+w.updated, int64(w.updates)).UTC()
	}
	it.Entry.Key = w.key
	return a
}

// heldFrame is the frame that was unpacked last of some: most articles are asked for one
// after the other. The next one is unpacked into the same memory, which a processor
// still has at hand. It is safe for concurrent use.
type heldFrame struct {
	mu     sync.Mutex
	of     *Segment // nil: none
	number int
	raw    []byte
	unpacked
}

// article returns an article of frame i of a segment, if that is the one that is held.
func (f *heldFrame) article(s *Segment, c *Columns, i, position int) (a Article, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of != s || f.number != i {
		return a, false
	}
	return f.articles[position-s.positions[i]].article(c, position), true
}

// read unpacks frame i of a segment, and returns an article of it.
func (f *heldFrame) read(s *Segment, c *Columns, i, position int, packed []byte) (a Article, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of == s && f.number == i { // another reader was first
		return f.articles[position-s.positions[i]].article(c, position), nil
	}
	f.of = nil
	if cap(f.raw) > 2*frameSize { // the one before was larger than most
		f.raw = nil
	}
	if f.raw, err = s.codec.unpack(packed, f.raw); err != nil {
		return a, err
	}
	if err := f.unpacked.read(f.raw, s.positions[i+1]-s.positions[i]); err != nil {
		return a, err
	}
	f.of, f.number = s, i
	return f.articles[position-s.positions[i]].article(c, position), nil
}
