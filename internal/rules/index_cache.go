package rules

import (
	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// This file is for speed, see BenchmarkMatch: most words of an article were in earlier
// articles too, and without it each is looked up in the index and verified again.

// cachedWord is a word, in an article in certain languages, and the atoms that it
// satisfies. A word that satisfies more is not cached.
type cachedWord struct {
	print uint64
	n     uint32
	atoms [5]uint32
}

// Sizes of the tables in words: at most 1 MB for dismissed and 8 MB for cached, which
// hold most words of a language. They start small and grow: most sets have few rules,
// and a check reads a single article.
const (
	minCached    = 1 << 8
	maxDismissed = 1 << 17
	maxCached    = 1 << 18
)

// wordCache says which atoms a word satisfies, in two tables by the word's print:
// dismissed for words that satisfy none, cached for the others.
type wordCache struct {
	dismissed           []uint64
	cached              []cachedWord
	nDismissed, nCached int                   // entries since the table grew
	langPrints          [words.Scripts]uint64 // the part of prints of the item's languages, by script
}

func newWordCache() wordCache {
	return wordCache{dismissed: make([]uint64, minCached), cached: make([]cachedWord, minCached)}
}

// begin prepares for the words of an article in certain languages.
func (c *wordCache) begin(langs inflect.Langs) {
	for s := range c.langPrints {
		c.langPrints[s] = langPrint(langs.InScript(words.Script(s)))
	}
}

// isDismissed reports whether a word is in dismissed. It can be in four adjacent slots;
// the word put in last is in the first of them.
func (c *wordCache) isDismissed(print uint64) bool {
	at := print & uint64(len(c.dismissed)-1)
	d := c.dismissed
	return (d[at] == print || d[at^1] == print || d[at^2] == print || d[at^3] == print) && print != 0
}

// dismiss puts a word into dismissed, and evicts the oldest of its four slots.
func (c *wordCache) dismiss(print uint64) {
	at := print & uint64(len(c.dismissed)-1)
	d := c.dismissed
	d[at], d[at^1], d[at^2], d[at^3] = print, d[at], d[at^1], d[at^2]
}

// recall returns a word in cached, or nil. It can be in two slots; the word put in last
// is in the first of them.
func (c *wordCache) recall(print uint64) *cachedWord {
	at := print & uint64(len(c.cached)-1)
	if k := &c.cached[at]; k.print == print && print != 0 {
		return k
	}
	if k := &c.cached[at^1]; k.print == print && print != 0 {
		return k
	}
	return nil
}

// print identifies a word in the tables: by its letters, a possessive, and the
// article's languages in its script. It is 0 for words that are not cached because
// their capitals count.
func (m *matcher) print(t *words.Token) uint64 {
	if t.Flags&words.Tailed != 0 {
		return 0
	}
	print := t.Hash ^ m.lookup.cache.langPrints[words.ScriptOf(m.view.buf.Folded(t))]
	if t.Flags&words.Possessive != 0 {
		print = ^print
	}
	return print
}

// langPrint is the part of languages in a print.
func langPrint(l inflect.Langs) uint64 { return uint64(l) * 0x9E3779B97F4A7C15 }

// remember caches the atoms of a word. A table that is half full is replaced by an
// empty one of four times its size.
func (c *wordCache) remember(print uint64, atoms []uint32) {
	switch {
	case print == 0:
	case len(atoms) == 0:
		if c.nDismissed++; c.nDismissed > len(c.dismissed)/2 && len(c.dismissed) < maxDismissed {
			c.dismissed, c.nDismissed = make([]uint64, min(4*len(c.dismissed), maxDismissed)), 0
		}
		c.dismiss(print)
	case len(atoms) <= len(cachedWord{}.atoms):
		if c.nCached++; c.nCached > len(c.cached)/2 && len(c.cached) < maxCached {
			c.cached, c.nCached = make([]cachedWord, min(4*len(c.cached), maxCached)), 0
		}
		at := print & uint64(len(c.cached)-1)
		k := &c.cached[at]
		c.cached[at^1] = *k
		k.print, k.n = print, uint32(len(atoms))
		copy(k.atoms[:], atoms)
	}
}
