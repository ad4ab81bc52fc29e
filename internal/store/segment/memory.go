package segment

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"iter"
	"slices"
	"sort"
	"sync"
	"unsafe"

	"watcher/internal/rules/words"
)

// Memory is a segment that grows: an index over articles whose text lies elsewhere.
// It is safe for concurrent use.
type Memory struct {
	cut  Cut
	read func(position int) (Article, error)

	mu      sync.RWMutex
	columns tables
	seed    maphash.Seed
	slots   []slot // a power of two; a word is at its hash or behind
	words   memoryWords
	texts   []byte   // of words, as far as they have no room in memoryWord
	sorted  []uint32 // numbers of words, of the first of them, in the order of Words
	posted  pool
	buf     words.Buffer
	said    []said
	touched uint32
}

// slot is where a word is looked up.
type slot struct {
	hash uint32
	word uint32 // its number plus 1; 0 where there is none
}

// said is a word of the article that is being added.
type said struct {
	raw   string
	hash  uint32
	title bool
}

// ownText is how many bytes of text a memoryWord has room for: most words have less.
const ownText = 28

// memoryWord is a word of a Memory, in as many bytes as a processor reads at once. Where
// it stands, but for the last place, is a chain of gaps: most words stand in one
// article, and take no room beside this.
type memoryWord struct {
	own    [ownText]byte // the raw form, if it is not longer
	raw    uint32        // bytes
	texts  uint32        // where what has no room begins in Memory.texts: the raw form, then the folded one if it is another
	folded uint16
	flags  uint8
	same   bool    // the folded form is the raw one
	count  uint32  // of postings
	last   Posting // the newest one
	before uint32  // the position that the gap of last is counted from
	gaps   chain
}

// memoryWords are words in blocks, since a list that grows in one piece is copied each
// time.
type memoryWords struct {
	blocks []*[wordBlock]memoryWord
	n      uint32
}

const wordBlock = 1 << 10

func (m *memoryWords) at(n uint32) *memoryWord { return &m.blocks[n/wordBlock][n%wordBlock] }

func (m *memoryWords) add(w memoryWord) *memoryWord {
	if m.n%wordBlock == 0 {
		m.blocks = append(m.blocks, new([wordBlock]memoryWord))
	}
	m.n++
	at := m.at(m.n - 1)
	*at = w
	return at
}

// NewMemory returns a Memory without articles, which cuts those that are added. read
// gives the article that was added as the one with this position.
func NewMemory(cut Cut, read func(position int) (Article, error)) *Memory {
	return &Memory{cut: cut, read: read, seed: maphash.MakeSeed(), slots: make([]slot, 1<<10), columns: newTables()}
}

// Add adds the next article, or the zero Article for a place that has none. Nothing of it
// is kept but its words.
func (m *Memory) Add(a *Article) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := len(m.columns.Seen)
	m.said = m.said[:0]
	languages, code := m.cut(&a.Item, func(raw string, title bool) {
		m.said = append(m.said, said{raw, uint32(maphash.String(m.seed, raw)), title})
	})
	m.touch()
	for i := range m.said {
		w := m.word(&m.said[i])
		p := postingOf(at, m.said[i].title)
		switch {
		case w.count > 0 && w.last.Position() == at:
			w.last |= p
			continue
		case w.count > 0:
			m.keepGap(w)
		}
		w.count++
		w.last = p
	}
	clear(m.said)
	m.columns.add(a, languages, code)
}

// touch reads what is about to be read of each word. Nothing follows from it, but a
// processor waits for many places of memory at the same time, where it would wait for
// one after the other: see BenchmarkSeal.
func (m *Memory) touch() {
	mask, sum := uint32(len(m.slots)-1), uint32(0)
	for i := range m.said {
		sum += m.slots[m.said[i].hash&mask].word
	}
	for i := range m.said {
		if n := m.slots[m.said[i].hash&mask].word; n > 0 {
			if w := m.words.at(n - 1); w.gaps.first > 0 {
				sum += uint32(*m.posted.at(w.gaps.at - 1))
			}
		}
	}
	m.touched = sum
}

// keepGap moves the last posting of a word to the chain.
func (m *Memory) keepGap(w *memoryWord) {
	at := uint32(w.last.Position())
	v := (at-w.before)<<1 | uint32(w.last&1)
	for ; v >= 0x80; v >>= 7 {
		m.posted.append(&w.gaps, byte(v)|0x80)
	}
	m.posted.append(&w.gaps, byte(v))
	w.before = at + 1
}

// word finds a word, or makes it one.
func (m *Memory) word(s *said) *memoryWord {
	mask := uint32(len(m.slots) - 1)
	i := s.hash & mask
	for ; m.slots[i].word != 0; i = (i + 1) & mask {
		if m.slots[i].hash == s.hash {
			if w := m.words.at(m.slots[i].word - 1); string(m.raw(w)) == s.raw {
				return w
			}
		}
	}
	if 2*int(m.words.n) >= len(m.slots) {
		m.widen()
		return m.word(s)
	}
	w := memoryWord{texts: uint32(len(m.texts)), raw: uint32(len(s.raw))}
	if len(s.raw) > copy(w.own[:], s.raw) {
		m.texts = append(m.texts, s.raw...)
	}
	m.buf.Reset()
	m.buf.Scan(s.raw, 0)
	if len(m.buf.Tokens) > 0 {
		t := &m.buf.Tokens[0]
		folded := m.buf.Folded(t)
		w.folded, w.flags, w.same = uint16(len(folded)), t.Flags, folded == s.raw
		if !w.same {
			m.texts = append(m.texts, folded...)
		}
	}
	m.slots[i] = slot{s.hash, m.words.n + 1}
	return m.words.add(w)
}

// widen doubles the slots.
func (m *Memory) widen() {
	old := m.slots
	m.slots = make([]slot, 2*len(old))
	mask := uint32(len(m.slots) - 1)
	for _, s := range old {
		if s.word == 0 {
			continue
		}
		i := s.hash & mask
		for m.slots[i].word != 0 {
			i = (i + 1) & mask
		}
		m.slots[i] = s
	}
}

func (m *Memory) raw(w *memoryWord) []byte {
	if w.raw <= ownText {
		return w.own[:w.raw]
	}
	return m.texts[w.texts : w.texts+w.raw]
}

func (m *Memory) folded(w *memoryWord) []byte {
	if w.same {
		return m.raw(w)
	}
	at := w.texts
	if w.raw > ownText {
		at += w.raw
	}
	return m.texts[at : at+uint32(w.folded)]
}

// Len is the number of articles.
func (m *Memory) Len() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.columns.Seen)
}

// Words yields the words whose folded form is from or behind it and before to, in
// order; an empty to is behind all.
func (m *Memory) Words(from, to string) iter.Seq2[IndexWord, error] {
	return func(yield func(IndexWord, error) bool) {
		for _, e := range m.between(from, to) {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (m *Memory) between(from, to string) []IndexWord {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sort()
	i := sort.Search(len(m.sorted), func(i int) bool { return string(m.folded(m.words.at(m.sorted[i]))) >= from })
	n := len(m.sorted)
	if to != "" {
		n = sort.Search(n, func(i int) bool { return string(m.folded(m.words.at(m.sorted[i]))) >= to })
	}
	all := make([]IndexWord, 0, max(0, n-i))
	for ; i < n; i++ {
		all = append(all, m.entry(m.sorted[i]))
	}
	return all
}

// all yields all words in order. None must be added meanwhile. Their texts lie in the
// Memory, and must not be kept.
func (m *Memory) all() iter.Seq[IndexWord] {
	m.mu.Lock()
	m.sort()
	m.mu.Unlock()
	return func(yield func(IndexWord) bool) {
		for _, n := range m.sorted {
			w := m.words.at(n)
			if !yield(IndexWord{Raw: textIn(m.raw(w)), Folded: textIn(m.folded(w)), Flags: w.flags, Articles: int(w.count), list: list{at: n}}) {
				return
			}
		}
	}
}

// textIn is a text that lies in b.
func textIn(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func (m *Memory) entry(n uint32) IndexWord {
	w := m.words.at(n)
	return IndexWord{Raw: string(m.raw(w)), Folded: string(m.folded(w)), Flags: w.flags, Articles: int(w.count), list: list{at: n}}
}

// ordered is a word to be sorted, with the beginning of its folded form.
type ordered struct {
	head uint64
	n    uint32
}

// sort puts the words that came since it was last called into order.
func (m *Memory) sort() {
	if len(m.sorted) == int(m.words.n) {
		return
	}
	fresh := make([]ordered, 0, int(m.words.n)-len(m.sorted))
	for n := uint32(len(m.sorted)); n < m.words.n; n++ {
		fresh = append(fresh, m.ordered(n))
	}
	slices.SortFunc(fresh, m.compare)
	old := m.sorted
	m.sorted = make([]uint32, 0, m.words.n)
	for _, f := range fresh {
		i := sort.Search(len(old), func(i int) bool { return m.compare(m.ordered(old[i]), f) > 0 })
		m.sorted = append(append(m.sorted, old[:i]...), f.n)
		old = old[i:]
	}
	m.sorted = append(m.sorted, old...)
}

func (m *Memory) ordered(n uint32) ordered {
	var head [8]byte
	copy(head[:], m.folded(m.words.at(n)))
	return ordered{binary.BigEndian.Uint64(head[:]), n}
}

// compare orders words by their folded forms, then by the raw ones.
func (m *Memory) compare(a, b ordered) int {
	if a.head != b.head {
		return cmp.Compare(a.head, b.head)
	}
	x, y := m.words.at(a.n), m.words.at(b.n)
	if c := bytes.Compare(m.folded(x), m.folded(y)); c != 0 {
		return c
	}
	return bytes.Compare(m.raw(x), m.raw(y))
}

// Postings appends where the word of an entry stands to into, the oldest article
// first.
func (m *Memory) Postings(e IndexWord, into []Posting) ([]Posting, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	w := m.words.at(e.list.at)
	into = slices.Grow(into, int(w.count))
	next := uint32(0)
	var room [256]byte
	for gaps := m.posted.read(w.gaps, room[:0]); len(gaps) > 0; {
		v, n := binary.Uvarint(gaps)
		gaps = gaps[n:]
		at := next + uint32(v>>1)
		into = append(into, postingOf(int(at), v&1 != 0))
		next = at + 1
	}
	return append(into, w.last), nil
}

// Columns returns the columns of the articles that there are by now. They must not be
// changed.
func (m *Memory) Columns() (*Columns, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	c := m.columns.Columns
	return &c, nil
}

// Article returns the article with this position.
func (m *Memory) Article(position int) (Article, error) { return m.read(position) }
