package inflect

import (
	"fmt"
	"math"
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

func (p lineSet) has(n int) bool { return p[n/64]>>(n%64)&1 != 0 }

func (p lineSet) none() bool { return p[0]|p[1] == 0 }

// forms are the lines in which the ending is that of a form.
func (b endBits) forms(name bool) lineSet {
	if name {
		return b.form
	}
	return b.form.or(b.small)
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

// line is one of the lines of paradigms.
type line struct {
	cites, forms string
	forWords     bool // it began with :
	inverse      bool // it began with <
}

// read takes the lines apart. One that cannot be read is a mistake in this package, so
// it panics; the tests read all.
func (p *paradigms) read() []line {
	var out []line
	for text := range strings.Lines(p.lines + "\n" + compounds(p.groups)) {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if len(out) == maxParadigms {
			panic("inflect: too many paradigms")
		}
		var l line
		text, l.forWords = strings.CutPrefix(text, ":")
		text, l.inverse = strings.CutPrefix(text, "<")
		ok := false
		if l.cites, l.forms, ok = strings.Cut(text, "|"); !ok {
			panic("inflect: no | in " + text)
		}
		out = append(out, l)
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

// expander reads endings. Each set is read once, and one buffer serves all.
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
