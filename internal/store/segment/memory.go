package segment

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
	"sort"
	"sync"

	"github.com/cespare/xxhash/v2"

	"watcher/internal/rules/words"
)

// Memory is a segment that grows: an index over articles whose text lies elsewhere.
// It is safe for concurrent use.
type Memory struct {
	cut  Cut
	read func(position int) (Article, error)

	mu      sync.RWMutex
	columns tables
	slots   []uint32 // 1 + the number of a word, at its hash or behind; a power of two, 0 is free
	words   []memoryWord
	texts   []byte   // of the words
	sorted  []uint32 // numbers of words, of the first of them, in the order of Words
	posted  pool
	buf     words.Buffer
}

// memoryWord is a word of a Memory. Where it stands, but for the last place, is a
// chain of gaps: most words stand in one article, and take no room beside this.
type memoryWord struct {
	hash   uint32
	text   uint32 // where in texts its raw form begins; the folded one lies behind it, if it is another
	raw    uint32 // bytes
	folded uint16
	flags  uint8
	same   bool    // the folded form is the raw one
	count  uint32  // of postings
	last   Posting // the newest one
	before uint32  // the position that the gap of last is counted from, plus 1
	gaps   chain
}

// NewMemory returns a Memory without articles, which cuts those that are added. read
// gives the article that was added as the one with this position.
func NewMemory(cut Cut, read func(position int) (Article, error)) *Memory {
	return &Memory{cut: cut, read: read, slots: make([]uint32, 1<<10), columns: newTables()}
}

// Add adds the next article. Nothing of it is kept but its words.
func (m *Memory) Add(a *Article) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := len(m.columns.Seen)
	languages, code := m.cut(&a.Item, func(raw string, title bool) {
		w := m.word(raw)
		p := postingOf(at, title)
		switch {
		case w.count > 0 && w.last.Position() == at:
			w.last |= p
			return
		case w.count > 0:
			m.keepGap(w)
		}
		w.count++
		w.last = p
	})
	m.columns.add(a, languages, code)
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
func (m *Memory) word(raw string) *memoryWord {
	hash := uint32(xxhash.Sum64String(raw))
	mask := uint32(len(m.slots) - 1)
	i := hash & mask
	for ; m.slots[i] != 0; i = (i + 1) & mask {
		w := &m.words[m.slots[i]-1]
		if w.hash == hash && string(m.texts[w.text:w.text+w.raw]) == raw {
			return w
		}
	}
	if 2*len(m.words) >= len(m.slots) {
		m.widen()
		return m.word(raw)
	}
	m.buf.Reset()
	m.buf.Scan(raw, 0)
	w := memoryWord{hash: hash, text: uint32(len(m.texts)), raw: uint32(len(raw))}
	m.texts = append(m.texts, raw...)
	if len(m.buf.Tokens) > 0 {
		t := &m.buf.Tokens[0]
		folded := m.buf.Folded(t)
		w.folded, w.flags, w.same = uint16(len(folded)), t.Flags, folded == raw
		if !w.same {
			m.texts = append(m.texts, folded...)
		}
	}
	m.words = append(m.words, w)
	m.slots[i] = uint32(len(m.words))
	return &m.words[len(m.words)-1]
}

// widen doubles the slots.
func (m *Memory) widen() {
	m.slots = make([]uint32, 2*len(m.slots))
	mask := uint32(len(m.slots) - 1)
	for n := range m.words {
		i := m.words[n].hash & mask
		for m.slots[i] != 0 {
			i = (i + 1) & mask
		}
		m.slots[i] = uint32(n + 1)
	}
}

func (m *Memory) raw(w *memoryWord) []byte { return m.texts[w.text : w.text+w.raw] }

func (m *Memory) folded(w *memoryWord) []byte {
	at := w.text
	if !w.same {
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
	i := sort.Search(len(m.sorted), func(i int) bool { return string(m.folded(&m.words[m.sorted[i]])) >= from })
	n := len(m.sorted)
	if to != "" {
		n = sort.Search(n, func(i int) bool { return string(m.folded(&m.words[m.sorted[i]])) >= to })
	}
	all := make([]IndexWord, 0, max(0, n-i))
	for ; i < n; i++ {
		all = append(all, m.entry(m.sorted[i]))
	}
	return all
}

// all yields all words in order. None must be added meanwhile.
func (m *Memory) all() iter.Seq[IndexWord] {
	m.mu.Lock()
	m.sort()
	m.mu.Unlock()
	return func(yield func(IndexWord) bool) {
		for _, n := range m.sorted {
			if !yield(m.entry(n)) {
				return
			}
		}
	}
}

func (m *Memory) entry(n uint32) IndexWord {
	w := &m.words[n]
	return IndexWord{Raw: string(m.raw(w)), Folded: string(m.folded(w)), Flags: w.flags, Articles: int(w.count), list: list{at: n}}
}

// ordered is a word to be sorted, with the beginning of its folded form.
type ordered struct {
	head uint64
	n    uint32
}

// sort puts the words that came since it was last called into order.
func (m *Memory) sort() {
	if len(m.sorted) == len(m.words) {
		return
	}
	fresh := make([]ordered, 0, len(m.words)-len(m.sorted))
	for n := len(m.sorted); n < len(m.words); n++ {
		fresh = append(fresh, m.ordered(uint32(n)))
	}
	slices.SortFunc(fresh, m.compare)
	old := m.sorted
	m.sorted = make([]uint32, 0, len(m.words))
	for _, f := range fresh {
		i := sort.Search(len(old), func(i int) bool { return m.compare(m.ordered(old[i]), f) > 0 })
		m.sorted = append(append(m.sorted, old[:i]...), f.n)
		old = old[i:]
	}
	m.sorted = append(m.sorted, old...)
}

func (m *Memory) ordered(n uint32) ordered {
	var head [8]byte
	copy(head[:], m.folded(&m.words[n]))
	return ordered{binary.BigEndian.Uint64(head[:]), n}
}

// compare orders words by their folded forms, then by the raw ones.
func (m *Memory) compare(a, b ordered) int {
	if a.head != b.head {
		return cmp.Compare(a.head, b.head)
	}
	x, y := &m.words[a.n], &m.words[b.n]
	return cmp.Or(bytes.Compare(m.folded(x), m.folded(y)), bytes.Compare(m.raw(x), m.raw(y)))
}

// Postings appends where the word of an entry stands to into, the oldest article
// first.
func (m *Memory) Postings(e IndexWord, into []Posting) ([]Posting, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	w := &m.words[e.list.at]
	into = slices.Grow(into, int(w.count))
	next := uint32(0)
	for gaps := m.posted.read(w.gaps, nil); len(gaps) > 0; {
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
