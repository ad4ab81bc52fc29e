package inflect

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What a line of a table means, each shown on a table of its own.
func TestParadigms(t *testing.T) {
	for _, c := range []struct {
		table            paradigms
		term, yes, never string
		why              string
	}{
		{paradigms{lines: "a | a e am"}, "Riga", "Rige Rigam", "Rig Rigu Rigas", "the forms are the stem with each ending of the line"},
		{paradigms{lines: "a | a e\nka | ka ce"}, "polka", "polce", "polke", "the longest ending that a term has decides"},
		{paradigms{lines: "a | a e\na | a os"}, "Riga", "Rige Rigos", "Rigu", "of two lines with that ending both hold"},
		{paradigms{lines: "- | - s"}, "Bonn", "Bonns", "Bon Bonne", "- is no ending"},
		{paradigms{sets: map[string]string{"G": "- s ga"}, lines: "i | i+G ide"}, "Eesti", "Eestis Eestiga Eestide", "Eestig", "k+N is k before each ending of the set N"},
		{paradigms{lines: "is | is io\n: is | is iai"}, "vokietis", "vokietio vokietiai", "vokietu", "a line with : is for words in small letters"},
		{paradigms{lines: "is | is io\n: is | is iai"}, "Paris", "Pario", "Pariai", "which names do not follow"},
		{paradigms{lines: "a | a :u"}, "linna", "linnu", "linne", "so is a single ending with :"},
		{paradigms{lines: "a | a :u"}, "Narva", "Narva", "Narvu", "which a name has not"},
		{paradigms{lines: "s | s a", bare: true}, "kara", "kars kara", "karu", "where every word has an ending, one may be written in another form than that of a dictionary"},
		{paradigms{lines: "s | s a"}, "kara", "kara", "kars", "elsewhere it may not"},
		{paradigms{lines: "a | a e", groups: "rok roku lata lat"}, "lat", "rok roku lata", "late", "a group is for what no ending explains, and then alone"},
		{paradigms{lines: "- | - s", groups: "-land lande lander"}, "Ausland", "Auslande Auslander", "Auslands", "a group with - is for compounds too"},
		{paradigms{lines: "i | i in", grades: "nk ng\nk g"}, "Helsinki", "Helsinkin Helsingin", "Helsigin Helsing", "the stem may have its other grade before any ending"},
		{paradigms{lines: "e | e een", grades: "tt t\n<t tt"}, "laite", "laiteen", "laitteen", "which grade comes first the line says"},
		{paradigms{lines: "< e | e een", grades: "tt t\n<t tt"}, "laite", "laitteen laiteen", "laiten", "as here"},
		{paradigms{lines: "1 | s", class: func(string) string { return "1" }}, "Bonn", "Bonns", "Bon1 Bonn1", "a class is no letter of the word"},
		{paradigms{lines: "ż | ż że"}, "wież", "wieże wieze", "wiez", "accents in a table are folded as those of words"},
	} {
		forms := build(c.table)
		term := NewTerm(folded(t, c.term), c.term)
		for f := range strings.FieldsSeq(c.yes) {
			if w := folded(t, f); w != term.Folded && !forms.joins(term, w) {
				t.Errorf("%q: %s does not join %s; %s", c.table.lines, c.term, f, c.why)
			}
		}
		for f := range strings.FieldsSeq(c.never) {
			if w := folded(t, f); w != term.Folded && forms.joins(term, w) {
				t.Errorf("%q: %s joins %s; %s", c.table.lines, c.term, f, c.why)
			}
		}
	}
}

// A table that cannot be read is a mistake of its author, and is reported when it is read.
func TestParadigmsThatCannotBeRead(t *testing.T) {
	for why, table := range map[string]paradigms{
		"a line without |":        {lines: "a e am"},
		"a set that is not there": {lines: "a | a+X"},
		"an ending of two words":  {lines: "a | a-b"},
		"too many lines":          {lines: strings.Repeat("a | a e\n", maxParadigms+1)},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is not told", why)
				}
			}()
			build(table).ends()
		}()
	}
}

// The keys of endings can be computed in one pass from the end of a word to its beginning.
func TestPropertyKeysOfEndings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bytes := rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "word")
		word, key, factor := string(bytes), uint64(0), uint64(step)
		for k := 1; k <= len(word); k++ {
			key += uint64(word[len(word)-k]) * factor
			factor *= step
			if key != pack(word[len(word)-k:]) {
				t.Fatalf("the key of the last %d bytes of %q differs", k, word)
			}
		}
	})
}

// However many endings a table has, each is found with its lines and no others.
func TestPropertyEndings(t *testing.T) {
	ending := rapid.StringMatching(`[a-e]{1,4}`)
	rapid.Check(t, func(t *rapid.T) {
		have := rapid.SliceOfNDistinct(ending, 1, 60, rapid.ID).Draw(t, "endings")
		l := build(paradigms{lines: "x | " + strings.Join(have, " ")})
		asked := ending.Draw(t, "asked")
		want := false
		for _, e := range have {
			want = want || e == asked
			if !l.ends().has(pack(e)) {
				t.Fatalf("%s is not found", e)
			}
		}
		if got := l.joins(Term{Folded: "basx"}, "bas"+asked); got != want {
			t.Fatalf("basx and bas%s: joined %v with endings %v", asked, got, have)
		}
	})
}
