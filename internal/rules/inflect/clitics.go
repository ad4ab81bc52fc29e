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
