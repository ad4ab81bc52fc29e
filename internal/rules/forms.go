package rules

import (
	"slices"

	"watcher/internal/feeds"
	"watcher/internal/rules/inflect"
)

// Spoken tells the language of a feed from its items: as most of them declare,
// else as the words of most of them show; empty where neither tells. forms says
// whether watcher knows the forms of words in it.
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

// FormsKnown says whether watcher knows the forms of words in the language of a BCP
// 47 tag.
func FormsKnown(tag string) bool { return inflect.Known(tag) }

// Inflected are the words of a rule, and of the lists in it, that take forms, as
// they are written, each once.
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

// LooksAt says whether the rule with this index looks at a feed with this name
// and these tags.
func (s *Set) LooksAt(rule int, feed string, tags []string) bool {
	return inScope(s.rules[rule].Feeds, &feeds.Item{Feed: feed, Tags: tags})
}

// Knowledge says what is known of the language of a BCP 47 tag, for users.
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
