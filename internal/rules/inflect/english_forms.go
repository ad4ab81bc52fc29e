package inflect

import (
	"slices"
	"strings"
	"unsafe"
)

// English has few endings, and many words that look like a form of another:
// news, Hamas, evening. So its forms are spelled out by rule, and what looks
// like a form but is none is listed.
type englishWords struct {
	groups map[string][]string
	verbs  map[string]bool // irregular: no -ed
	alone  map[string]bool
	still  map[string]bool
	is     map[string]bool
	// peoples are countries whose people is called as they are, with an n
	peoples map[string]bool
}

var englishForms = readEnglish()

func readEnglish() *englishWords {
	e := &englishWords{groups: map[string][]string{}, verbs: map[string]bool{}, alone: map[string]bool{}, still: map[string]bool{}, is: map[string]bool{}, peoples: map[string]bool{}}
	verb := false
	for line := range strings.Lines(englishGroups) {
		group := strings.Fields(line)
		verb = verb || len(group) > 0 && group[0] == "be"
		for _, f := range group {
			e.groups[f] = append(e.groups[f], group...)
			if verb {
				e.verbs[f] = true
			}
		}
	}
	for f := range strings.FieldsSeq(englishAlone) {
		e.alone[f] = true
	}
	for f := range strings.FieldsSeq(englishStill) {
		e.still[f] = true
	}
	for f := range strings.FieldsSeq(englishIs) {
		e.is[f] = true
	}
	for f := range strings.FieldsSeq(englishPeoples) {
		e.peoples[f] = true
	}
	return e
}

// joins says whether the term and b are forms of one English word. An acronym that
// is no word has none, and a name that is also a word takes no forms of the word.
func (e *englishWords) joins(t Term, b string) bool {
	a := t.Folded
	if t.OnlyAcronym() {
		return false
	}
	if t.Name && isWordToo(a) {
		return b[len(b)-1] == 's' && e.formOf(a, b) // the Feds
	}
	if slices.Contains(e.groups[a], b) {
		return true
	}
	if strings.HasSuffix(a, "man") && strings.HasSuffix(b, "men") || strings.HasSuffix(a, "men") && strings.HasSuffix(b, "man") {
		return len(a) > 5 && len(a) == len(b) && a[:len(a)-3] == b[:len(b)-3] && e.compoundMan(a[:len(a)-3])
	}
	if !e.alone[b] && e.formOf(a, b) {
		return true
	}
	if e.alone[a] {
		return false
	}
	var buf baseBuffer
	for i := range ways {
		if base := e.base(&buf, a, i); base != "" && (base == b || !e.alone[b] && e.formOf(base, b)) {
			return true // invading: invade, and invaded
		}
	}
	return false
}

// apart says whether one word is the other with an s that is no ending in
// English: news and new, Mars and Mar, mass and mas. Where an article may be in
// English, the -s of another language must not join them either, unless they are
// one city: Brüssels, Athens. Nor must the -n of Finnish join Latvia and Latvian.
func (e *englishWords) apart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	n := len(a)
	if len(b) != n+1 || b[:n] != a {
		return false
	}
	return b[n] == 's' && (a[n-1] == 's' || e.alone[b] && a != "brussel" && a != "athen") ||
		b[n] == 'n' && (strings.HasSuffix(a, "ia") || e.peoples[a])
}

// compoundMan says whether stem and man make a word whose plural is men: not
// human, German, Roman.
func (e *englishWords) compoundMan(stem string) bool {
	switch stem {
	case "hu", "ger", "ro", "nor", "otto", "sha", "talis", "cai", "tru", "her", "su", "muss", "musul", "turco", "bre", "speci", "acu", "regi", "ye", "abdo", "cha", "ra", "ta", "ka", "is", "le", "a", "o":
		return false
	}
	return true
}

// baseBuffer holds a base while it is looked at.
type baseBuffer [64]byte

// ways is the number of ways to take an ending off.
const ways = 4

// base is a word that a may be a form of, by the i-th way to take its ending
// off; empty if that gives none. It lies in buf: taking words apart for every
// word of every article must not allocate.
func (e *englishWords) base(buf *baseBuffer, a string, i int) string {
	var ending string
	switch {
	case e.alone[a]:
		return ""
	case strings.HasSuffix(a, "ing"):
		ending = "ing"
	case strings.HasSuffix(a, "ed"):
		ending = "ed"
	case strings.HasSuffix(a, "s"):
		ending = [ways]string{"s", "es", "ies", "zes"}[i]
		if !strings.HasSuffix(a, ending) {
			return ""
		}
	default:
		return ""
	}
	stem := a[:len(a)-len(ending)]
	n := len(stem)
	add := ""
	switch {
	case ending[len(ending)-1] == 's':
		if i == 2 {
			add = "y"
		}
	case i == 1:
		add = "e"
	case i == 2:
		if n < 3 || stem[n-1] != stem[n-2] && (stem[n-1] != 'k' || stem[n-2] != 'c') {
			return ""
		}
		stem = stem[:n-1]
	case i == 3 && ending == "ing" && n > 0 && stem[n-1] == 'y':
		stem, add = stem[:n-1], "ie"
	case i == 3 && ending == "ed" && n > 0 && stem[n-1] == 'i':
		stem, add = stem[:n-1], "y"
	case i == 3:
		return ""
	}
	if len(stem)+len(add) < 3 || len(stem)+len(add) > len(buf) {
		return ""
	}
	n = copy(buf[copy(buf[:], stem):], add) + len(stem)
	s := unsafe.String(&buf[0], n)
	if !e.formOf(s, a) {
		return ""
	}
	return s
}

// formOf says whether form is base with a regular ending.
func (e *englishWords) formOf(base, form string) bool {
	n := len(base)
	if n < 3 || len(form) <= n-2 || len(form) > n+4 || !hasVowel(base) {
		return false
	}
	last := base[n-1]
	switch {
	case strings.HasSuffix(form, "ing"):
		if e.still[base] {
			return false
		}
		return e.withEnding(base, form[:len(form)-3], last, true)
	case strings.HasSuffix(form, "ed"):
		if e.verbs[base] || e.still[base] {
			return false
		}
		return e.withEnding(base, form[:len(form)-2], last, false)
	case form[len(form)-1] != 's':
		return false
	}
	if rest, ok := strings.CutPrefix(form, base); ok {
		switch rest {
		case "s":
			return e.plural(base, last)
		case "es":
			return sibilant(base) || last == 'o' && n > 3
		case "zes":
			return last == 'z'
		case "ses":
			return base == "gas" || base == "bus"
		}
		return false
	}
	return last == 'y' && !vowel(base[n-2]) && len(form) == n+2 && form[:n-1] == base[:n-1] && form[n-1:] == "ies"
}

// plural says whether base takes a plain s.
func (e *englishWords) plural(base string, last byte) bool {
	switch {
	case last == 's' || sibilant(base):
		return false
	case last == 'y':
		return vowel(base[len(base)-2]) || len(base) > 4 // the Kennedys
	case last == 'i' || last == 'u':
		return e.is[base]
	}
	return true
}

// withEnding says whether stem is base as it stands before -ing or -ed.
func (e *englishWords) withEnding(base, stem string, last byte, ing bool) bool {
	n := len(base)
	switch {
	case last == 'e':
		if ing {
			if strings.HasSuffix(base, "ie") && len(stem) == n-1 && stem[:n-2] == base[:n-2] && stem[n-2] == 'y' {
				return true
			}
			if base[n-2] == 'e' || base[n-2] == 'o' || base[n-2] == 'y' {
				return stem == base
			}
			if strings.HasSuffix(base, "inge") {
				return stem == base // singeing
			}
			return stem == base[:n-1]
		}
		return stem == base[:n-1] // the d joins the e
	case stem == base:
		return !closed(base) && (ing || last != 'y' || vowel(base[n-2]))
	case !ing && last == 'y' && !vowel(base[n-2]):
		return len(stem) == n && stem[:n-1] == base[:n-1] && stem[n-1] == 'i'
	case len(stem) == n+1 && stem[:n] == base && stem[n] == last:
		return vowel(base[n-2]) && (n < 3 || !vowel(base[n-3]) || base[n-3] == 'u') && last != 'w' && last != 'x' && last != 'y' && !vowel(last)
	case last == 'c':
		return len(stem) == n+1 && stem[:n] == base && stem[n] == 'k'
	}
	return false
}

// closed says whether base is one syllable with a single vowel and a single
// consonant behind it: such a word doubles the consonant.
func closed(base string) bool {
	n := len(base)
	last := base[n-1]
	if vowel(last) || last == 'w' || last == 'x' || last == 'y' || !vowel(base[n-2]) {
		return false
	}
	for i := range n - 2 {
		if vowel(base[i]) && !(base[i] == 'u' && i > 0 && base[i-1] == 'q') {
			return false
		}
	}
	return true
}

func sibilant(s string) bool {
	switch s[len(s)-1] {
	case 's', 'x', 'z':
		return true
	case 'h':
		return len(s) > 1 && (s[len(s)-2] == 'c' || s[len(s)-2] == 's')
	}
	return false
}

func vowel(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	}
	return false
}

func hasVowel(s string) bool { return strings.ContainsAny(s, "aeiouy") }

func (e *englishWords) stems(out []string, t Term) []string {
	if t.OnlyAcronym() {
		return out
	}
	term := t.Folded
	out = append(out, e.groups[term]...)
	if n := len(term); n > 5 && (strings.HasSuffix(term, "man") || strings.HasSuffix(term, "men")) {
		out = append(out, term[:n-2])
	}
	out = stemsOf(out, term)
	var buf baseBuffer
	for i := range ways {
		if b := e.base(&buf, term, i); b != "" {
			out = stemsOf(out, strings.Clone(b))
		}
	}
	return out
}

func stemsOf(out []string, base string) []string {
	n := len(base)
	switch {
	case n > 2 && strings.HasSuffix(base, "ie"): // die: di-es, dy-ing
		return append(out, base[:n-1], base[:n-2]+"y")
	case n > 2 && (base[n-1] == 'e' || base[n-1] == 'y'):
		return append(out, base[:n-1])
	}
	return append(out, base)
}

// englishEndings are what stands behind a stem of stemsOf, but for doubled
// consonants.
var englishEndings = []string{"s", "e", "y", "es", "ed", "ys", "ing", "ies", "ied", "yed", "zes", "ses", "ked", "ying", "eing", "king", "an", "en"}

func (e *englishWords) cuts(word string, known uint64) uint64 {
	cuts := uint64(0)
	n := len(word)
	switch word[n-1] {
	case 's', 'e', 'y', 'd', 'g', 'n':
	default:
		return known
	}
	for _, e := range englishEndings {
		if n > len(e) && strings.HasSuffix(word, e) {
			cuts |= 1 << len(e)
		}
	}
	if cuts&(1<<2) != 0 && n > 5 && word[n-1] == 'd' && word[n-3] == word[n-4] { // planned
		cuts |= 1 << 3
	}
	if n > 6 && word[n-1] == 'g' && cuts&(1<<3) != 0 && word[n-4] == word[n-5] { // planning
		cuts |= 1 << 4
	}
	return known | cuts
}
