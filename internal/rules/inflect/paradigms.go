package inflect

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"watcher/internal/rules/words"
)

// A language's table is a text of paradigms, one a line:
//
//	citation endings | endings of all forms
//
// in folded letters. A word is taken to follow the paradigms whose citation
// ending is the longest that it has; what stands before that ending is its
// stem, and its forms are the stem with each of the endings. Consonants that
// alternate (ręka, ręce) belong to the endings. - is the empty ending. k+N in
// the forms is k before every ending of the named set N. A line that begins
// with : holds for words in small letters only, and so does a single ending
// that does: names do not follow it. A line that begins with < is for words whose
// citation form has the weak grade, see grades.
type paradigms struct {
	sets  map[string]string
	lines string
	// grades are consonants at a stem's end that alternate, a line for each: the
	// strong grade, which a citation form has, and the weak ones of other forms
	// (nk ng). A stem follows the line with the longest one; one that begins with <
	// is for the lines of lines that do, and has the weak grade first. What does not
	// alternate stands alone.
	grades string
	// bare says that every citation form has an ending of the table: a word
	// without one is itself a form, and its paradigms are those that have it.
	bare bool
	// longest is the number of bytes of the longest ending, usualEnding if it is 0.
	// A letter has three bytes but in Latin, Cyrillic and Greek.
	longest int
	// class, where it is set, tells which citation ending a folded word is taken to
	// have where its last letters do not say it: the vowel that others follow may
	// stand anywhere before them. Nothing is cut off the word for it.
	class func(folded string) string
	// groups are forms that no ending explains, a line for each word. A line
	// that begins with - is also for the compounds that end so.
	groups string
	// closed are small words, whose forms are in groups if anywhere: none of them is
	// a form of a word by its ending (over is none of Ove), and none has such forms.
	closed string
}

// ends are the endings of a language in a hash table by their letters.
type ends struct {
	keys  []uint64 // one higher than the key: 0 is empty
	which []uint16 // of each key: its place in all
	all   []endBits
	texts []string // of all
	long  int      // bytes of the longest
}

// endBits says in which lines an ending is that of a citation form, in
// which that of any form, and in which that of a form of words in small letters.
type endBits struct{ cite, form, small lineSet }

// lineSet is a set of lines of a table, each a paradigm.
type lineSet [2]uint64

// maxParadigms is the number of lines that a table may have.
const maxParadigms = 128

func (p *lineSet) add(n int) { p[n/64] |= 1 << (n % 64) }

func (p lineSet) and(q lineSet) lineSet { return lineSet{p[0] & q[0], p[1] & q[1]} }

func (p lineSet) or(q lineSet) lineSet { return lineSet{p[0] | q[0], p[1] | q[1]} }

// without keeps a word that has some ending from being the form of one that has
// none: Peru is no form of per.
func (p lineSet) without(q lineSet) lineSet { return lineSet{p[0] &^ q[0], p[1] &^ q[1]} }

func (p lineSet) none() bool { return p[0]|p[1] == 0 }

// forms are the lines in which the ending is that of a form.
func (b endBits) forms(name bool) lineSet {
	if name {
		return b.form
	}
	return b.form.or(b.small)
}

// table is a table ready for use.
type table struct {
	ends     ends
	names    lineSet // what names follow
	bare     bool
	groups   map[string][]string // a form to all forms of its words
	inverse  lineSet             // lines of words whose citation form has the weak grade
	grades   map[string][]string // the end of a citation form's stem to those of other forms
	inverses map[string][]string // the same for the lines of inverse
	grade    int                 // bytes of the longest key of both
	closed   map[string]bool     // see paradigms.closed; nil for most
	class    func(folded string) string
}

// usualEnding is the number of bytes of the longest ending of a table that names no
// other; the rare longer endings are left out.
const usualEnding = 8

// step is what the key of an ending is multiplied by with each letter before it.
const step = 0x9E3779B97F4A7C15

// pack makes the key of an ending, such that those of all endings of a word are
// had by going once from its end towards its beginning.
func pack(ending string) uint64 {
	key, factor := uint64(0), uint64(step)
	for i := len(ending) - 1; i >= 0; i-- {
		key += uint64(ending[i]) * factor
		factor *= step
	}
	return key
}

func (e *ends) find(key uint64) endBits {
	if i := e.slot(key); e.keys[i] != 0 {
		return e.all[e.which[i]]
	}
	return endBits{}
}

// has says whether the ending is one of any form, be it that in which a rule
// writes the word.
func (e *ends) has(key uint64) bool { return e.keys[e.slot(key)] != 0 }

// slot is where key is, or where it would be.
func (e *ends) slot(key uint64) uint64 {
	mask := uint64(len(e.keys) - 1)
	i := key * 0x9E3779B97F4A7C15 >> 40 & mask
	for e.keys[i] != key+1 && e.keys[i] != 0 {
		i = (i + 1) & mask
	}
	return i
}

// at is where the ending's bits are, made if need be, until the next call.
func (e *ends) at(ending string) *endBits {
	if 2*len(e.all) >= len(e.keys) {
		old := *e
		e.keys, e.which = make([]uint64, max(64, 2*len(old.keys))), make([]uint16, max(64, 2*len(old.keys)))
		for i, key := range old.keys {
			if key != 0 {
				k := e.slot(key - 1)
				e.keys[k], e.which[k] = key, old.which[i]
			}
		}
	}
	key := pack(ending)
	i := e.slot(key)
	if e.keys[i] != 0 && e.texts[e.which[i]] != ending {
		panic("inflect: two endings have one key: " + ending)
	}
	if e.keys[i] == 0 {
		if len(e.all) > math.MaxUint16 {
			panic("inflect: too many endings")
		}
		e.keys[i], e.which[i] = key+1, uint16(len(e.all))
		e.all, e.texts = append(e.all, endBits{}), append(e.texts, ending)
		e.long = max(e.long, len(ending))
	}
	return &e.all[e.which[i]]
}

// fold writes the letters of a table in the alphabet of package words.
func fold(s string) string { return foldWith(new(words.Buffer), s) }

func foldWith(b *words.Buffer, s string) string {
	b.Scan(s, 0)
	if len(b.Tokens) != 1 || int(b.Tokens[0].End) != len(s) {
		panic(fmt.Sprintf("inflect: %q is not one word", s))
	}
	return strings.Clone(b.Folded(&b.Tokens[0]))
}

// build makes a table of its text. One that cannot be read is a
// mistake in this package, so it panics; the tests build all.
func build(s paradigms) *table {
	l := &table{bare: s.bare, class: s.class, groups: map[string][]string{}}
	l.readGrades(s.grades)
	longest := cmp.Or(s.longest, usualEnding)
	x := &expander{sets: s.sets, tails: map[string][]string{}}
	type smallCite struct {
		line int
		cite string
	}
	var small []smallCite
	n := 0
	for line := range strings.Lines(s.lines + "\n" + compounds(s.groups)) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if n == maxParadigms {
			panic("inflect: too many paradigms")
		}
		line, forWords := strings.CutPrefix(line, ":")
		if !forWords {
			l.names.add(n)
		}
		line, inverse := strings.CutPrefix(line, "<")
		if inverse {
			l.inverse.add(n)
		}
		cites, forms, ok := strings.Cut(line, "|")
		if !ok {
			panic("inflect: no | in " + line)
		}
		for _, e := range x.expand(cites) {
			if len(e) <= longest {
				l.ends.at(e).cite.add(n)
				if forWords {
					small = append(small, smallCite{n, e})
				}
			}
		}
		for _, e := range x.expand(forms) {
			e, small := strings.CutPrefix(e, ":")
			switch {
			case len(e) > longest:
			case small:
				l.ends.at(e).small.add(n)
			default:
				l.ends.at(e).form.add(n)
			}
		}
		n++
	}
	l.ends.at("")
	for _, w := range small {
		l.widen(w.line, w.cite, longest)
	}
	l.ends.all = slices.Clip(l.ends.all)
	for line := range strings.Lines(s.groups) {
		group := x.expand(strings.TrimPrefix(strings.TrimSpace(line), "-"))
		for _, form := range group {
			l.groups[form] = append(l.groups[form], group...)
		}
	}
	if s.closed != "" {
		l.closed = map[string]bool{}
		for _, w := range x.expand(s.closed) {
			l.closed[w] = true
		}
	}
	return l
}

// widen gives a line for words in small letters alone, with this citation ending,
// the forms of the names that end so: what is not known for a name may be one.
func (l *table) widen(line int, cite string, longest int) {
	if !l.ends.find(pack(cite)).cite.and(l.names).none() {
		return // it follows their lines too
	}
	shortest := len(cite)
	if l.bare {
		shortest--
	}
	for i := 1; i <= shortest; i++ {
		lines := l.ends.find(pack(cite[i:])).cite.and(l.names)
		if lines.none() {
			continue
		}
		for _, e := range l.endings(lines) {
			if e = cite[:i] + e; len(e) <= longest {
				l.ends.at(e).form.add(line)
			}
		}
		return
	}
}

// endings are those of the forms in the lines.
func (l *table) endings(lines lineSet) []string {
	var out []string
	for i, text := range l.ends.texts {
		if !l.ends.all[i].form.and(lines).none() {
			out = append(out, text)
		}
	}
	return out
}

// compounds are the paradigms of the groups whose line begins with -.
func compounds(groups string) string {
	var b strings.Builder
	for line := range strings.Lines(groups) {
		if forms, ok := strings.CutPrefix(strings.TrimSpace(line), "-"); ok {
			cite, _, _ := strings.Cut(forms, " ")
			fmt.Fprintf(&b, "%s | %s\n", cite, forms)
		}
	}
	return b.String()
}

// expander reads endings. Each set is read once, and one buffer serves all: the
// tables are made at every start of the program.
type expander struct {
	sets  map[string]string
	tails map[string][]string // sets that were read
	words words.Buffer
}

// expand reads endings, with the sets put in.
func (x *expander) expand(s string) []string {
	var out []string
	for f := range strings.FieldsSeq(s) {
		f, small := strings.CutPrefix(f, ":")
		base, set, ok := strings.Cut(f, "+")
		base = x.ending(base)
		tails := noTail
		if ok {
			tails = x.set(set)
		}
		for _, e := range tails {
			e, smallToo := strings.CutPrefix(e, ":")
			switch {
			case small || smallToo:
				e = ":" + base + e
			case e == "":
				e = base
			default:
				e = base + e
			}
			out = append(out, e)
		}
	}
	return out
}

// noTail is what follows the base of an ending that has no set.
var noTail = []string{""}

func (x *expander) set(name string) []string {
	tails, ok := x.tails[name]
	if !ok {
		list, ok := x.sets[name]
		if !ok {
			panic("inflect: unknown set " + name)
		}
		tails = noTail
		if list != "-" {
			tails = x.expand(list)
		}
		x.tails[name] = tails
	}
	return tails
}

func (x *expander) ending(s string) string {
	if s == "-" || s == "" {
		return ""
	}
	x.words.Reset()
	return foldWith(&x.words, s)
}

// minStem is the number of letters that a stem has at least.
const minStem = 2

// analyse gives the stem's length of a term and the lines it follows; none
// where it has no forms.
func (l *table) analyse(term string, name bool) (stem int, p lineSet) {
	allowed := lineSet{^uint64(0), ^uint64(0)}
	if name {
		allowed = l.names
	}
	if l.class != nil {
		return len(term), l.ends.find(pack(l.class(term))).cite.and(allowed)
	}
	longest := min(l.ends.long, len(term)-minStem)
	for k := longest; k >= 0; k-- {
		if k == 0 && l.bare {
			break
		}
		if c := l.ends.find(pack(term[len(term)-k:])).cite.and(allowed); !c.none() {
			return len(term) - k, c
		}
	}
	if !l.bare {
		return len(term), lineSet{}
	}
	for k := longest; k >= 1; k-- {
		if f := l.ends.find(pack(term[len(term)-k:])).forms(name).and(allowed).without(l.ends.find(0).cite); !f.none() {
			return len(term) - k, f
		}
	}
	return len(term), l.ends.find(0).cite.and(allowed)
}

func (l *table) joins(t Term, word string) bool {
	term, name := t.Folded, t.Name
	if group := l.groups[term]; group != nil {
		return slices.Contains(group, word)
	}
	stem, p := l.analyse(term, name)
	if p.none() || l.closed[word] || l.closed[term] {
		return false
	}
	if l.ends.follow(term[:stem], "", word, name, p) {
		return true
	}
	for _, inverse := range [...]bool{false, true} {
		lines, n, others := l.graded(term[:stem], p, inverse)
		for _, other := range others {
			if len(word) > n+len(other) && l.ends.follow(term[:n], other, word, name, lines) {
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
	out = append(append(out, t.Folded[:stem]), l.groups[t.Folded]...)
	for _, inverse := range [...]bool{false, true} {
		_, n, others := l.graded(t.Folded[:stem], p, inverse)
		for _, other := range others {
			out = append(out, t.Folded[:n]+other)
		}
	}
	return out
}

// graded gives the other grades of a stem's end, which begins behind n bytes, and
// the lines that they are for.
func (l *table) graded(stem string, p lineSet, inverse bool) (lines lineSet, n int, others []string) {
	grades := l.grades
	if lines = p.without(l.inverse); inverse {
		grades, lines = l.inverses, p.and(l.inverse)
	}
	if lines.none() {
		return lines, 0, nil
	}
	for k := min(l.grade, len(stem)-1); k > 0; k-- {
		if others, ok := grades[stem[len(stem)-k:]]; ok {
			return lines, len(stem) - k, others
		}
	}
	return lines, 0, nil
}

func (l *table) readGrades(text string) {
	l.grades, l.inverses = map[string][]string{}, map[string][]string{}
	x := &expander{}
	for line := range strings.Lines(text) {
		line, inverse := strings.CutPrefix(strings.TrimSpace(line), "<")
		grades := l.grades
		if inverse {
			grades = l.inverses
		}
		if all := x.expand(line); len(all) > 0 {
			grades[all[0]] = all[1:]
			l.grade = max(l.grade, len(all[0]))
		}
	}
}

func (l *table) cuts(word string, known uint64) uint64 {
	key, factor := uint64(0), uint64(step)
	for k := 1; k <= l.ends.long && k <= len(word)-minStem; k++ {
		key += uint64(word[len(word)-k]) * factor
		factor *= step
		if known>>k&1 == 0 && l.ends.has(key) {
			known |= 1 << k
		}
	}
	return known
}
