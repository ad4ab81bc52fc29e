package rules

import (
	"slices"

	"watcher/internal/feeds"
	"watcher/internal/rules/inflect"
)

// Spoken returns the language of a feed by its items: as most of them declare, else as
// the words of most of them show; empty if unknown. forms says whether the rules know
// the inflected forms of its words.
func Spoken(items []feeds.Item) (code string, forms bool) {
	votes := map[string]int{}
	v := new(view)
	for i := range items {
		code := items[i].Language
		if code == "" {
			v.load(&items[i], inDefault)
			v.languages()
			code = v.code
		}
		votes[code]++
	}
	most := 0
	for c, n := range votes {
		if c != "" && (n > most || n == most && c < code) {
			code, most = c, n
		}
	}
	return code, FormsKnown(code)
}

// FormsKnown reports whether the inflected forms of words in the language of a BCP 47
// tag are known.
func FormsKnown(tag string) bool { return inflect.Known(tag) }

// Inflected returns the distinct words of a rule, and of its lists, that match
// inflected forms, as written.
func (s *Set) Inflected(rule int) []string {
	var out []string
	var walk func(n *node)
	walk = func(n *node) {
		if n.op == opTerm {
			for _, w := range n.alts[0] {
				if w.kind == wordInflect && !slices.Contains(out, w.raw) {
					out = append(out, w.raw)
				}
			}
		}
		if n.op == opList && n.list.entity == nil { // an entity has a word of each language
			for _, entry := range n.list.entries {
				walk(entry)
			}
		}
		for _, k := range n.kids {
			walk(k)
		}
	}
	walk(s.parse(rule))
	return out
}

// LooksAt reports whether the rule with this index looks at a feed with this name and
// these tags.
func (s *Set) LooksAt(rule int, feed string, tags []string) bool {
	return inScope(s.rules[rule].Feeds, &feeds.Item{Feed: feed, Tags: tags})
}

// Knowledge describes for users what is known of the language of a BCP 47 tag.
func Knowledge(tag string) string {
	k := inflect.Of(tag)
	switch {
	case !k.Forms:
		return "forms not known"
	case k.Before:
		return "forms known, and small words before them"
	case k.Behind:
		return "forms known, and particles behind them"
	}
	return "forms known"
}
