package inflect

import (
	"fmt"
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
// that does: names do not follow it.
type source struct {
	sets  map[string]string
	table string
	// bare says that every citation form has an ending of the table: a word
	// without one is itself a form, and its paradigms are those that have it.
	bare bool
	// groups are forms that no ending explains, a line for each word. A line
	// that begins with - is also for the compounds that end so.
	groups string
}

// ends are the endings of a language, hashed by their letters.
type ends struct {
	keys  []uint64
	value []endBits
	mask  uint64
	long  int // letters of the longest
}

// endBits says in which paradigms an ending is that of a citation form, in
// which that of any form, and in which that of a form of words in small letters.
type endBits struct{ cite, form, small paradigms }

// paradigms is a set of lines of a table.
type paradigms [2]uint64

// maxParadigms is the number of lines that a table may have.
const maxParadigms = 128

func (p *paradigms) add(n int) { p[n/64] |= 1 << (n % 64) }

func (p paradigms) and(q paradigms) paradigms { return paradigms{p[0] & q[0], p[1] & q[1]} }

func (p paradigms) or(q paradigms) paradigms { return paradigms{p[0] | q[0], p[1] | q[1]} }

// without keeps a word that has some ending from being the form of one that has
// none: Peru is no form of per.
func (p paradigms) without(q paradigms) paradigms { return paradigms{p[0] &^ q[0], p[1] &^ q[1]} }

func (p paradigms) none() bool { return p[0]|p[1] == 0 }

// forms are the paradigms in which the ending is that of a form.
func (b endBits) forms(name bool) paradigms {
	if name {
		return b.form
	}
	return b.form.or(b.small)
}

// language is a table ready for use.
type language struct {
	ends   ends
	names  paradigms // what names follow
	bare   bool
	groups map[string][]string // a form to all forms of its words
}

// maxEnding is the number of letters that a key can hold; the rare longer
// endings are left out.
const maxEnding = 8

// pack makes a key of at most eight letters. No letter is 0.
func pack(ending string) uint64 {
	var k uint64
	for i := range len(ending) {
		k = k<<8 | uint64(ending[i])
	}
	return k
}

func (e *ends) find(key uint64) endBits {
	if i := e.slot(key); e.keys[i] != 0 {
		return e.value[i]
	}
	return endBits{}
}

// has says whether the ending is one of any form, be it that in which a rule
// writes the word.
func (e *ends) has(key uint64) bool { return e.keys[e.slot(key)] != 0 }

// slot is where key is, or where it would be. An empty slot is 0, so keys are
// kept one higher.
func (e *ends) slot(key uint64) uint64 {
	i := key * 0x9E3779B97F4A7C15 >> 40 & e.mask
	for e.keys[i] != key+1 && e.keys[i] != 0 {
		i = (i + 1) & e.mask
	}
	return i
}

// fold writes the letters of a table in the alphabet of package words.
func fold(s string) string {
	var b words.Buffer
	b.Scan(s, 0)
	if len(b.Tokens) != 1 || int(b.Tokens[0].End) != len(s) {
		panic(fmt.Sprintf("inflect: %q is not one word", s))
	}
	return strings.Clone(b.Folded(&b.Tokens[0]))
}

// build makes a language of its source. A table that cannot be read is a
// mistake in this package, so it panics; the tests build every language.
func build(s source) *language {
	l := &language{bare: s.bare, groups: map[string][]string{}}
	found := map[string]*endBits{}
	n := 0
	for line := range strings.Lines(s.table + compounds(s.groups)) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if n == maxParadigms {
			panic("inflect: too many paradigms")
		}
		if rest, ok := strings.CutPrefix(line, ":"); ok {
			line = rest
		} else {
			l.names.add(n)
		}
		cites, forms, ok := strings.Cut(line, "|")
		if !ok {
			panic("inflect: no | in " + line)
		}
		for _, e := range expand(cites, nil) {
			if len(e) <= maxEnding {
				at(found, e).cite.add(n)
			}
		}
		for _, e := range expand(forms, s.sets) {
			e, small := strings.CutPrefix(e, ":")
			switch {
			case len(e) > maxEnding:
			case small:
				at(found, e).small.add(n)
			default:
				at(found, e).form.add(n)
			}
		}
		n++
	}
	l.ends = hashed(found)
	for line := range strings.Lines(s.groups) {
		group := expand(strings.TrimPrefix(strings.TrimSpace(line), "-"), nil)
		for _, form := range group {
			l.groups[form] = append(l.groups[form], group...)
		}
	}
	return l
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

func at(m map[string]*endBits, e string) *endBits {
	b := m[e]
	if b == nil {
		b = new(endBits)
		m[e] = b
	}
	return b
}

// expand reads endings, with the sets put in.
func expand(s string, sets map[string]string) []string {
	var out []string
	for f := range strings.FieldsSeq(s) {
		f, small := strings.CutPrefix(f, ":")
		base, set, ok := strings.Cut(f, "+")
		list := "-"
		if ok {
			if list, ok = sets[set]; !ok {
				panic("inflect: unknown set " + set)
			}
		}
		tails := []string{""}
		if list != "-" {
			tails = expand(list, sets)
		}
		for _, e := range tails {
			e, smallToo := strings.CutPrefix(e, ":")
			e = ending(base) + e
			if small || smallToo {
				e = ":" + e
			}
			out = append(out, e)
		}
	}
	return out
}

func ending(s string) string {
	if s == "-" || s == "" {
		return ""
	}
	return fold(s)
}

func hashed(m map[string]*endBits) ends {
	size := 64
	for size < 3*len(m) {
		size *= 2
	}
	e := ends{keys: make([]uint64, size), value: make([]endBits, size), mask: uint64(size - 1)}
	for s, b := range m {
		e.long = max(e.long, len(s))
		key := pack(s)
		i := e.slot(key)
		e.keys[i], e.value[i] = key+1, *b
	}
	return e
}

// minStem is the number of letters that a stem has at least.
const minStem = 2

// analyse gives the stem's length of a term and the paradigms it follows; none
// where it has no forms.
func (l *language) analyse(term string, name bool) (stem int, p paradigms) {
	allowed := paradigms{^uint64(0), ^uint64(0)}
	if name {
		allowed = l.names
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
		return len(term), paradigms{}
	}
	for k := longest; k >= 1; k-- {
		if f := l.ends.find(pack(term[len(term)-k:])).forms(name).and(allowed).without(l.ends.find(0).cite); !f.none() {
			return len(term) - k, f
		}
	}
	return len(term), l.ends.find(0).cite.and(allowed)
}

// joins says whether word is a form of term.
func (l *language) joins(term, word string, name bool) bool {
	if group := l.groups[term]; group != nil {
		return slices.Contains(group, word)
	}
	stem, p := l.analyse(term, name)
	if p.none() || len(word) < stem || len(word)-stem > l.ends.long || word[:stem] != term[:stem] {
		return false
	}
	return !l.ends.find(pack(word[stem:])).forms(name).and(p).none()
}
