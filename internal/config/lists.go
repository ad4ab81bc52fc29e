package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

var listName = regexp.MustCompile(`@([\pL\pN_.-]+)`)

// checkLists warns of lists that no rule uses, directly or through another list.
func (c *checker) checkLists() {
	if len(c.doc.Lists) == 0 {
		return
	}
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
			c.warn(c.lists[name], "no rule uses this list; in a query it is written @%s", name)
		}
	}
}
