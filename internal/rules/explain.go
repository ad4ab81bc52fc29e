package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"watcher/internal/feeds"
)

// Explanation is why an item satisfies a rule or does not.
type Explanation struct {
	Matched bool
	// Lines are the parts of the query and their results, ready to print: "NATO: yes, 3
	// times; within 10 words of troops: no, nearest is 42". Parts of a part are
	// indented by two more spaces.
	Lines []string
	Spans []Span // as in Match; nil if the rule does not match
}

// Explain says why the item satisfies the rule with this index or does not, and for
// each missing word what comes nearest. It evaluates the whole query, where Match stops
// early, and is slower accordingly.
func (s *Set) Explain(rule int, it *feeds.Item) Explanation { return s.explain(rule, it, false) }

func (s *Set) explain(rule int, it *feeds.Item, anywhere bool) Explanation {
	n := s.parse(rule)
	v := new(view)
	v.load(it, inAll) // a missing word may be in a field that the rule does not look at
	x := explainer{v: v, anywhere: anywhere}
	scoped := anywhere || inScope(s.rules[rule].Feeds, it)
	if !scoped {
		x.say(0, "the rule looks at %s only: no, this is from %s", strings.Join(s.rules[rule].Feeds, ", "), it.Feed)
	}
	before := len(x.lines)
	ok := x.explain(n, inDefault, 0, true)
	if !ok {
		x.lines = x.lines[:before]
		x.nearest = &nearest{v: v, env: s.env(), keywords: s.rules[rule].Match == ""}
		x.explain(n, inDefault, 0, true)
	}
	out := Explanation{Matched: ok && scoped, Lines: x.lines}
	if out.Matched {
		hits, _ := v.eval(n, inDefault, nil)
		out.Spans = v.appendSpans(nil, hits)
	}
	return out
}

// holds reports whether the item satisfies the rule, whatever feed it is of. It does not
// look for what comes nearest, which takes longer than the rest.
func (s *Set) holds(rule int, it *feeds.Item) bool {
	v := new(view)
	v.load(it, inAll)
	x := explainer{v: v, anywhere: true}
	return x.explain(s.parse(rule), inDefault, 0, true)
}

type explainer struct {
	v        *view
	lines    []string
	anywhere bool     // treat feed:, tag: and lang: as satisfied
	nearest  *nearest // nil: say only that a word is missing
}

func (x *explainer) say(depth int, format string, args ...any) {
	x.lines = append(x.lines, strings.Repeat("  ", depth)+fmt.Sprintf(format, args...))
}

// explain explains n and returns whether it holds. wanted is false under a NOT.
func (x *explainer) explain(n *node, in fields, depth int, wanted bool) bool {
	switch n.op {
	case opField:
		return x.explain(n.kids[0], n.in, depth, wanted)
	case opTerm, opRegex:
		times := x.count(x.v.hits(n, in))
		line := label(n, in) + ": " + yesTimes(times)
		if note := x.note(n, in, wanted && times == 0); note != "" {
			line += "; " + note
		}
		x.say(depth, "%s", line)
		return times > 0
	case opList:
		return x.group(n, n.list.entries, in, depth, wanted && n.list.entity == nil)
	case opOr:
		return x.group(n, n.kids, in, depth, wanted)
	case opMeta:
		return x.meta(n, depth, wanted)
	case opNear, opBefore:
		return x.near(n, in, depth, wanted)
	case opAtLeast:
		return x.atLeast(n, in, depth, wanted)
	case opNot:
		at := len(x.lines)
		x.say(depth, "")
		ok := !x.explain(n.kids[0], in, depth+1, !wanted)
		x.lines[at] = strings.Repeat("  ", depth) + "NOT: " + yesNo(ok)
		return ok
	}
	all := true
	if depth > 0 {
		at, head := len(x.lines), strings.Repeat("  ", depth)+"all of: "
		x.say(depth, "")
		defer func() { x.lines[at] = head + yesNo(all) }()
		depth++
	}
	for _, k := range n.kids {
		if !x.explain(k, in, depth, wanted) {
			all = false
		}
	}
	return all
}

// Bounds on what is listed: missing terms of an OR or a list, which may have thousands,
// and terms noted or shown as found.
const (
	shownBranches = 60
	shownTerms    = 8
)

// group explains an OR, branch by branch in the query's order, or a list: the entries
// found, or that there is none.
func (x *explainer) group(n *node, kids []*node, in fields, depth int, wanted bool) bool {
	name, most := "any of", shownBranches
	if n.op == opList {
		name, most = label(n, in), shownTerms
		defer x.entriesOf(n)()
	}
	at := len(x.lines)
	x.say(depth, "")
	found := 0
	var missing []*node // adjacent ones
	for _, k := range kids {
		before := len(x.lines)
		ok := x.explain(k, in, depth+1, wanted && n.op == opOr)
		if leaf := k.op == opTerm || k.op == opRegex; !ok && leaf {
			x.lines = x.lines[:before]
			missing = append(missing, k)
			continue
		}
		told := slices.Clone(x.lines[before:])
		x.lines = x.lines[:before]
		if n.op == opOr {
			missing = x.missing(missing, in, depth+1, most, wanted)
		}
		if ok {
			found++
		}
		if !ok || found <= shownTerms || n.op == opOr && found <= most {
			x.lines = append(x.lines, told...)
		}
	}
	head := strings.Repeat("  ", depth) + name
	switch {
	case found == 0 && n.op == opList && n.list.entity != nil:
		x.lines[at] = head + ": no, in none of its " + strconv.Itoa(len(kids)) + " spellings"
		return false
	case found == 0 && len(missing) == len(kids):
		x.lines[at] = head + " " + names(missing, most) + ": no"
		x.notes(missing, in, depth+1, wanted)
		return false
	case found == 0 || n.op == opOr:
		x.missing(missing, in, depth+1, most, wanted)
	}
	x.lines[at] = head + ": " + yesNo(found > 0)
	if found > shownTerms {
		x.lines[at] += fmt.Sprintf(", %d of them", found)
	}
	return found > 0
}

// missing says of adjacent terms of an OR that none is found. It returns the slice
// emptied.
func (x *explainer) missing(terms []*node, in fields, depth, most int, wanted bool) []*node {
	switch len(terms) {
	case 0:
	case 1:
		x.explain(terms[0], in, depth, wanted)
	default:
		x.say(depth, "%s: no", names(terms, most))
		x.notes(terms, in, depth+1, wanted)
	}
	return terms[:0]
}

// notes says for missing terms what comes nearest to each, if anything does.
func (x *explainer) notes(terms []*node, in fields, depth int, wanted bool) {
	noted := map[string]bool{} // by the nearest word: it may be near to several terms
	for _, k := range terms {
		switch k.op {
		case opOr:
			x.notes(k.kids, in, depth, wanted)
		case opList:
			if k.list.entity != nil {
				continue
			}
			end := x.entriesOf(k)
			x.notes(k.list.entries, in, depth, wanted)
			end()
		case opField:
			x.notes(k.kids, k.in, depth, wanted)
		default:
			note := x.note(k, in, wanted)
			there, _, _ := strings.Cut(note, ", ")
			if note == "" || len(noted) == shownTerms || noted[there] && strings.HasPrefix(note, thereIs) {
				continue
			}
			noted[there] = true
			x.say(depth, "%s: %s", label(k, in), note)
		}
	}
}

// entriesOf makes notes name the list until end is called.
func (x *explainer) entriesOf(list *node) (end func()) {
	if x.nearest == nil {
		return func() {}
	}
	before := x.nearest.list
	x.nearest.list = list.text
	return func() { x.nearest.list = before }
}

// note is what comes nearest to a missing term; empty if nothing does or if it is not
// asked for.
func (x *explainer) note(n *node, in fields, asked bool) string {
	if x.nearest == nil || !asked || n.op != opTerm && n.op != opRegex {
		return ""
	}
	return x.nearest.to(n, in)
}

// names lists the first few terms of a group.
func names(kids []*node, most int) string {
	var out []string
	for i, k := range kids {
		if i == most {
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

// count is how often a term occurs, as ATLEAST counts it, but not 0 if it occurs only
// in a copy of the title: that is enough for a term.
func (x *explainer) count(hits []hit) int { return max(x.v.count(hits), min(len(hits), 1)) }

// near explains NEAR and BEFORE: each side, and how far apart they are at best.
func (x *explainer) near(n *node, in fields, depth int, wanted bool) bool {
	left, right := x.v.hits(n.kids[0], in), x.v.hits(n.kids[1], in)
	a, b := label(n.kids[0], in), label(n.kids[1], in)
	leftTimes := yesTimes(x.count(left))
	if len(left) == 0 || len(right) == 0 {
		x.say(depth, "%s: %s; %s: %s", a, leftTimes, b, yesTimes(x.count(right)))
		x.notes(n.kids[:1], in, depth+1, wanted && len(left) == 0)
		x.notes(n.kids[1:], in, depth+1, wanted && len(right) == 0)
		return false
	}
	relation := fmt.Sprintf("within %s of %s", wordsCount(n.n), b)
	if n.op == opBefore {
		relation = fmt.Sprintf("at most %s before %s", wordsCount(n.n), b)
	}
	ok := nearAny(left, right, int32(n.n), n.op == opBefore)
	nearest := x.closest(left, right, n.op == opBefore)
	switch {
	case ok:
		x.say(depth, "%s: %s; %s: yes, nearest is %d", a, leftTimes, relation, nearest)
	case nearest > 0:
		x.say(depth, "%s: %s; %s: no, nearest is %d", a, leftTimes, relation, nearest)
	case n.op == opBefore && x.closest(left, right, false) > 0:
		x.say(depth, "%s: %s; %s: no, only behind it", a, leftTimes, relation)
	default:
		x.say(depth, "%s: %s; %s: no, they are in different fields", a, leftTimes, relation)
	}
	return ok
}

// closest is the smallest distance of a pair, 0 if no pair is in one field.
func (x *explainer) closest(left, right []hit, ordered bool) int32 {
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

func (x *explainer) atLeast(n *node, in fields, depth int, wanted bool) bool {
	count := x.v.count(x.v.hits(n.kids[0], in))
	ok := count >= n.n
	x.say(depth, "%s at least %s: %s, %s", label(n.kids[0], in), times(n.n), yesNo(ok), times(count))
	x.notes(n.kids, in, depth+1, wanted && count == 0)
	return ok
}

// label names a term and its field.
func label(n *node, in fields) string {
	s := n.String()
	if n.op == opOr && len(s) > 80 {
		s = names(n.kids, shownTerms)
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
