package inflect

import (
	"slices"
	"strings"
	"sync"

	"watcher/internal/rules/words"
)

// clitics is an inflection with small words that are written before any word
// without a space: Arabic wa- and al-, Hebrew ve- and ha-.
type clitics struct {
	inflection
	read func() *smallWords // at its first call: not every program meets such an article
}

// smallWords are what clitics are told.
type smallWords struct {
	chains  []chain
	article string          // folded. Where a rule has it before a word, it is no part of the word
	whole   map[string]bool // words that only look like others with small words or endings
}

// chain is small words, one behind the other.
type chain struct {
	text    string // folded
	article bool   // the last of them is the article, be it that it is not seen
	rest    int    // how many letters the word behind it has at least
}

// cliticsOf is what withClitics reads, in the letters of the language. A number behind
// a chain is how many letters a word behind it has at least, 2 if there is none. Of a
// word with the article the part behind it is one only where the article is certain.
type cliticsOf struct {
	chains   string // without the article
	definite string // with it
	article  string
	whole    string // words that only look like others with one of these or an ending
}

// minDefinite is the number of letters of a word from which on a rule that has the
// article before it finds the word without the article too. With fewer too many are
// another word: الصدر is a name, صدر a verb.
const minDefinite = 4

// withClitics makes clitics.
func withClitics(forms inflection, of cliticsOf) clitics {
	return clitics{inflection: forms, read: sync.OnceValue(func() *smallWords { return readSmallWords(of) })}
}

func readSmallWords(of cliticsOf) *smallWords {
	c := &smallWords{whole: map[string]bool{}}
	if of.article != "" {
		c.article = fold(of.article)
	}
	for _, list := range []string{of.chains, of.definite} {
		rest := 2
		for f := range strings.FieldsSeq(list) {
			if len(f) == 1 && f[0] >= '2' && f[0] <= '9' {
				rest = int(f[0] - '0')
				continue
			}
			c.chains = append(c.chains, chain{text: fold(f), article: list == of.definite, rest: rest})
		}
	}
	for f := range strings.FieldsSeq(of.whole) {
		c.whole[fold(f)] = true
	}
	return c
}

func (c clitics) joins(t Term, word string) bool {
	small := c.read()
	if c.isForm(t, word) || small.whole[word] {
		return !small.whole[word]
	}
	base, has := c.behindArticle(t)
	free := has && c.free(base)
	if free && c.isForm(base, word) {
		return true
	}
	return slices.ContainsFunc(small.chains, func(before chain) bool {
		rest, ok := strings.CutPrefix(word, before.text)
		if !ok || words.Letters(rest) < before.rest {
			return false
		}
		if before.article && rest != t.Folded && rest != base.Folded && isName(small.article+rest, false) {
			return false // البحرين is a state, and no form of بحر
		}
		return c.isForm(t, rest) || has && (before.article || free) && c.isForm(base, rest)
	})
}

// isForm says whether word is the term or a form of it, with nothing before it.
func (c clitics) isForm(t Term, word string) bool {
	return word == t.Folded || !c.read().whole[word] && c.inflection.joins(t, word)
}

// behindArticle is the term without the article that it begins with.
func (c clitics) behindArticle(t Term) (base Term, has bool) {
	small := c.read()
	rest, has := strings.CutPrefix(t.Folded, small.article)
	if small.article == "" || !has || words.Letters(rest) < 3 || small.whole[t.Folded] {
		return t, false
	}
	t.Folded = rest
	return t, true
}

// free says whether what stood behind an article is looked for without one.
func (c clitics) free(base Term) bool {
	return !base.Name && words.Letters(base.Folded) >= minDefinite
}

func (c clitics) stems(out []string, t Term) []string {
	out = c.inflection.stems(out, t)
	if base, has := c.behindArticle(t); has {
		out = c.inflection.stems(out, base)
	}
	return out
}

func (c clitics) heads(word string) uint64 {
	heads := uint64(0)
	for _, before := range c.read().chains {
		if len(before.text) < len(word) && strings.HasPrefix(word, before.text) {
			heads |= 1 << len(before.text)
		}
	}
	return heads
}

func (c clitics) before() (texts []string) {
	for _, before := range c.read().chains {
		texts = append(texts, before.text)
	}
	return texts
}

// enclitics is an inflection with what is written behind any form without a space:
// Finnish -kin, Korean particles.
type enclitics struct {
	inflection
	after func() []string // each chain of them, folded; read at the first call
}

// withEnclitics makes enclitics of chains with spaces between.
func withEnclitics(forms inflection, chains string) enclitics {
	return enclitics{inflection: forms, after: sync.OnceValue(func() (after []string) {
		for chain := range strings.FieldsSeq(chains) {
			after = append(after, fold(chain))
		}
		return after
	})}
}

func (e enclitics) joins(t Term, word string) bool {
	if e.inflection.joins(t, word) {
		return true
	}
	return slices.ContainsFunc(e.after(), func(chain string) bool {
		rest, ok := strings.CutSuffix(word, chain)
		return ok && len(rest) >= 2 && (rest == t.Folded || e.inflection.joins(t, rest))
	})
}

func (e enclitics) cuts(word string, known uint64) uint64 {
	known = e.inflection.cuts(word, known)
	for _, chain := range e.after() {
		if rest, ok := strings.CutSuffix(word, chain); ok && rest != "" {
			known |= e.inflection.cuts(rest, 1) << len(chain)
		}
	}
	return known
}
