package rules

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Literals of a regular expression: texts of which every match contains one. They are
// folded as RE2 folds case, so ſ is s and the Kelvin sign k.

const (
	minLiteral  = 3  // bytes: shorter ones are everywhere
	maxLiterals = 16 // a pattern
)

// foldSimple returns the smallest rune that differs from r in case alone, but small
// letters for ASCII.
func foldSimple(r rune) rune {
	if r < utf8.RuneSelf {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	if least < utf8.RuneSelf {
		return foldSimple(least)
	}
	return least
}

func foldLiteral(runes []rune) string {
	var b strings.Builder
	for _, r := range runes {
		b.WriteRune(foldSimple(r))
	}
	return b.String()
}

// containsFolded reports whether a text, folded by foldSimple, contains a literal
// folded in the same way.
func containsFolded(text, literal string) bool {
	// Only these two non-ASCII letters fold to ASCII.
	if !isASCII(literal) || strings.Contains(text, "\u017f") || strings.Contains(text, "\u212a") {
		return strings.Contains(foldLiteral([]rune(text)), literal)
	}
	for i := 0; i+len(literal) <= len(text); i++ {
		k := 0
		for k < len(literal) && lower(text[i+k]) == literal[k] {
			k++
		}
		if k == len(literal) {
			return true
		}
	}
	return false
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// texts describes what a part of a pattern matches: exactly one of exact if that is not
// nil, else something that contains one of needed if that is not nil.
type texts struct{ exact, needed []string }

// literals returns texts of which every match contains one; nil if there are none of
// sufficient length.
func literals(re *syntax.Regexp) []string {
	best := read(re).best()
	slices.Sort(best)
	return slices.Compact(best)
}

// best returns the literals to search for; nil unless all are long enough.
func (t texts) best() []string {
	if worth(t.exact) > worth(t.needed) {
		return t.exact
	}
	if worth(t.needed) > 0 {
		return t.needed
	}
	return nil
}

// worth of literals is the length of the shortest, 0 if it is too short.
func worth(ls []string) int {
	if len(ls) == 0 || len(ls) > maxLiterals {
		return 0
	}
	n := len(ls[0])
	for _, l := range ls {
		n = min(n, len(l))
	}
	if n < minLiteral {
		return 0
	}
	return n
}

func read(re *syntax.Regexp) texts {
	switch re.Op {
	case syntax.OpLiteral:
		return texts{exact: []string{foldLiteral(re.Rune)}}
	case syntax.OpCharClass:
		return texts{exact: classTexts(re.Rune)}
	case syntax.OpCapture:
		return read(re.Sub[0])
	case syntax.OpPlus:
		return texts{needed: read(re.Sub[0]).best()}
	case syntax.OpRepeat:
		if re.Min > 0 {
			return texts{needed: read(re.Sub[0]).best()}
		}
	case syntax.OpConcat:
		return readConcat(re.Sub)
	case syntax.OpAlternate:
		return readAlternate(re.Sub)
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return texts{exact: []string{""}}
	}
	return texts{}
}

// classTexts are the letters of a class, nil if there are many.
func classTexts(ranges []rune) []string {
	var out []string
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] > maxLiterals {
			return nil
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if s := string(foldSimple(r)); !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	if len(out) > maxLiterals {
		return nil
	}
	return out
}

// readConcat joins what neighbours match exactly, as long as that is few texts.
func readConcat(subs []*syntax.Regexp) texts {
	run := []string{""} // what the pieces since the last unknown one match
	var needed []string
	exact := true
	flush := func() {
		if worth(run) > worth(needed) {
			needed = run
		}
		run = []string{""}
	}
	for _, sub := range subs {
		t := read(sub)
		if t.exact == nil {
			exact = false
			flush()
			if worth(t.needed) > worth(needed) {
				needed = t.needed
			}
			continue
		}
		if len(run)*len(t.exact) > maxLiterals {
			exact = false
			flush()
		}
		run = cross(run, t.exact)
	}
	if exact {
		return texts{exact: run}
	}
	flush()
	return texts{needed: needed}
}

func cross(a, b []string) []string {
	out := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+y)
		}
	}
	return out
}

func readAlternate(subs []*syntax.Regexp) texts {
	exact, needed := []string{}, []string{}
	for _, sub := range subs {
		t := read(sub)
		if exact != nil && t.exact != nil && len(exact)+len(t.exact) <= maxLiterals {
			exact = append(exact, t.exact...)
		} else {
			exact = nil
		}
		if best := t.best(); needed != nil && best != nil {
			needed = append(needed, best...)
		} else {
			needed = nil
		}
	}
	return texts{exact: exact, needed: needed}
}

// grams finds the literals of patterns in a text by their first bytes.
type grams struct {
	literals []literal
	byGram   map[uint32][]uint32 // hash of the first bytes to literals
	filter   [1 << 10]uint64
}

type literal struct {
	text   string
	target uint32
}

func (g *grams) add(text string, target uint32) {
	g.literals = append(g.literals, literal{text, target})
}

func (g *grams) build() {
	g.byGram = map[uint32][]uint32{}
	for i, l := range g.literals {
		h := gram(l.text[0], l.text[1], l.text[2])
		g.byGram[h] = append(g.byGram[h], uint32(i))
		g.filter[h>>6&1023] |= 1 << (h & 63)
	}
}

func gram(a, b, c byte) uint32 {
	h := (uint32(a) | uint32(b)<<8 | uint32(c)<<16) * 0x9E3779B1
	return h>>16 | h<<16
}

// find appends the targets of the literals in the view's texts. It searches every
// loaded field; the pattern decides which one counts.
func (g *grams) find(out []uint32, scratch []byte, v *view) ([]uint32, []byte) {
	for pi := range v.parts {
		scratch = scratch[:0]
		for _, r := range v.parts[pi].text {
			if r < utf8.RuneSelf {
				if r >= 'A' && r <= 'Z' {
					r += 'a' - 'A'
				}
				scratch = append(scratch, byte(r))
				continue
			}
			scratch = utf8.AppendRune(scratch, foldSimple(r))
		}
		for i := 0; i+minLiteral <= len(scratch); i++ {
			h := gram(scratch[i], scratch[i+1], scratch[i+2])
			if g.filter[h>>6&1023]>>(h&63)&1 == 0 {
				continue
			}
			for _, n := range g.byGram[h] {
				if l := &g.literals[n]; len(scratch)-i >= len(l.text) && string(scratch[i:i+len(l.text)]) == l.text {
					out = append(out, l.target)
				}
			}
		}
	}
	return out, scratch
}
