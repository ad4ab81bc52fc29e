package rules

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"watcher/internal/rules/inflect"
)

// comparer finds rules that find everything another rule finds.
type comparer struct {
	set   *Set
	nodes []*node
	uses  map[string]int // how often a word stands in rules, or a list, as @name
	// byWord files each rule under words of which its matches contain one; a prefix
	// with a * after it.
	byWord map[string][]int
	lists  map[*list]*listWords
	left   int // of maxPairs
}

// listWords is computed once for all rules with a list.
type listWords struct {
	needed []string
	uses   int
	keys   []string // of the entries; nil: not asked for yet
}

// Bounds of the comparison: how many rules one is compared with, and how many pairs of
// parts in total. They are reached only if hundreds of rules have no rarer word than
// one that they share.
const (
	maxRivals = 500
	maxPairs  = 10_000_000
)

func newComparer(s *Set) *comparer {
	c := &comparer{set: s, nodes: make([]*node, len(s.rules)), uses: map[string]int{}, byWord: map[string][]int{}, lists: map[*list]*listWords{}, left: maxPairs}
	for i := range s.rules {
		c.nodes[i] = s.parse(i)
		c.countUses(c.nodes[i])
	}
	for i, n := range c.nodes {
		ws, _ := c.needed(n)
		for _, w := range ws {
			if at := c.byWord[w]; len(at) == 0 || at[len(at)-1] != i {
				c.byWord[w] = append(at, i)
			}
		}
	}
	return c
}

// filedAs is the word as a key of byWord.
func (w *word) filedAs() string {
	if w.kind == wordPrefix {
		return w.folded + "*"
	}
	return w.folded
}

func (c *comparer) countUses(n *node) {
	switch n.op {
	case opNot:
		return
	case opList:
		c.uses["@"+n.list.name]++
		return
	}
	for _, p := range n.alts {
		for i := range p {
			c.uses[p[i].filedAs()]++
		}
	}
	for _, k := range n.kids {
		c.countUses(k)
	}
}

// needed returns words of which everything that n finds has one, the rarest among the
// rules, and how many rules have them; nil if there are none.
func (c *comparer) needed(n *node) (ws []string, uses int) {
	switch n.op {
	case opTerm:
		for _, p := range n.alts {
			rare := p[0].filedAs()
			for i := range p[1:] {
				if w := p[1+i].filedAs(); c.uses[w] < c.uses[rare] {
					rare = w
				}
			}
			ws, uses = append(ws, rare), uses+c.uses[rare]
		}
	case opField, opAtLeast:
		return c.needed(n.kids[0])
	case opAnd, opNear, opBefore:
		for _, k := range n.kids {
			if other, u := c.needed(k); other != nil && (ws == nil || u < uses) {
				ws, uses = other, u
			}
		}
	case opList:
		l := c.lists[n.list]
		if l == nil {
			l = new(listWords)
			l.needed, l.uses = c.neededOfAny(n.list.entries)
			l.uses += len(l.needed) * c.uses["@"+n.list.name]
			c.lists[n.list] = l
		}
		return l.needed, l.uses
	case opOr:
		return c.neededOfAny(n.kids)
	}
	return ws, uses
}

func (c *comparer) neededOfAny(kids []*node) (ws []string, uses int) {
	for _, k := range kids {
		other, u := c.needed(k)
		if other == nil {
			return nil, 0
		}
		ws, uses = append(ws, other...), uses+u
	}
	return ws, uses
}

// compare says of which other rule this one is a part.
func (l *linter) compare(c *comparer, n *node) {
	if c.left < 0 {
		return
	}
	for _, other := range c.rivals(l.rule, n) {
		r, o := &l.set.rules[l.rule], &l.set.rules[other]
		m := c.nodes[other]
		if c.left -= max(1, len(kidsOf(n))) * max(1, len(kidsOf(m))); c.left < 0 {
			return
		}
		if !withinFeeds(r.Feeds, o.Feeds) || !implies(n, m, inDefault, inDefault) {
			continue
		}
		if withinFeeds(o.Feeds, r.Feeds) && implies(m, n, inDefault, inDefault) {
			if other > l.rule {
				continue // the later one is told
			}
			l.repeats(other)
			return
		}
		l.add(Warning{Kind: WarnContained, Other: other, Msg: fmt.Sprintf("rule %s finds all that it finds", ruleName(o, other)), Fix: "keep both only if they notify different targets"})
		return
	}
}

func (l *linter) repeats(other int) {
	l.add(Warning{Kind: WarnRepeats, Other: other, Msg: fmt.Sprintf("it repeats rule %s", ruleName(&l.set.rules[other], other)), Fix: "keep one of them, and let it notify both targets"})
}

// copies are the rules so far by the hash of what makes them equal. It finds literal
// repetitions among any number of rules.
type copies map[[sha256.Size]byte]int

// first is the first rule that equals this one up to the order of its parts, or the
// rule itself.
func (c copies) first(i int, r *Rule, n *node) int {
	feeds := make([]string, len(r.Feeds))
	for k, f := range r.Feeds {
		feeds[k] = strings.ToLower(f)
	}
	slices.Sort(feeds)
	key := sha256.Sum256([]byte(strings.Join(slices.Compact(feeds), "\x00") + "\x00\x00" + normal(n)))
	if at, ok := c[key]; ok {
		return at
	}
	c[key] = i
	return i
}

// normal writes a query independently of the order of operands of AND and OR.
func normal(n *node) string {
	switch n.op {
	case opField:
		return n.in.String() + ":(" + normal(n.kids[0]) + ")"
	case opNot:
		return "NOT (" + normal(n.kids[0]) + ")"
	case opAnd, opOr:
		kids := make([]string, len(n.kids))
		for i, k := range n.kids {
			kids[i] = normal(k)
		}
		slices.Sort(kids)
		return "(" + strings.Join(slices.Compact(kids), map[op]string{opAnd: " AND ", opOr: " OR "}[n.op]) + ")"
	}
	return n.String()
}

func ruleName(r *Rule, i int) string {
	if r.Name == "" {
		return fmt.Sprint(i + 1)
	}
	return r.Name
}

// rivals are the rules that may find everything n finds, those under its rarest words
// first, up to the bound.
func (c *comparer) rivals(self int, n *node) []int {
	keys := c.keys(nil, n)
	slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(len(c.byWord[a]), len(c.byWord[b])) })
	seen := map[int]bool{self: true}
	var out []int
	for _, key := range keys {
		for _, i := range c.byWord[key] {
			if len(out) == maxRivals {
				break
			}
			if !seen[i] {
				seen[i] = true
				out = append(out, i)
			}
		}
	}
	slices.Sort(out)
	return out
}

// keys appends the keys of byWord that the words of n lead to.
func (c *comparer) keys(out []string, n *node) []string {
	add := func(key string) {
		if len(c.byWord[key]) > 0 {
			out = append(out, key)
		}
	}
	switch n.op {
	case opNot:
		return out
	case opList:
		l := c.lists[n.list]
		if l == nil { // nobody needs a word of it
			l = new(listWords)
			c.lists[n.list] = l
		}
		if l.keys == nil {
			l.keys = []string{}
			for _, k := range n.list.entries {
				l.keys = c.keys(l.keys, k)
			}
		}
		return append(out, l.keys...)
	}
	for _, p := range n.alts {
		for _, w := range p {
			add(w.folded)
			for k := 1; k <= len(w.folded); k++ {
				add(w.folded[:k] + "*")
			}
		}
	}
	for _, k := range n.kids {
		out = c.keys(out, k)
	}
	return out
}

func kidsOf(n *node) []*node {
	if n.op == opList {
		return n.list.entries
	}
	return n.kids
}

// withinFeeds reports whether a rule with feeds a looks at no feed that one with feeds
// b does not.
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

// implies reports whether an article that satisfies a is known to satisfy b, where a
// looks into the fields ina and b into inb. If in doubt it returns false.
func implies(a, b *node, ina, inb fields) bool {
	if len(a.kids)*len(b.kids) > maxCompare {
		return false
	}
	switch {
	case a.op == opList && b.op == opList && a.list == b.list && ina&^inb == 0:
		return true
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

// sides reports whether the sides of a imply those of b.
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

// termImplies reports whether each spelling of a contains one of b.
func termImplies(a, b *node) bool {
	if len(b.not) > 0 && a != b {
		return false
	}
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

// wordImplies reports whether a word of an article that satisfies x satisfies y.
func wordImplies(x, y *word) bool {
	if y.capital && !x.capital || y.scope != inflect.None && y.scope != x.scope {
		return false
	}
	if y.umlaut && !x.umlaut || y.ring && !x.ring || y.hasSigns() && (x.before != y.before || x.after != y.after) {
		return false
	}
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
	if x.folded != y.folded || x.kind == wordPrefix || x.acronym != y.acronym || y.ownAccents && (!x.ownAccents || x.raw != y.raw) || y.titled && !x.titled || x.designator && !y.designator || y.initial && !x.initial || y.tie != tieAny && (x.tie == tieAny || x.tie > y.tie) {
		return false
	}
	switch y.kind {
	case wordCase:
		return x.kind == wordCase && x.raw == y.raw && x.possessive == y.possessive
	case wordForm:
		// =US finds US's too, and "US" does not
		return x.kind != wordInflect && (x.possessive == y.possessive && (x.kind != wordCase || x.possessive) || y.designator)
	}
	return x.kind != wordInflect || x.name == y.name || !y.name
}
