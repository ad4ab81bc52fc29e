package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

var listName = regexp.MustCompile(`@([\pL\pN_.-]+)`)

// checkLists warns of lists that no rule uses, also not through another list.
func (c *checker) checkLists() {
	used := map[string]bool{}
	var use func(texts ...string)
	use = func(texts ...string) {
		for _, text := range texts {
			for _, m := range listName.FindAllStringSubmatch(text, -1) {
				if name := strings.TrimRight(m[1], ".-"); !used[name] {
					used[name] = true
					use(c.doc.Lists[name]...)
				}
			}
		}
	}
	for i := range c.doc.Rules {
		use(c.doc.Rules[i].Match)
		use(c.doc.Rules[i].Keywords...)
	}
	for _, name := range slices.Sorted(maps.Keys(c.doc.Lists)) {
		if !used[name] {
			c.warn(key("lists").child(name), "no rule uses this list; in a query it is written @%s", name)
		}
	}
}

// warnQuotes warns of a query whose quotes were eaten by YAML: the writer meant
// a phrase and gets words that may stand anywhere.
func (c *checker) warnQuotes(p *path) {
	n, found := locate(c.root, p)
	if n = follow(n); !found || n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) == 0 {
		return
	}
	words := strings.Fields(n.Value)
	if len(words) < 2 || strings.ContainsFunc(n.Value, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSpace(r) && !strings.ContainsRune("-'’.", r)
	}) {
		return
	}
	for _, operator := range []string{"AND", "OR", "NOT"} {
		if slices.Contains(words, operator) {
			return
		}
	}
	c.warn(p, `the quotes are YAML's, so this finds the %d words anywhere in the text; for the phrase write '"%s"'`, len(words), n.Value)
}
