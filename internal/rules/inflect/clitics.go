package inflect

import (
	"slices"
	"strings"
)

// clitics is an inflection with small words that are written before any word
// without a space: Arabic wa- and al-, Hebrew ve- and ha-.
type clitics struct {
	inflection
	before []string // each chain of them, folded
}

// withClitics makes clitics of chains with spaces between.
func withClitics(forms inflection, chains string) clitics {
	c := clitics{inflection: forms}
	for chain := range strings.FieldsSeq(chains) {
		c.before = append(c.before, fold(chain))
	}
	return c
}

func (c clitics) joins(t Term, word string) bool {
	if c.inflection.joins(t, word) {
		return true
	}
	return slices.ContainsFunc(c.before, func(chain string) bool {
		rest, ok := strings.CutPrefix(word, chain)
		return ok && len(rest) >= 2 && (rest == t.Folded || c.inflection.joins(t, rest))
	})
}

func (c clitics) heads(word string) uint64 {
	heads := uint64(0)
	for _, chain := range c.before {
		if len(chain) < len(word) && strings.HasPrefix(word, chain) {
			heads |= 1 << len(chain)
		}
	}
	return heads
}

// enclitics is an inflection with what is written behind any form without a space:
// Finnish -kin, Korean particles.
type enclitics struct {
	inflection
	after []string // each chain of them, folded
}

// withEnclitics makes enclitics of chains with spaces between.
func withEnclitics(forms inflection, chains string) enclitics {
	e := enclitics{inflection: forms}
	for chain := range strings.FieldsSeq(chains) {
		e.after = append(e.after, fold(chain))
	}
	return e
}

func (e enclitics) joins(t Term, word string) bool {
	if e.inflection.joins(t, word) {
		return true
	}
	return slices.ContainsFunc(e.after, func(chain string) bool {
		rest, ok := strings.CutSuffix(word, chain)
		return ok && len(rest) >= 2 && (rest == t.Folded || e.inflection.joins(t, rest))
	})
}

func (e enclitics) cuts(word string, known uint64) uint64 {
	known = e.inflection.cuts(word, known)
	for _, chain := range e.after {
		if rest, ok := strings.CutSuffix(word, chain); ok && rest != "" {
			known |= e.inflection.cuts(rest, 1) << len(chain)
		}
	}
	return known
}
