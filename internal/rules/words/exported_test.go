package words_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"watcher/internal/rules/words"
)

func TestScriptOf(t *testing.T) {
	for _, c := range []struct {
		word string
		want words.Script
		why  string
	}{
		{"NATO", words.LatinScript, "capitals are folded first"},
		{"Łódź", words.LatinScript, "a letter with a stroke"},
		{"Ærø", words.LatinScript, "a letter that is folded to two"},
		{"Київ", words.CyrillicScript, "a letter that Russian has not"},
		{"қазақ", words.CyrillicScript, "a letter from beyond the Slavic ones"},
		{"Αθήνα", words.GreekScript, "an accent in the middle"},
		{"Ώρα", words.GreekScript, "a last letter of the alphabet, with an accent"},
		{"Երևան", words.ArmenianScript, "a capital in the range of no table"},
		{"ישראל", words.HebrewScript, "letters of three bytes"},
		{"إستونيا", words.ArabicScript, "a letter that is folded to another"},
		{"پاکستان", words.ArabicScript, "a letter of Persian alone"},
		{"საქართველო", words.GeorgianScript, "a script without capitals"},
		{"나토", words.HangulScript, "syllables"},
		{"中国", words.OtherScript, "a script that words are not told by"},
		{"35As", words.OtherScript, "a digit begins it"},
		{"𝔐", words.OtherScript, "a letter of four bytes"},
	} {
		w := words.Fold(c.word)[0]
		if got := words.ScriptOf(w); got != c.want {
			t.Errorf("%s: script %d, want %d; %s", c.word, got, c.want, c.why)
		}
		if latin, cyrillic := words.Latin(w), words.Cyrillic(w); latin != (c.want == words.LatinScript) || cyrillic != (c.want == words.CyrillicScript) {
			t.Errorf("%s: Latin %v, Cyrillic %v; %s", c.word, latin, cyrillic, c.why)
		}
	}
	if words.ScriptOf("") != words.OtherScript {
		t.Error("no word has a script")
	}
}

// Letters may take one byte, three or four: a word is cut only between letters.
func TestLetters(t *testing.T) {
	for _, c := range []struct {
		word    string
		letters int
		first   []int // bytes of the first 0, 1, 2 … letters
		why     string
	}{
		{"NATO", 4, []int{0, 1, 2, 3, 4}, "a byte each"},
		{"Łódź", 4, []int{0, 1, 2, 3, 4}, "accents are folded away"},
		{"Straße", 7, []int{0, 1, 2, 3, 4, 5, 6, 7}, "ß is two letters"},
		{"Київ", 4, []int{0, 1, 2, 3, 4}, "Cyrillic takes a byte each"},
		{"나토", 2, []int{0, 3, 6}, "a syllable is a letter"},
		{"ნატო35", 6, []int{0, 3, 6, 9, 12, 13, 14}, "digits take one byte"},
	} {
		w := words.Fold(c.word)[0]
		if got := words.Letters(w); got != c.letters {
			t.Errorf("%s has %d letters, want %d; %s", c.word, got, c.letters, c.why)
		}
		for n, want := range c.first {
			if got := words.FirstLetters(w, n); got != want {
				t.Errorf("%s: the first %d letters have %d bytes, want %d; %s", c.word, n, got, want, c.why)
			}
		}
		if got := words.FirstLetters(w, c.letters+1); got != len(w) {
			t.Errorf("%s: more letters than it has have %d bytes, not all %d", c.word, got, len(w))
		}
	}
}

func TestCapitals(t *testing.T) {
	for _, c := range []struct {
		raw    string
		n, end int
		why    string
	}{
		{"NATOn", 4, 4, "a Finnish genitive"},
		{"EUs", 2, 2, "a Swedish one"},
		{"МИДом", 3, 6, "a letter of two bytes"},
		{"NATO", 0, 0, "nothing follows the capitals"},
		{"Nato", 1, 1, "one capital, as names have"},
		{"nato", 0, 0, "no capital begins it"},
		{"McDonald", 0, 0, "capitals behind small letters"},
		{"NATO2", 0, 0, "a digit"},
		{"NATOn's", 4, 4, "the possessive ends it"},
		{"NATO's", 0, 0, "no small letter stands before the possessive"},
	} {
		if n, end := words.Capitals(c.raw); n != c.n || end != c.end {
			t.Errorf("%s: %d capitals up to byte %d, want %d and %d; %s", c.raw, n, end, c.n, c.end, c.why)
		}
	}
}

func TestNumber(t *testing.T) {
	for word, want := range map[string]bool{"2026": true, "٢٠٢٦": true, "35A": false, "NATO": false} {
		if got := words.Number(words.Fold(word)[0]); got != want {
			t.Errorf("%s is a number: %v", word, got)
		}
	}
	if words.Number("") {
		t.Error("no word is a number")
	}
}

// The index stores words under hashes of their beginnings, and looks them up by HashFirst:
// it must return what Hash returns for the same bytes, at any length.
func TestPropertyHashFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "Z", "7", "ł", "Ж", "σ", "나", "ა"}), 1, 40).Draw(t, "letters"), "")
		var b words.Buffer
		b.Scan("before "+word+" after", 0)
		if len(b.Tokens) != 3 {
			t.Skip("more than one word")
		}
		tok := &b.Tokens[1]
		w := b.Folded(tok)
		if tok.Hash != words.Hash(w) || tok.Head != words.Head(w) || tok.Len() != len(w) {
			t.Fatalf("%q: hash, head or length differ from those of its folded form", word)
		}
		n := rapid.IntRange(1, len(w)).Draw(t, "n")
		if b.HashFirst(tok, n) != words.Hash(w[:n]) {
			t.Fatalf("%q: the hash of its first %d bytes is not that of %q", word, n, w[:n])
		}
		other := w[:len(w)-1] + string(rune(w[len(w)-1]^1))
		if words.Hash(other) == tok.Hash {
			t.Fatalf("%q and %q have one hash", w, other)
		}
	})
}

// What Scan finds in a text does not depend on what stands before it in the buffer, and a
// Reset buffer is like a new one.
func TestPropertyScanAppends(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first, second := rapid.String().Draw(t, "first"), rapid.String().Draw(t, "second")
		var alone, both words.Buffer
		alone.Scan(second, 3)
		both.Scan(first, 1)
		if rapid.Bool().Draw(t, "reset") {
			both.Reset()
		}
		skip := len(both.Tokens)
		both.Scan(second, 3)
		if len(both.Tokens)-skip != len(alone.Tokens) {
			t.Fatalf("%d words alone, %d behind others", len(alone.Tokens), len(both.Tokens)-skip)
		}
		for i := range alone.Tokens {
			a, b := &alone.Tokens[i], &both.Tokens[skip+i]
			if alone.Folded(a) != both.Folded(b) || a.Start != b.Start || a.End != b.End || a.Flags != b.Flags || b.Tag != 3 {
				t.Fatalf("word %d: %+v alone, %+v behind others", i, a, b)
			}
		}
	})
}

// No part of a text has fewer words than Least returns.
func TestPropertyLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{" ", "\n", "U.S. ", "a", "'s ", "п'ять ", "35", "…", "é ", "ə", "나", "ß", "’", "\xd0", "ש״ ", "\u0301"}))).Draw(t, "parts")
		text := strings.Join(parts, "")
		from := rapid.IntRange(0, len(text)).Draw(t, "from")
		to := rapid.IntRange(from, len(text)).Draw(t, "to")
		var b words.Buffer
		b.Scan(text, 0)
		n := 0
		for i := range b.Tokens {
			if int(b.Tokens[i].Start) >= from && int(b.Tokens[i].End) <= to {
				n++
			}
		}
		if least := words.Least(text[from:to], len(text)); least > n {
			t.Fatalf("%q has %d words in %q, not %d", text, n, text[from:to], least)
		}
	})
}

func TestHashes(t *testing.T) {
	set := words.Hashes("Łódź нато,\n나토")
	for _, w := range []string{"lodz", "НАТО", "나토"} {
		if !set[words.Hash(words.Fold(w)[0])] {
			t.Errorf("%s is not in the set", w)
		}
	}
	if len(set) != 3 || set[words.Hash("lod")] {
		t.Errorf("the set has %d words", len(set))
	}
}
