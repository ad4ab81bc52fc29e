package inflect

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// table is an inflection by paradigms. Their text is read when it is first needed, in
// two parts: to file its rules a program that starts needs of all languages what a rule
// may write, which is little, but the forms, which are many, only of those that its
// articles are in.
type table struct {
	text     paradigms
	reading  sync.Mutex
	cited    atomic.Pointer[citations]
	expanded atomic.Pointer[ends]
}

// citations are what a table says of words as a rule writes them.
type citations struct {
	ends     ends                // of citation forms
	names    lineSet             // what names follow
	groups   map[string][]string // a form to all forms of its words
	closed   map[string]bool     // see paradigms.closed; nil for most
	inverse  lineSet             // lines of words whose citation form has the weak grade
	grades   map[string][]string // the end of a citation form's stem to those of other forms
	inverses map[string][]string // the same for the lines of inverse
	grade    int                 // bytes of the longest key of both
}

// build makes a table of its text.
func build(p paradigms) *table { return &table{text: p} }

// longest is the number of bytes of the longest ending that is read.
func (l *table) longest() int { return cmp.Or(l.text.longest, usualEnding) }

func (l *table) citations() *citations {
	if c := l.cited.Load(); c != nil {
		return c
	}
	l.reading.Lock()
	defer l.reading.Unlock()
	if l.cited.Load() == nil {
		l.cited.Store(l.readCitations())
	}
	return l.cited.Load()
}

func (l *table) readCitations() *citations {
	c := new(citations)
	c.readGrades(l.text.grades)
	x := &expander{sets: l.text.sets, tails: map[string][]string{}}
	c.ends.at("")
	for n, line := range l.text.read() {
		if !line.forWords {
			c.names.add(n)
		}
		if line.inverse {
			c.inverse.add(n)
		}
		for _, e := range x.expand(line.cites) {
			if len(e) <= l.longest() {
				c.ends.at(e).cite.add(n)
			}
		}
	}
	c.readGroups(l.text.groups, x)
	for _, w := range x.expand(l.text.closed) {
		if c.closed == nil {
			c.closed = map[string]bool{}
		}
		c.closed[w] = true
	}
	return c
}

func (c *citations) readGroups(text string, x *expander) {
	var words [][]string
	forms := 0
	for line := range strings.Lines(text) {
		word := x.expand(strings.TrimPrefix(strings.TrimSpace(line), "-"))
		slices.Sort(word)
		word = slices.Compact(word) // sets have endings in common
		words, forms = append(words, word), forms+len(word)
	}
	c.groups = make(map[string][]string, forms)
	for _, word := range words {
		for _, form := range word {
			if of := c.groups[form]; of != nil {
				c.groups[form] = slices.Concat(of, word)
			} else {
				c.groups[form] = word
			}
		}
	}
}

// ends are the endings of all forms, and those of citation forms.
func (l *table) ends() *ends {
	if e := l.expanded.Load(); e != nil {
		return e
	}
	c := l.citations()
	l.reading.Lock()
	defer l.reading.Unlock()
	if l.expanded.Load() == nil {
		l.expanded.Store(l.readEnds(c))
	}
	return l.expanded.Load()
}

func (l *table) readEnds(c *citations) *ends {
	all := new(ends)
	all.at("")
	x := &expander{sets: l.text.sets, tails: map[string][]string{}}
	lines := l.text.read()
	for n, line := range lines {
		for _, e := range x.expand(line.forms) {
			e, small := strings.CutPrefix(e, ":")
			switch {
			case len(e) > l.longest():
			case small:
				all.at(e).small.add(n)
			default:
				all.at(e).form.add(n)
			}
		}
	}
	for i, e := range c.ends.texts {
		all.at(e).cite = c.ends.all[i].cite
	}
	for i, e := range c.ends.texts {
		for n, line := range lines {
			if line.forWords && c.ends.all[i].cite.has(n) {
				l.widen(all, n, e)
			}
		}
	}
	all.all = slices.Clip(all.all)
	return all
}

// widen gives a line for words in small letters alone, with this citation ending,
// the forms of the names that end so: what is not known for a name may be one.
func (l *table) widen(all *ends, line int, cite string) {
	c := l.citations()
	if !c.ends.find(pack(cite)).cite.and(c.names).none() {
		return // it follows their lines too
	}
	shortest := len(cite)
	if l.text.bare {
		shortest--
	}
	for i := 1; i <= shortest; i++ {
		lines := c.ends.find(pack(cite[i:])).cite.and(c.names)
		if lines.none() {
			continue
		}
		for _, e := range all.of(lines) {
			if e = cite[:i] + e; len(e) <= l.longest() {
				all.at(e).form.add(line)
			}
		}
		return
	}
}

// of are the endings of the forms in the lines.
func (e *ends) of(lines lineSet) []string {
	var out []string
	for i, text := range e.texts {
		if !e.all[i].form.and(lines).none() {
			out = append(out, text)
		}
	}
	return out
}

// minStem is the number of letters that a stem has at least.
const minStem = 2

// analyse gives the stem's length of a term and the lines it follows; none
// where it has no forms.
func (l *table) analyse(term string, name bool) (stem int, p lineSet) {
	c := l.citations()
	allowed := lineSet{^uint64(0), ^uint64(0)}
	if name {
		allowed = c.names
	}
	if l.text.class != nil {
		return len(term), c.ends.find(pack(l.text.class(term))).cite.and(allowed)
	}
	longest := min(c.ends.long, len(term)-minStem)
	for k := longest; k >= 0; k-- {
		if k == 0 && l.text.bare {
			break
		}
		if p := c.ends.find(pack(term[len(term)-k:])).cite.and(allowed); !p.none() {
			return len(term) - k, p
		}
	}
	if !l.text.bare {
		return len(term), lineSet{}
	}
	forms, bare := l.ends(), c.ends.find(0).cite
	for k := min(forms.long, len(term)-minStem); k >= 1; k-- {
		if p := forms.find(pack(term[len(term)-k:])).forms(name).and(allowed).without(bare); !p.none() {
			return len(term) - k, p
		}
	}
	return len(term), bare.and(allowed)
}

func (l *table) joins(t Term, word string) bool {
	term, name := t.Folded, t.Name
	c := l.citations()
	if of := c.groups[term]; of != nil {
		return slices.Contains(of, word)
	}
	stem, p := l.analyse(term, name)
	if p.none() || c.closed[word] || c.closed[term] {
		return false
	}
	forms := l.ends()
	if forms.follow(term[:stem], "", word, name, p) {
		return true
	}
	for _, inverse := range [...]bool{false, true} {
		lines, n, others := c.graded(term[:stem], p, inverse)
		for _, other := range others {
			if len(word) > n+len(other) && forms.follow(term[:n], other, word, name, lines) {
				return true
			}
		}
	}
	return false
}

// follow says whether word is the stem, which has the parts head and tail, with an
// ending of a form in the lines.
func (e *ends) follow(head, tail, word string, name bool, lines lineSet) bool {
	rest, ok := strings.CutPrefix(word, head)
	if ok {
		rest, ok = strings.CutPrefix(rest, tail)
	}
	return ok && len(rest) <= e.long && !e.find(pack(rest)).forms(name).and(lines).none()
}

func (l *table) stems(out []string, t Term) []string {
	stem, p := l.analyse(t.Folded, t.Name)
	if p.none() {
		stem = len(t.Folded)
	}
	out = append(out, t.Folded[:stem])
	c := l.citations()
	out = append(out, c.groups[t.Folded]...)
	for _, inverse := range [...]bool{false, true} {
		_, n, others := c.graded(t.Folded[:stem], p, inverse)
		for _, other := range others {
			out = append(out, t.Folded[:n]+other)
		}
	}
	return out
}

// graded gives the other grades of a stem's end, which begins behind n bytes, and
// the lines that they are for.
func (c *citations) graded(stem string, p lineSet, inverse bool) (lines lineSet, n int, others []string) {
	grades := c.grades
	if lines = p.without(c.inverse); inverse {
		grades, lines = c.inverses, p.and(c.inverse)
	}
	if lines.none() {
		return lines, 0, nil
	}
	for k := min(c.grade, len(stem)-1); k > 0; k-- {
		if others, ok := grades[stem[len(stem)-k:]]; ok {
			return lines, len(stem) - k, others
		}
	}
	return lines, 0, nil
}

func (c *citations) readGrades(text string) {
	c.grades, c.inverses = map[string][]string{}, map[string][]string{}
	x := &expander{}
	for line := range strings.Lines(text) {
		line, inverse := strings.CutPrefix(strings.TrimSpace(line), "<")
		grades := c.grades
		if inverse {
			grades = c.inverses
		}
		if all := x.expand(line); len(all) > 0 {
			grades[all[0]] = all[1:]
			c.grade = max(c.grade, len(all[0]))
		}
	}
}

func (l *table) cuts(word string, known uint64) uint64 {
	forms := l.ends()
	key, factor := uint64(0), uint64(step)
	for k := 1; k <= forms.long && k <= len(word)-minStem; k++ {
		key += uint64(word[len(word)-k]) * factor
		factor *= step
		if known>>k&1 == 0 && forms.has(key) {
			known |= 1 << k
		}
	}
	return known
}
