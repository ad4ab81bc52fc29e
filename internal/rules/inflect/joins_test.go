package inflect

import (
	"testing"

	"watcher/internal/rules/inflect/inflecttest"
	"watcher/internal/rules/words"
)

// tested returns the languages whose forms are known.
func tested(tb testing.TB) []*language {
	tb.Helper()
	var out []*language
	for _, l := range languages {
		if l.forms != nil {
			out = append(out, l)
		}
	}
	if len(out) < 11 {
		tb.Fatalf("only %d languages", len(out))
	}
	return out
}

// eachPair calls each with the test words of a language.
func eachPair(tb testing.TB, l *language, each func(term, form string, want bool)) {
	tb.Helper()
	lines := inflecttest.Words(tb, ".")[l.code]
	if len(lines) == 0 {
		tb.Fatalf("%s has no test words", l.code)
	}
	for _, line := range lines {
		if words.ScriptOf(folded(tb, line.Term)) != l.script {
			continue // it is in the language's other script
		}
		for _, f := range line.Forms {
			each(line.Term, f, true)
		}
		for _, f := range line.Apart {
			each(line.Term, f, false)
		}
	}
}

// TestPairs compares a term with its forms and with words that look alike, once as a word
// of its language alone and once among all languages of its script, as in an article whose
// language is unknown. There the form may be one that English has for another word, as
// Latvian is of Latvia in Finnish.
func TestPairs(t *testing.T) {
	for _, lang := range tested(t) {
		t.Run(lang.code, func(t *testing.T) {
			own, script := Language(lang.code), inScript[lang.script]
			join, apart, mixed := 0, 0, 0
			eachPair(t, lang, func(term, form string, want bool) {
				w := NewTerm(folded(t, term), term)
				f := folded(t, form)
				if got := w.Joins(own, f); got != want {
					t.Errorf("%s and %s: joined %v, want %v", term, form, got, want)
				}
				if want {
					join++
					if !w.Joins(script, f) && !english.contrary.apart(w.Folded, f) {
						t.Errorf("%s and %s: not joined among all languages", term, form)
					}
					return
				}
				apart++
				if w.Joins(script, f) {
					mixed++
					t.Logf("%s and %s: joined among all languages", term, form)
				}
			})
			t.Logf("%d pairs that must join, %d that must not, of them %d joined where the language is not known", join, apart, mixed)
		})
	}
}

// TestNoEnglishPlural: in an article that may be English, the -s of German or French does
// not make a plural, nor the -n of Finnish a country of its people.
func TestNoEnglishPlural(t *testing.T) {
	for _, c := range []struct {
		declared       []string
		term, headline string
		want           bool
	}{
		{[]string{"", "en"}, "new", "Breaking news", false},
		{[]string{"", "en"}, "new", "BBC News", false},
		{[]string{"", "en"}, "new", "Fox News hires", false},
		{[]string{"", "en"}, "news", "A new hire", false},
		{[]string{"", "en"}, "Mar", "Mars rover lands", false},
		{[]string{"", "en"}, "Mas", "Mass protests erupt", false},
		{[]string{"", "en"}, "Hama", "Hamas news: Estonians organize", false},
		{[]string{"", "en"}, "new", "Hamas news: Estonians organize", false},
		{[]string{"", "en"}, "Texa", "Texas braces", false},
		{[]string{"", "de"}, "Brüssel", "Brüssels Antwort", true}, // Brussels is the same city
		{[]string{"", "de"}, "Athen", "Athens Antwort", true},
		{[]string{"de"}, "Mar", "Mars Antwort", true}, // not English, so a genitive
		{[]string{"", "de"}, "Merkel", "Merkels Antwort", true},
		{[]string{"", "en"}, "Latvia", "Latvian soldiers arrive", false},
		{[]string{"", "en"}, "Cuba", "Cuban envoy arrives", false},
		{[]string{"", "fi"}, "Latvia", "Latvian pääministeri eroaa", true},
	} {
		for _, declared := range c.declared {
			var b words.Buffer
			b.Scan(c.headline, 0)
			l, _ := Detect(declared, []string{c.headline}, &b, len(b.Tokens))
			w, joined := NewTerm(folded(t, c.term), c.term), false
			for i := range b.Tokens {
				joined = joined || w.Joins(l, b.Folded(&b.Tokens[i]))
			}
			if joined != c.want {
				t.Errorf("declared %q: %s finds %q: %v, want %v", declared, c.term, c.headline, joined, c.want)
			}
		}
	}
}
