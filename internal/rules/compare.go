package rules

import (
	"fmt"
	"slices"
	"strings"
)

// comparer finds rules that find all that another one finds.
type comparer struct {
	set   *Set
	nodes []*node
	// byWord files each rule under words one of which is in whatever it finds;
	// a prefix with a * behind it.
	byWord map[string][]int
}

func newComparer(s *Set) *comparer {
	c := &comparer{set: s, nodes: make([]*node, len(s.rules)), byWord: map[string][]int{}}
	for i := range s.rules {
		c.nodes[i] = s.parse(i)
		for _, w := range needed(c.nodes[i]) {
			if at := c.byWord[w]; len(at) == 0 || at[len(at)-1] != i {
				c.byWord[w] = append(at, i)
			}
		}
	}
	return c
}

// needed are words one of which is in whatever n finds; nil if there are none.
func needed(n *node) []string {
	switch n.op {
	case opTerm:
		var out []string
		for _, p := range n.alts {
			w := p[0]
			if w.kind == wordPrefix {
				w.folded += "*"
			}
			out = append(out, w.folded)
		}
		return out
	case opField, opAtLeast, opNear, opBefore:
		return needed(n.kids[0])
	case opAnd:
		for _, k := range n.kids {
			if ws := needed(k); ws != nil {
				return ws
			}
		}
	case opList, opOr:
		var out []string
		for _, k := range kidsOf(n) {
			ws := needed(k)
			if ws == nil {
				return nil
			}
			out = append(out, ws...)
		}
		return out
	}
	return nil
}

// maxRivals bounds the rules that one is compared with.
const maxRivals = 500

// compare says of which other rule this one is a part.
func (l *linter) compare(c *comparer, n *node) {
	for _, other := range c.rivals(l.rule, n) {
		r, o := &l.set.rules[l.rule], &l.set.rules[other]
		m := c.nodes[other]
		if !withinFeeds(r.Feeds, o.Feeds) || !implies(n, m, inDefault, inDefault) {
			continue
		}
		if withinFeeds(o.Feeds, r.Feeds) && implies(m, n, inDefault, inDefault) {
			if other > l.rule {
				continue // the later one is told
			}
			l.add(Warning{Kind: WarnRepeats, Other: other, Msg: fmt.Sprintf("it repeats rule %s", ruleName(o, other)), Fix: "keep one of them, and let it notify both targets"})
			return
		}
		l.add(Warning{Kind: WarnContained, Other: other, Msg: fmt.Sprintf("rule %s finds all that it finds", ruleName(o, other)), Fix: "keep both only if they notify different targets"})
		return
	}
}

func ruleName(r *Rule, i int) string {
	if r.Name == "" {
		return fmt.Sprint(i + 1)
	}
	return r.Name
}

// rivals are the rules that may find all that n finds.
func (c *comparer) rivals(self int, n *node) []int {
	seen := map[int]bool{self: true}
	var out []int
	add := func(key string) {
		for _, i := range c.byWord[key] {
			if !seen[i] && len(out) < maxRivals {
				seen[i] = true
				out = append(out, i)
			}
		}
	}
	var walk func(n *node)
	walk = func(n *node) {
		if n.op == opNot {
			return
		}
		for _, p := range n.alts {
			for _, w := range p {
				add(w.folded)
				for k := minPrefix; k <= len(w.folded); k++ {
					add(w.folded[:k] + "*")
				}
			}
		}
		for _, k := range kidsOf(n) {
			walk(k)
		}
	}
	walk(n)
	slices.Sort(out)
	return out
}

func kidsOf(n *node) []*node {
	if n.op == opList {
		return n.list.entries
	}
	return n.kids
}

// withinFeeds says whether a rule with feeds a looks at nothing that one with
// feeds b does not.
func withinFeeds(a, b []string) bool {
	if len(b) == 0 {
		return true
	}
	return len(a) > 0 && !slices.ContainsFunc(a, func(x string) bool {
		return !slices.ContainsFunc(b, func(y string) bool { return strings.EqualFold(x, y) })
	})
}

// maxCompare bounds the pairs of kids that are compared.
const maxCompare = 100_000

// implies says whether an article that satisfies a is known to satisfy b, where
// a looks into the fields ina and b into inb. When in doubt it says no.
func implies(a, b *node, ina, inb fields) bool {
	if len(a.kids)*len(b.kids) > maxCompare {
		return false
	}
	switch {
	case a.op == opField:
		return implies(a.kids[0], b, a.in, inb)
	case b.op == opField:
		return implies(a, b.kids[0], ina, b.in)
	case a.op == opOr || a.op == opList:
		return !slices.ContainsFunc(kidsOf(a), func(k *node) bool { return !implies(k, b, ina, inb) })
	case b.op == opAnd:
		return !slices.ContainsFunc(b.kids, func(k *node) bool { return !implies(a, k, ina, inb) })
	case b.op == opOr || b.op == opList:
		if slices.ContainsFunc(kidsOf(b), func(k *node) bool { return implies(a, k, ina, inb) }) {
			return true
		}
	}
	switch a.op {
	case opAnd:
		return slices.ContainsFunc(a.kids, func(k *node) bool { return implies(k, b, ina, inb) })
	case opNot:
		return b.op == opNot && implies(b.kids[0], a.kids[0], inb, ina)
	case opNear, opBefore:
		if b.op == opNear && a.n <= b.n && sides(a, b, ina, inb) || b.op == opBefore && a.op == opBefore && a.n <= b.n && sides(a, b, ina, inb) {
			return true
		}
		return implies(a.kids[0], b, ina, inb) || implies(a.kids[1], b, ina, inb)
	case opAtLeast:
		if b.op == opAtLeast {
			return a.n >= b.n && implies(a.kids[0], b.kids[0], ina, inb)
		}
		return implies(a.kids[0], b, ina, inb)
	case opMeta:
		return b.op == opMeta && a.meta == b.meta && within(a.values, b.values)
	case opRegex:
		return b.op == opRegex && a.text == b.text && ina&^inb == 0
	}
	return a.op == opTerm && b.op == opTerm && ina&^inb == 0 && termImplies(a, b)
}

// sides says whether the sides of a imply those of b.
func sides(a, b *node, ina, inb fields) bool {
	if implies(a.kids[0], b.kids[0], ina, inb) && implies(a.kids[1], b.kids[1], ina, inb) {
		return true
	}
	return b.op == opNear && implies(a.kids[0], b.kids[1], ina, inb) && implies(a.kids[1], b.kids[0], ina, inb)
}

func within(a, b []string) bool {
	return !slices.ContainsFunc(a, func(x string) bool {
		return !slices.ContainsFunc(b, func(y string) bool { return strings.EqualFold(x, y) })
	})
}

// termImplies says whether each spelling of a has one of b in it.
func termImplies(a, b *node) bool {
	return !slices.ContainsFunc(a.alts, func(p phrase) bool {
		return !slices.ContainsFunc(b.alts, func(q phrase) bool { return hasPhrase(p, q) })
	})
}

func hasPhrase(p, q phrase) bool {
	for i := 0; i+len(q) <= len(p); i++ {
		all := true
		for k := range q {
			all = all && wordImplies(&p[i+k], &q[k])
		}
		if all {
			return true
		}
	}
	return false
}

// wordImplies says whether a word of an article that satisfies x satisfies y.
func wordImplies(x, y *word) bool {
	if y.kind == wordPrefix {
		if x.kind != wordInflect {
			return strings.HasPrefix(x.folded, y.folded)
		}
		for _, s := range x.term().Stems(nil) {
			if !strings.HasPrefix(s.Text, y.folded) {
				return false
			}
		}
		return true
	}
	if x.folded != y.folded || x.kind == wordPrefix || x.acronym != y.acronym || y.ownAccents && (!x.ownAccents || x.raw != y.raw) || y.titled && !x.titled || x.designator && !y.designator {
		return false
	}
	switch y.kind {
	case wordCase:
		return x.kind == wordCase && x.raw == y.raw && x.possessive == y.possessive
	case wordForm:
		return x.kind != wordInflect && (x.possessive == y.possessive || y.designator)
	}
	return x.kind != wordInflect || x.name == y.name || !y.name
}
