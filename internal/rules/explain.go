package rules

import (
	"cmp"
	"fmt"
	"strings"

	"watcher/internal/feeds"
)

// Explanation says why an item satisfies a rule or does not.
type Explanation struct {
	Matched bool
	// Lines are the parts of the query and what became of each, ready to print:
	// "NATO: yes, 3 times; within 10 words of troops: no, nearest is 42". A
	// part of a part is indented by two spaces more.
	Lines []string
	Spans []Span // as in Match; nil where the rule does not match
}

// Explain says why the item satisfies the rule with this index or does not. It
// reads the whole query where Match stops early, and is as slow.
func (s *Set) Explain(rule int, it *feeds.Item) Explanation { return s.explain(rule, it, false) }

func (s *Set) explain(rule int, it *feeds.Item, anywhere bool) Explanation {
	n := s.parse(rule)
	v := new(view)
	v.load(it, needs(n, inDefault))
	x := explainer{v: v, anywhere: anywhere}
	scoped := anywhere || inScope(s.rules[rule].Feeds, it)
	if !scoped {
		x.say(0, "the rule looks at %s only: no, this is from %s", strings.Join(s.rules[rule].Feeds, ", "), it.Feed)
	}
	ok := x.explain(n, inDefault, 0, true)
	out := Explanation{Matched: ok && scoped, Lines: x.lines}
	if out.Matched {
		hits, _ := v.eval(n, inDefault, nil)
		out.Spans = v.appendSpans(nil, hits)
	}
	return out
}

type explainer struct {
	v        *view
	lines    []string
	anywhere bool // take feed:, tag: and lang: as satisfied
}

func (x *explainer) say(depth int, format string, args ...any) {
	x.lines = append(x.lines, strings.Repeat("  ", depth)+fmt.Sprintf(format, args...))
}

// explain says what became of n and returns whether it holds. wanted is false
// under a NOT.
func (x *explainer) explain(n *node, in fields, depth int, wanted bool) bool {
	switch n.op {
	case opField:
		return x.explain(n.kids[0], n.in, depth, wanted)
	case opTerm, opRegex:
		times := x.count(x.v.hits(n, in))
		x.say(depth, "%s: %s", label(n, in), yesTimes(times))
		return times > 0
	case opList:
		return x.group(n, n.list.entries, in, depth)
	case opOr:
		return x.group(n, n.kids, in, depth)
	case opMeta:
		return x.meta(n, depth, wanted)
	case opNear, opBefore:
		return x.near(n, in, depth)
	case opAtLeast:
		return x.atLeast(n, in, depth)
	case opNot:
		at := len(x.lines)
		x.say(depth, "")
		ok := !x.explain(n.kids[0], in, depth+1, !wanted)
		x.lines[at] = strings.Repeat("  ", depth) + "NOT: " + yesNo(ok)
		return ok
	}
	all := true
	if depth > 0 {
		at := len(x.lines)
		x.say(depth, "")
		defer func() { x.lines[at] = strings.Repeat("  ", depth) + "all of: " + yesNo(all) }()
		depth++
	}
	for _, k := range n.kids {
		if !x.explain(k, in, depth, wanted) {
			all = false
		}
	}
	return all
}

// shownTerms bounds the lines about a group: a list may have thousands.
const shownTerms = 8

// group explains an OR: the kids that hold, or that none does.
func (x *explainer) group(n *node, kids []*node, in fields, depth int) bool {
	name := "any of"
	if n.op == opList {
		name = label(n, in)
	}
	at := len(x.lines)
	x.say(depth, "")
	found, plain := 0, 0
	for _, k := range kids {
		before := len(x.lines)
		ok := x.explain(k, in, depth+1, true)
		if ok {
			found++
		} else if k.op == opTerm || k.op == opRegex {
			x.lines = x.lines[:before]
			plain++
		}
		if ok && found > shownTerms {
			x.lines = x.lines[:before]
		}
	}
	line := strings.Repeat("  ", depth) + name + ": " + yesNo(found > 0)
	switch {
	case found == 0 && plain == len(kids):
		line = strings.Repeat("  ", depth) + name + " " + names(kids) + ": no"
	case found > shownTerms:
		line += fmt.Sprintf(", %d of them", found)
	}
	x.lines[at] = line
	return found > 0
}

// names lists the terms of a group, the first few of them.
func names(kids []*node) string {
	var out []string
	for i, k := range kids {
		if i == shownTerms {
			out = append(out, fmt.Sprintf("%d more", len(kids)-i))
			break
		}
		out = append(out, k.String())
	}
	return strings.Join(out, ", ")
}

func (x *explainer) meta(n *node, depth int, wanted bool) bool {
	if x.anywhere {
		return wanted
	}
	ok := x.v.from(n.meta, n.values)
	if ok {
		x.say(depth, "%s: yes", n)
		return true
	}
	it := x.v.item
	have := map[metaKind]string{metaFeed: it.Feed, metaTag: strings.Join(it.Tags, ", "), metaLang: it.Language}[n.meta]
	have = "it is " + cmp.Or(have, "not known")
	if n.meta == metaLang && it.Language == "" {
		if x.v.languages(); x.v.code != "" {
			have = "its words are " + x.v.code // as speaks takes it
		}
	}
	x.say(depth, "%s: no, %s", n, have)
	return false
}

// count is how often a term is there, as ATLEAST counts it, but not 0 where it
// stands in nothing but a copy of the title: that is enough for a term.
func (x *explainer) count(hits []hit) int { return max(x.v.count(hits), min(len(hits), 1)) }

// near explains NEAR and BEFORE: each side, and how far apart they are at best.
func (x *explainer) near(n *node, in fields, depth int) bool {
	left, right := x.v.hits(n.kids[0], in), x.v.hits(n.kids[1], in)
	a, b := label(n.kids[0], in), label(n.kids[1], in)
	leftTimes := yesTimes(x.count(left))
	if len(left) == 0 || len(right) == 0 {
		x.say(depth, "%s: %s; %s: %s", a, leftTimes, b, yesTimes(x.count(right)))
		return false
	}
	relation := fmt.Sprintf("within %s of %s", wordsCount(n.n), b)
	if n.op == opBefore {
		relation = fmt.Sprintf("at most %s before %s", wordsCount(n.n), b)
	}
	ok := nearAny(left, right, int32(n.n), n.op == opBefore)
	nearest := x.nearest(left, right, n.op == opBefore)
	switch {
	case ok:
		x.say(depth, "%s: %s; %s: yes, nearest is %d", a, leftTimes, relation, nearest)
	case nearest > 0:
		x.say(depth, "%s: %s; %s: no, nearest is %d", a, leftTimes, relation, nearest)
	case n.op == opBefore && x.nearest(left, right, false) > 0:
		x.say(depth, "%s: %s; %s: no, only behind it", a, leftTimes, relation)
	default:
		x.say(depth, "%s: %s; %s: no, they are in different fields", a, leftTimes, relation)
	}
	return ok
}

// nearest is the least distance of a pair, 0 if no pair is in one field.
func (x *explainer) nearest(left, right []hit, ordered bool) int32 {
	best := int32(0)
	for lo, hi := int32(1), int32(len(x.v.buf.Tokens)); lo <= hi; {
		mid := (lo + hi) / 2
		if nearAny(left, right, mid, ordered) {
			best, hi = mid, mid-1
		} else {
			lo = mid + 1
		}
	}
	return best
}

func (x *explainer) atLeast(n *node, in fields, depth int) bool {
	count := x.v.count(x.v.hits(n.kids[0], in))
	ok := count >= n.n
	x.say(depth, "%s at least %s: %s, %s", label(n.kids[0], in), times(n.n), yesNo(ok), times(count))
	return ok
}

// label names a term and the field it is looked for in.
func label(n *node, in fields) string {
	s := n.String()
	if n.op == opOr && len(s) > 80 {
		s = names(n.kids)
	}
	if n.op == opOr {
		s = "(" + s + ")"
	}
	if f := in.String(); f != "" {
		return f + ":" + s
	}
	return s
}

func wordsCount(n int) string {
	if n == 1 {
		return "1 word"
	}
	return fmt.Sprintf("%d words", n)
}

func yesNo(ok bool) string {
	if ok {
		return "yes"
	}
	return "no"
}

func yesTimes(n int) string {
	if n == 0 {
		return "no"
	}
	return "yes, " + times(n)
}

func times(n int) string {
	switch n {
	case 0:
		return "not there"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
