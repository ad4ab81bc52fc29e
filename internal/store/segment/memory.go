package segment

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"

	"watcher/internal/rules/words"
)

// Memory is a segment that grows: an index over articles whose text lies elsewhere.
// It is safe for concurrent use.
type Memory struct {
	read func(position int) (Article, error)

	mu      sync.RWMutex
	words   map[string]int // places in posted
	posted  [][]Posting
	columns Columns
}

// NewMemory returns a Memory without articles. read gives the article that was added
// as the one with this position.
func NewMemory(read func(position int) (Article, error)) *Memory {
	return &Memory{read: read, words: make(map[string]int)}
}

// Add adds the next article. Nothing of a and cut is kept.
func (m *Memory) Add(a *Article, cut *Cut) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := len(m.columns.Seen)
	for i := range cut.Words {
		w := &cut.Words[i]
		k, ok := m.words[w.Raw]
		if !ok {
			k = len(m.posted)
			m.words[strings.Clone(w.Raw)] = k
			m.posted = append(m.posted, nil)
		}
		p := postingOf(at, w.Title)
		if n := len(m.posted[k]); n > 0 && m.posted[k][n-1].Position() == at {
			m.posted[k][n-1] |= p
			continue
		}
		m.posted[k] = append(m.posted[k], p)
	}
	m.columns.add(a, cut)
}

func (c *Columns) add(a *Article, cut *Cut) {
	c.Seen = append(c.Seen, a.Seen.UnixNano())
	c.Published = append(c.Published, a.Item.Published.Unix())
	c.Origin = append(c.Origin, uint32(len(c.Origins)))
	c.Origins = append(c.Origins, Origin{a.Feed, a.Item.Feed, a.Item.FeedURL, a.Item.Tags})
	c.Speech = append(c.Speech, uint32(len(c.Speeches)))
	c.Speeches = append(c.Speeches, Speech{a.Item.Language, cut.Languages, cut.Code})
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
		for _, e := range m.entries(from, to) {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (m *Memory) entries(from, to string) []IndexWord {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var all []IndexWord
	var b words.Buffer
	for raw, k := range m.words {
		b.Reset()
		b.Scan(raw, 0)
		t := &b.Tokens[0]
		if folded := b.Folded(t); folded >= from && (to == "" || folded < to) {
			all = append(all, IndexWord{Raw: raw, Folded: strings.Clone(folded), Flags: t.Flags, list: list{at: k}})
		}
	}
	slices.SortFunc(all, compareEntries)
	return all
}

func compareEntries(a, b IndexWord) int {
	return cmp.Or(cmp.Compare(a.Folded, b.Folded), cmp.Compare(a.Raw, b.Raw))
}

// list is where the postings of a word are.
type list struct{ at int }

// Postings appends where the word of an entry stands to into, the oldest article
// first.
func (m *Memory) Postings(e IndexWord, into []Posting) ([]Posting, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return append(into, m.posted[e.list.at]...), nil
}

// Columns returns the columns of the articles that there are by now. They must not be
// changed.
func (m *Memory) Columns() (*Columns, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	c := m.columns
	return &c, nil
}

// Article returns the article with this position.
func (m *Memory) Article(position int) (Article, error) { return m.read(position) }
