package rules

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxRegex bounds a pattern's length; RE2's own limits bound its size.
const maxRegex = 1000

// pattern is a compiled regular expression. Go's \b knows ASCII letters alone: it finds
// no boundary around НАТО, and one after the O of NATOš. So patterns with \b or \B run
// on a machine of our own, whose words are Unicode's.
type pattern struct {
	plain  *regexp.Regexp
	prog   *syntax.Prog // with \b or \B; else nil
	needed []string     // one of these, folded by foldSimple, is in every match; nil if none is known
}

// parseRegex reads /…/.
func parseRegex(src string, t lexeme) (*node, *Error) {
	if t.text == "" {
		return nil, errAt(src, t.off, "write something between the slashes", "the regular expression is empty")
	}
	if len(t.text) > maxRegex {
		return nil, errAt(src, t.off, "shorten it", "a regular expression of more than %d bytes", maxRegex)
	}
	expr := strings.ReplaceAll(t.text, `\/`, `/`)
	tree, err := syntax.Parse(expr, syntax.Perl|syntax.FoldCase)
	if err != nil {
		fix := "see https://github.com/google/re2/wiki/Syntax"
		at := t.inner
		if se, ok := errors.AsType[*syntax.Error](err); ok {
			if i := strings.Index(t.text, se.Expr); i >= 0 && se.Expr != expr {
				at += i
			}
			if strings.HasPrefix(se.Expr, "(?") {
				fix = "RE2 has no lookaround and no backreferences"
			}
			return nil, errAt(src, at, fix, "%s: %s", se.Code, se.Expr)
		}
		return nil, errAt(src, at, fix, "%s", err)
	}
	p := &pattern{needed: literals(tree)}
	if hasBounds(tree) {
		if p.prog, err = syntax.Compile(tree.Simplify()); err != nil {
			return nil, errAt(src, t.inner, "simplify it", "%s", err)
		}
	} else if p.plain, err = regexp.Compile("(?i:" + expr + ")"); err != nil {
		return nil, errAt(src, t.inner, "simplify it", "%s", err)
	}
	if p.matchesEmpty() {
		return nil, errAt(src, t.inner, "make it ask for at least one character", "the regular expression matches the empty text, so every article")
	}
	return &node{op: opRegex, text: src[t.off:t.end], re: p, off: t.off, end: t.end}, nil
}

func hasBounds(re *syntax.Regexp) bool {
	if re.Op == syntax.OpWordBoundary || re.Op == syntax.OpNoWordBoundary {
		return true
	}
	return slices.ContainsFunc(re.Sub, hasBounds)
}

// matchesEmpty reports whether the pattern matches the empty text, in the places where
// that is likely: in nothing, inside a word and between words.
func (p *pattern) matchesEmpty() bool {
	for _, text := range []string{"", "a", " ", "a a"} {
		if start, end, ok := p.find(text); ok && start == end {
			return true
		}
	}
	return false
}

// find returns the leftmost match in text.
func (p *pattern) find(text string) (start, end int, ok bool) {
	if p.prog != nil {
		return p.run(text, 0)
	}
	loc := p.plain.FindStringIndex(text)
	if loc == nil {
		return 0, 0, false
	}
	return loc[0], loc[1], true
}

// maxRegexHits bounds the spans of one pattern in one field, and regexBudget the
// letters read for them: a pattern may read to the end of the text for each, as
// /EFP(.*brigade)?/ does on one long line. No article of less than 8 KB reaches it.
const (
	maxRegexHits = 1000
	regexBudget  = 8 << 20
)

// all calls f for the non-empty matches in text from left to right, until f returns
// false. want is how many are needed; 0 is all.
func (p *pattern) all(text string, want int, f func(start, end int) bool) {
	most := min(maxRegexHits, max(1, regexBudget/max(1, len(text))))
	if want == 0 || want > most {
		want = most
	}
	if p.prog == nil {
		for _, loc := range p.first(text, want, most) {
			if loc[0] < loc[1] && !f(loc[0], loc[1]) {
				return
			}
		}
		return
	}
	for from, n := 0, 0; from <= len(text) && n < most; n++ {
		start, end, ok := p.run(text, from)
		if !ok {
			return
		}
		if start < end && !f(start, end) {
			return
		}
		if from = end; start == end {
			_, size := utf8.DecodeRuneInString(text[end:])
			from += max(size, 1)
		}
	}
}

// first returns the matches of a pattern without \b until want of them are not empty,
// but at most most.
func (p *pattern) first(text string, want, most int) [][]int {
	for n := want; ; n = min(4*n, most) {
		locs := p.plain.FindAllStringIndex(text, n)
		full := 0
		for _, loc := range locs {
			if loc[0] < loc[1] {
				full++
			}
		}
		if full >= want || len(locs) < n || n == most {
			return locs
		}
	}
}

// thread is a state of the machine with the start of its match.
type thread struct {
	pc    uint32
	start int
}

// threads is a sparse set of threads in order of priority.
type threads struct {
	dense []thread
	at    []uint32
}

func (q *threads) has(pc uint32) bool {
	i := q.at[pc]
	return int(i) < len(q.dense) && q.dense[i].pc == pc
}

func (q *threads) add(t thread) {
	q.at[t.pc] = uint32(len(q.dense))
	q.dense = append(q.dense, t)
}

// run is Pike's machine over the program: leftmost match, the first alternative
// preferred, in time proportional to text and program.
func (p *pattern) run(text string, from int) (int, int, bool) {
	n := len(p.prog.Inst)
	cur := &threads{at: make([]uint32, n), dense: make([]thread, 0, n)}
	next := &threads{at: make([]uint32, n), dense: make([]thread, 0, n)}
	before := rune(-1)
	if from > 0 {
		before, _ = utf8.DecodeLastRuneInString(text[:from])
	}
	start, end, found := 0, 0, false
	for i := from; ; {
		r, size := rune(-1), 0
		if i < len(text) {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		flags := assertions(before, r)
		if !found {
			p.follow(cur, uint32(p.prog.Start), i, flags)
		}
		if len(cur.dense) == 0 && found {
			break
		}
		after := rune(-1)
		if i+size < len(text) {
			after, _ = utf8.DecodeRuneInString(text[i+size:])
		}
		nextFlags := assertions(r, after)
		for _, t := range cur.dense {
			in := &p.prog.Inst[t.pc]
			if in.Op == syntax.InstMatch {
				start, end, found = t.start, i, true
				break // lower priorities no longer matter
			}
			if r >= 0 && in.MatchRune(r) {
				p.follow(next, in.Out, t.start, nextFlags)
			}
		}
		if r < 0 {
			break
		}
		cur, next = next, cur
		next.dense = next.dense[:0]
		before = r
		i += size
	}
	return start, end, found
}

// follow adds the states that pc leads to without reading.
func (p *pattern) follow(q *threads, pc uint32, start int, flags syntax.EmptyOp) {
	stack := []uint32{pc}
	for len(stack) > 0 {
		pc := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if q.has(pc) {
			continue
		}
		in := &p.prog.Inst[pc]
		q.add(thread{pc, start})
		switch in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			stack = append(stack, in.Arg, in.Out)
		case syntax.InstCapture, syntax.InstNop:
			stack = append(stack, in.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^flags == 0 {
				stack = append(stack, in.Out)
			}
		}
	}
}

// assertions says what holds between two runes, -1 being the text's ends.
func assertions(before, after rune) syntax.EmptyOp {
	var f syntax.EmptyOp
	if before < 0 {
		f |= syntax.EmptyBeginText | syntax.EmptyBeginLine
	}
	if before == '\n' {
		f |= syntax.EmptyBeginLine
	}
	if after < 0 {
		f |= syntax.EmptyEndText | syntax.EmptyEndLine
	}
	if after == '\n' {
		f |= syntax.EmptyEndLine
	}
	if wordRune(before) != wordRune(after) {
		return f | syntax.EmptyWordBoundary
	}
	return f | syntax.EmptyNoWordBoundary
}

func wordRune(r rune) bool {
	return r == '_' || r >= 0 && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}
