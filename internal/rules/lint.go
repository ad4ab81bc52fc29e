package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// WarningKind tells warnings apart.
type WarningKind string

// The kinds of warnings.
const (
	// WarnSideBySide: plain words and nothing else under match. Where YAML
	// quotes stand around them, a phrase was meant and the quotes were YAML's.
	WarnSideBySide WarningKind = "side-by-side"
	WarnCapitals   WarningKind = "capitals" // an acronym that is also a common word
	WarnWords      WarningKind = "words"    // acronyms that are words of some language, once for all rules
	WarnNever      WarningKind = "never"    // no article can match
	WarnRepeats    WarningKind = "repeats"  // another rule finds the same
	WarnContained  WarningKind = "contained"
	WarnAdjective  WarningKind = "adjective"     // countries without their adjectives, once for all rules
	WarnInvisible  WarningKind = "invisible"     // a sign that shows nothing
	WarnLetters    WarningKind = "letters"       // a word with letters of two scripts
	WarnEvery      WarningKind = "every-article" // no key: it runs on every article
)

// Warning is about what is allowed but probably a mistake.
type Warning struct {
	Kind   WarningKind
	Rule   int    // index of the rule, -1 for an entry of a list
	Name   string // of the rule
	Part   string // as in Error
	Source string // the text of that part
	Offset int    // byte in Source
	Column int    // rune in Source, from 1; 0 where the rule as a whole is meant
	Other  int    // the other rule of repeats and contained
	Msg    string
	Fix    string
}

// String is one line: rule, part, column, what is odd and what to write.
func (w Warning) String() string { return w.err().Error() }

// Text is what is odd and what to write, without the place.
func (w Warning) Text() string { return w.err().Text() }

// Caret shows the source with a caret, as of an Error.
func (w Warning) Caret() string { return w.err().Caret() }

func (w Warning) err() *Error {
	return &Error{Rule: w.Rule, Name: w.Name, Part: w.Part, Source: w.Source, Offset: w.Offset, Column: w.Column, Msg: w.Msg, Fix: w.Fix}
}

// maxCompared is the number of rules up to which they are compared with each other: for
// more the list would be too long to read. Literal repetitions are found among any
// number.
const maxCompared = 50_000

// Lint returns what in the rules is allowed but probably a mistake, in the order of the
// rules. It parses every rule again and may take as long as Compile.
func (s *Set) Lint() []Warning {
	var out []Warning
	var cmp *comparer
	if len(s.rules) <= maxCompared {
		cmp = newComparer(s)
	}
	known := copies{}
	also, alone := alsoWords{}, withoutAdjective{}
	always := map[uint32]bool{}
	for _, target := range s.always {
		if target&isEntry == 0 {
			always[s.code[target]] = true
		}
	}
	for i := range s.rules {
		l := linter{set: s, rule: i, also: &also}
		l.pieces()
		n := s.parse(i)
		alone.look(&l, n)
		if reason := impossible(n, inDefault); reason != "" {
			l.whole(WarnNever, "change or remove it", "no article can match: "+reason)
		} else if reason := l.scope(n); reason != "" {
			l.whole(WarnNever, "change feeds: or the query", "no article can match: "+reason)
		} else if first := known.first(i, &s.rules[i], n); first != i {
			l.repeats(first)
		} else if cmp != nil {
			l.compare(cmp, n)
		}
		if always[uint32(i)] {
			l.whole(WarnEvery, "add a word that the article must have, or to a regular expression at least 3 letters that do not vary",
				"it runs on every article: there is nothing to look for first")
		}
		out = append(out, l.out...)
	}
	out = append(append(out, also.warning()...), alone.warning()...)
	return append(out, s.inLists()...)
}

// inLists warns of invisible characters in the entries of lists.
func (s *Set) inLists() []Warning {
	l := linter{set: s, rule: -1}
	for _, name := range slices.Sorted(maps.Keys(s.opts.Lists)) {
		for i, entry := range s.opts.Lists[name] {
			l.part, l.src = fmt.Sprintf("lists.%s[%d]", name, i), entry
			l.letters()
		}
	}
	return l.out
}

type linter struct {
	set       *Set
	rule      int
	also      *alsoWords
	part, src string
	out       []Warning
}

// add records a warning about the rule as a whole.
func (l *linter) add(w Warning) {
	w.Rule, w.Name = l.rule, l.set.rules[l.rule].Name
	l.out = append(l.out, w)
}

// warning makes a warning at off in the current part.
func (l *linter) warning(kind WarningKind, off int, fix, msg string) Warning {
	w := Warning{Kind: kind, Rule: l.rule, Part: l.part, Source: l.src, Offset: off, Column: utf8.RuneCountInString(l.src[:off]) + 1, Msg: msg, Fix: fix}
	if l.rule >= 0 {
		w.Name = l.set.rules[l.rule].Name
	}
	return w
}

func (l *linter) warn(kind WarningKind, off int, fix, msg string) {
	l.out = append(l.out, l.warning(kind, off, fix, msg))
}

func (l *linter) whole(kind WarningKind, fix, msg string) {
	part := "match"
	if l.set.rules[l.rule].Match == "" {
		part = "keywords"
	}
	l.add(Warning{Kind: kind, Part: part, Source: l.set.rules[l.rule].Match, Msg: msg, Fix: fix})
}

// pieces checks the query, or each keyword, by itself.
func (l *linter) pieces() {
	r := &l.set.rules[l.rule]
	e := l.set.env()
	if r.Match != "" {
		l.part, l.src = "match", r.Match
		n, err := parseQuery(e, r.Match)
		if err != nil {
			return
		}
		l.letters()
		l.sideBySide(n)
		l.capitals(n)
		return
	}
	for i, k := range r.Keywords {
		l.part, l.src = fmt.Sprintf("keywords[%d]", i), k
		if n, err := e.keyword(k); err == nil {
			l.letters()
			l.capitals(n)
		}
	}
}

// sideBySide finds a query of plain words alone: match: "Enhanced Forward
// Presence" in YAML is three words, for the quotes are YAML's.
func (l *linter) sideBySide(n *node) {
	if n.op != opAnd {
		return
	}
	var ws []string
	for _, k := range n.kids {
		if k.op != opTerm || strings.ContainsAny(k.text, `"~=*`) {
			return
		}
		ws = append(ws, k.text)
	}
	phrase := strings.Join(ws, " ")
	if phrase != strings.Join(strings.Fields(l.src), " ") {
		return // AND is written out
	}
	l.warn(WarnSideBySide, n.off, `for the phrase write '"`+phrase+`"' with both quotes, or keywords: [`+phrase+`]; if any order is meant, write AND between them`,
		"these words are looked for in any order and place")
}

// scope finds feed: in a query whose rule does not look at that feed.
func (l *linter) scope(n *node) string {
	names := l.set.rules[l.rule].Feeds
	if len(names) == 0 || slices.ContainsFunc(names, func(f string) bool { return strings.HasPrefix(f, "tag:") }) {
		return ""
	}
	for _, k := range conjuncts(n) {
		if k.op == opMeta && k.meta == metaFeed && disjoint(k.values, names) {
			return fmt.Sprintf("%s is not among the rule's feeds", k)
		}
	}
	return ""
}

func conjuncts(n *node) []*node {
	if n.op == opAnd {
		return n.kids
	}
	return []*node{n}
}

func disjoint(a, b []string) bool {
	return !slices.ContainsFunc(a, func(x string) bool {
		return slices.ContainsFunc(b, func(y string) bool { return strings.EqualFold(x, y) })
	})
}

// impossible says why no article can satisfy n, "" if one may.
func impossible(n *node, in fields) string {
	switch n.op {
	case opField:
		return impossible(n.kids[0], n.in)
	case opOr:
		reason := ""
		for _, k := range n.kids {
			if reason = impossible(k, in); reason == "" {
				return ""
			}
		}
		return reason
	case opNear, opBefore:
		if a, b := places(n.kids[0], in), places(n.kids[1], in); a&b == 0 {
			return fmt.Sprintf("%s and %s are looked for in different fields, and distances do not cross fields", n.kids[0], n.kids[1])
		}
	case opAnd:
		return contradiction(n, in)
	}
	return ""
}

// contradiction finds kids of an AND that exclude each other.
func contradiction(n *node, in fields) string {
	for i, a := range n.kids {
		if reason := impossible(a, in); reason != "" {
			return reason
		}
		for j, b := range n.kids {
			switch {
			case b.op == opNot && i != j && implies(a, b.kids[0], in, in):
				return fmt.Sprintf("%s and NOT %s exclude each other", a, b.kids[0])
			case j > i && a.op == opMeta && b.op == opMeta && a.meta == b.meta && a.meta != metaTag && !overlap(a, b):
				return fmt.Sprintf("%s and %s exclude each other", a, b)
			}
		}
	}
	return ""
}

// overlap reports whether an item can satisfy both metas.
func overlap(a, b *node) bool {
	for _, x := range a.values {
		for _, y := range b.values {
			x, y := strings.ToLower(x), strings.ToLower(y)
			if x == y || a.meta == metaLang && (strings.HasPrefix(x, y+"-") || strings.HasPrefix(y, x+"-")) {
				return true
			}
		}
	}
	return false
}

// places are the parts of an item in which the terms of n may occur. The text is the
// content or the summary.
func places(n *node, in fields) fields {
	switch n.op {
	case opField:
		return places(n.kids[0], n.in)
	case opOr:
		var all fields
		for _, k := range n.kids {
			all |= places(k, in)
		}
		return all
	}
	p := in &^ (inText | inLead)
	if in&inText != 0 {
		p |= inContent | inSummary
	}
	if in&inLead != 0 {
		p |= inTitle | inContent | inSummary
	}
	return p
}
