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
// with : holds for words in small letters only: names do not follow it.
type source struct {
	sets  map[string]string
	table string
	// bare says that every citation form has an ending of the table: a word
	// without one is itself a form, and its paradigms are those that have it.
	bare bool
	// groups are forms that no ending explains, a line for each word.
	// group that begins with - is of endings of compounds too.
	groups string
}

// ends are the endings of a language, hashed by their letters.
type ends struct {
	keys  []uint64
	value []endBits
	mask  uint64
	long  int // letters of the longest
}

// endBits says in which paradigms an ending is that of a citation form, and in
// which that of any form.
type endBits struct{ cite, form paradigms }

// maxParadigms is the number of lines that a table may have.
const maxParadigms = 128

// paradigms is a set of a table's lines.
type paradigms struct{ low, high uint64 }

func paradigm(n int) paradigms {
	if n < 64 {
		return paradigms{low: 1 << n}
	}
	return paradigms{high: 1 << (n - 64)}
}

func (p paradigms) or(q paradigms) paradigms  { return paradigms{p.low | q.low, p.high | q.high} }
func (p paradigms) and(q paradigms) paradigms { return paradigms{p.low & q.low, p.high & q.high} }
func (p paradigms) none() bool                { return p.low|p.high == 0 }

// language is a table ready for use.
type language struct {
	ends   ends
	names  paradigms // that names follow
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
	for i := key * 0x9E3779B97F4A7C15 >> 40 & e.mask; ; i = (i + 1) & e.mask {
		if e.keys[i] == key+1 {
			return e.value[i]
		}
		if e.keys[i] == 0 {
			return endBits{}
		}
	}
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
	for line := range strings.Lines(s.table) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if n == maxParadigms {
			panic("inflect: too many paradigms")
		}
		bit := paradigm(n)
		n++
		if rest, ok := strings.CutPrefix(line, ":"); ok {
			line = rest
		} else {
			l.names = l.names.or(bit)
		}
		cites, forms, ok := strings.Cut(line, "|")
		if !ok {
			panic("inflect: no | in " + line)
		}
		for _, e := range expand(cites, nil) {
			b := at(found, e)
			b.cite, b.form = b.cite.or(bit), b.form.or(bit)
		}
		for _, e := range expand(forms, s.sets) {
			if len(e) <= maxEnding {
				b := at(found, e)
				b.form = b.form.or(bit)
			}
		}
	}
	l.ends = hashed(found)
	for line := range strings.Lines(s.groups) {
		group := expand(line, nil)
		for _, form := range group {
			l.groups[form] = append(l.groups[form], group...)
		}
	}
	return l
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
		base, set, ok := strings.Cut(f, "+")
		if !ok {
			out = append(out, ending(f))
			continue
		}
		list, known := sets[set]
		if !known {
			panic("inflect: unknown set " + set)
		}
		for _, e := range expand(list, sets) {
			out = append(out, ending(base)+e)
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
		i := key * 0x9E3779B97F4A7C15 >> 40 & e.mask
		for e.keys[i] != 0 {
			i = (i + 1) & e.mask
		}
		e.keys[i], e.value[i] = key+1, *b
	}
	return e
}

// minStem is the number of letters that a stem has at least.
const minStem = 2

// analyse gives the stem's length of a term and the paradigms it follows; none
// where it has no forms.
func (l *language) analyse(term string, name bool) (stem int, ps paradigms) {
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
		if f := l.ends.find(pack(term[len(term)-k:])).form.and(allowed); !f.none() {
			return len(term) - k, f
		}
	}
	return len(term), l.ends.find(0).cite.and(allowed)
}

// joins says whether word is a form of term.
func (l *language) joins(term, word string, name bool) bool {
	if slices.Contains(l.groups[term], word) {
		return true
	}
	stem, ps := l.analyse(term, name)
	if ps.none() || len(word) < stem || len(word)-stem > l.ends.long || word[:stem] != term[:stem] {
		return false
	}
	return !l.ends.find(pack(word[stem:])).form.and(ps).none()
}
