package inflect

import (
	"math/bits"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watcher/internal/rules/words"
)

// TestHeadlines detects the language of items that consist of a headline, from feeds that
// declare it, that declare none, and that declare en whatever they carry. A headline may be
// too short to tell: then several languages count, and its own is among them, except for a
// headline of three words in a feed that declares en.
func TestHeadlines(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "headlines.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, declared := range []string{"own", "", "en"} {
		lines, alone, lost, considered := 0, 0, 0, 0
		for line := range strings.Lines(string(text)) {
			code, headline, ok := strings.Cut(strings.TrimSpace(line), "\t")
			own := Language(code) & inflected
			if !ok || own == None {
				continue
			}
			says := declared
			if says == "own" {
				says = code
			}
			var b words.Buffer
			b.Scan(headline, 0)
			l, certain := Detect(says, []string{headline}, &b, len(b.Tokens))
			if l&own == 0 {
				lost++
				if declared != "en" {
					t.Errorf("declared %q: %s is not among the languages of: %s", says, code, headline)
				}
			}
			if certain != "" && certain != code && certain != says {
				t.Errorf("declared %q: taken for %s: %s", says, certain, headline)
			}
			script := inScript[languages[own.first()].script]
			lines++
			considered += bits.OnesCount64(uint64(l & script))
			if l&script&^alike(own) == None && l&own != None {
				alone++
			}
		}
		if declared == "own" && alone*20 < lines*19 {
			t.Errorf("declared: only %d of %d in their own language alone", alone, lines)
		}
		if lost*50 > lines {
			t.Errorf("declared %q: %d of %d not in their own language", declared, lost, lines)
		}
		t.Logf("declared %q: %d headlines, %d in their own language alone, %.1f languages a headline", declared, lines, alone, float64(considered)/float64(lines))
	}
}

// alike returns the languages with the same forms as a language, such as Croatian and
// Serbian: it does not matter which of them a text is taken for.
func alike(l Langs) Langs {
	all := None
	for i, other := range languages {
		if own, ok := languages[l.first()].forms.(*table); ok && other.forms == own {
			all |= 1 << i
		}
	}
	return all | l
}

// TestLanguageWithoutTables: a feed that declares a language without known forms loses
// nothing that it would find if it declared none.
func TestLanguageWithoutTables(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "headlines.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		_, headline, _ := strings.Cut(strings.TrimSpace(line), "\t")
		var b words.Buffer
		b.Scan(headline, 0)
		silent, _ := Detect("", []string{headline}, &b, len(b.Tokens))
		for _, declared := range []string{"cy", "eu-ES", "sw", "mt"} {
			if l, _ := Detect(declared, []string{headline}, &b, len(b.Tokens)); l&silent != silent {
				t.Errorf("declared %q: %b, declared nothing: %b: %s", declared, l, silent, headline)
			}
		}
	}
	for _, c := range []struct {
		term, word string
		want       bool
	}{
		{"Ukraina", "Ukrainas", true}, {"NATO", "Natos", true}, {"Moskva", "Moskvas", true}, {"riksdag", "riksdags", true},
		{"Paris", "Pariss", false}, {"Max", "Maxs", false}, {"Ukraina", "Ukrainska", false}, {"stat", "staten", false},
	} {
		if got := NewTerm(folded(t, c.term), c.term).Joins(Other, folded(t, c.word)); got != c.want {
			t.Errorf("%s and %s: %v", c.term, c.word, got)
		}
	}
}
