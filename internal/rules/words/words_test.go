package words

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func split(s string) []string {
	var b Buffer
	b.Scan(s, 0)
	var out []string
	for i := range b.Tokens {
		out = append(out, s[b.Tokens[i].Start:b.Tokens[i].End])
	}
	return out
}

func TestScan(t *testing.T) {
	for _, c := range []struct{ text, want, why string }{
		{"NATO-led, e.g. F-35s.", "NATO|led|e.g.|F|35s", "marks end words, initials do not"},
		{"The U.S. and the E.U.", "The|U.S.|and|the|E.U.", "dotted initials are one word"},
		{"J.K. Rowling, A.Smith", "J.K.|Rowling|A|Smith", "an initial before a name is none"},
		{"Baltic's Baltic’s Baltics'", "Baltic's|Baltic’s|Baltics", "the possessive belongs to the word"},
		{"don't O'Brien l'OTAN", "don|t|O|Brien|l|OTAN", "other apostrophes divide"},
		{"п'ять Лук’янівка п`ята", "п'ять|Лук’янівка|п`ята", "in Cyrillic they are letters"},
		{"'слово' і", "слово|і", "but quotes are quotes"},
		{"中国と日本 ウクライナ軍", "中|国|と|日|本|ウクライナ|軍", "scripts without spaces"},
		{"NATO加盟", "NATO|加|盟", "scripts side by side"},
		{"साहित्य हिन्दी", "साहित्य|हिन्दी", "vowel signs are part of the word"},
		{"مُحَمَّد", "مُحَمَّد", "points are part of the word"},
		{"pre\u00ADsence a\u200Db", "pre\u00ADsence|a\u200Db", "what is not seen divides nothing"},
		{"a_b #c @d", "a|b|c|d", "signs divide"},
		{"", "", "nothing"},
		{"\xff\xfea\xc3", "a", "broken UTF-8"},
		{"ﬁnance", "ﬁnance", "ligatures"},
		{"ＮＡＴＯ", "ＮＡＴＯ", "full-width letters"},
	} {
		if got := strings.Join(split(c.text), "|"); got != c.want {
			t.Errorf("%q: %s, want %s: %s", c.text, got, c.want, c.why)
		}
	}
}

func foldOf(t testing.TB, s string) string {
	t.Helper()
	var b Buffer
	b.Scan(s, 0)
	if len(b.Tokens) != 1 {
		t.Fatalf("%q is %d words", s, len(b.Tokens))
	}
	return strings.Clone(b.Folded(&b.Tokens[0]))
}

func TestFold(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
		why  string
	}{
		{"Šiauliai", "siauliai", true, "accents and case"},
		{"CO₂", "co2", true, "small digits below"},
		{"Šiauliai", "Šiauliai", true, "composed or not"},
		{"Łódź", "lodz", true, "strokes"},
		{"Ørsted", "orsted", true, "strokes"},
		{"Straße", "STRASSE", true, "sharp s"},
		{"Ærø", "aero", true, "ligatures that are letters"},
		{"ﬁnance", "finance", true, "ligatures that are type"},
		{"ＮＡＴＯ", "nato", true, "full-width letters"},
		{"İstanbul", "istanbul", true, "the Turkish capital"},
		{"Việt", "viet", true, "letters with two accents"},
		{"ещё", "еще", true, "ё"},
		{"й", "и", false, "й is a letter"},
		{"й", "й", true, "composed or not"},
		{"ї", "і", false, "ї is a letter"},
		{"ї", "ї", true, "composed or not"},
		{"ў", "у", false, "ў is a letter"},
		{"ґ", "г", false, "ґ is a letter"},
		{"замо́к", "замок", true, "stress marks"},
		{"Αθήνα", "αθηνα", true, "Greek accents"},
		{"ΟΔΟΣ", "οδός", true, "final sigma"},
		{"مُحَمَّد", "محمد", true, "Arabic points"},
		{"कि", "क", false, "vowel signs of Hindi are no accents"},
		{"а", "a", false, "Cyrillic is not Latin"},
		{"U.S.", "US", true, "dots"},
		{"أوكرانيا", "اوكرانيا", true, "the hamza is left out as often as written"},
		{"آسيا", "اسيا", true, "so is the madda"},
		{"مسؤول", "مسوول", true, "the hamza on waw, composed"},
		{"مسو\u0654ول", "مسؤول", true, "and decomposed"},
		{"روسیه", "روسيه", true, "Persian and Arabic yeh"},
		{"کابل", "كابل", true, "Persian and Arabic kaf"},
		{"القاهرة", "القاهره", true, "teh marbuta and heh"},
		{"على", "علي", true, "alef maksura"},
		{"بيت", "بنت", false, "other letters differ"},
		{"٥", "5", true, "Arabic digits"},
		{"۲۰۲۶", "2026", true, "Persian digits"},
		{"५", "5", true, "Devanagari digits"},
		{"५", "6", false, "of the same value"},
		{"NA\u200BTO", "NATO", true, "a space of no width is not seen"},
	} {
		if got := foldOf(t, c.a) == foldOf(t, c.b); got != c.same {
			t.Errorf("%s and %s: %v: %s", c.a, c.b, got, c.why)
		}
	}
}

func TestFlags(t *testing.T) {
	for _, c := range []struct {
		text string
		want uint8
	}{
		{"Baltic's", Possessive}, {"NATOn", Tailed}, {"МИДом", Tailed}, {"U.S.", Dotted}, {"U.S.'s", Dotted | Possessive}, {"NATO", 0}, {"Nato", 0}, {"McDonald", 0}, {"EUs", Tailed}, {"iOS", 0}, {"мир", 0},
	} {
		var b Buffer
		b.Scan(c.text, 7)
		if len(b.Tokens) != 1 || b.Tokens[0].Flags != c.want || b.Tokens[0].Tag != 7 {
			t.Errorf("%s: %+v, want flags %d", c.text, b.Tokens, c.want)
		}
	}
}

func TestPropertyScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		var b Buffer
		b.Scan("before ", 0)
		b.Scan(text, 1)
		last := uint32(0)
		for i := range b.Tokens[1:] {
			tok := &b.Tokens[i+1]
			if tok.Start < last || tok.End <= tok.Start || int(tok.End) > len(text) || tok.Len() == 0 || tok.Tag != 1 {
				t.Fatalf("%q: token %+v after %d", text, tok, last)
			}
			last = tok.End
			w := b.Folded(tok)
			if tok.Hash != Hash(w) || tok.Head != Head(w) || b.HashFirst(tok, tok.Len()) != tok.Hash {
				t.Fatalf("%q: hash or head of %q", text, w)
			}
			if Letters(w) == 0 {
				t.Fatalf("%q: %q has no letters", text, w)
			}
			if utf8.ValidString(text) && tok.Flags == 0 {
				var c Buffer
				c.Scan(text[tok.Start:tok.End], 0)
				if len(c.Tokens) != 1 || c.Folded(&c.Tokens[0]) != w {
					t.Fatalf("%q: the word %q alone is %v", text, text[tok.Start:tok.End], split(text[tok.Start:tok.End]))
				}
			}
		}
		for k := 1; k <= 8; k++ {
			w := strings.Repeat("x", k)
			if Head(w[:k]) != b.first(w, k) {
				t.Fatalf("head of %d bytes", k)
			}
		}
	})
}

// first computes Head in another way.
func (b *Buffer) first(w string, k int) uint64 {
	var c Buffer
	c.Scan(w, 0)
	return c.Tokens[0].Head&(1<<(8*min(k, 7))-1) | c.Tokens[0].Head
}

func FuzzScan(f *testing.F) {
	f.Add("The U.S. and Baltic's п'ять 中国 ﬁ")
	f.Fuzz(func(t *testing.T, text string) {
		var b Buffer
		b.Scan(text, 0)
		b.Scan(text, 0)
		for i := range b.Tokens {
			b.Folded(&b.Tokens[i])
		}
	})
}

func BenchmarkScan(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"English", "The alliance said on Tuesday that a brigade of German troops will arrive in Lithuania next year, with more to follow. "},
		{"Russian", "Альянс заявил во вторник, что бригада немецких войск прибудет в Литву в следующем году, и это еще не все. "},
		{"Lithuanian", "Aljansas antradienį pranešė, kad vokiečių brigada atvyks į Lietuvą kitais metais, o vėliau jų bus dar daugiau. "},
	} {
		b.Run(c.name, func(b *testing.B) {
			text := strings.Repeat(c.text, 25)
			var buf Buffer
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				buf.Reset()
				buf.Scan(text, 0)
			}
		})
	}
}

// Words are read eight bytes at a time: for every length, every following byte and every
// place of a non-ASCII letter the result must be the same as letter by letter.
func TestScanAtEveryLength(t *testing.T) {
	for n := 1; n <= 40; n++ {
		plain := strings.Repeat("aB3xyzNATO", 5)[:n]
		for _, after := range []string{"", " ", ",", "'s", "’s ", "`", ".", ". A", "\n" + strings.Repeat("y ", 9)} {
			for at := -1; at < n; at++ {
				w := plain
				if at >= 0 {
					w = plain[:at] + "Š" + plain[at+1:]
				}
				var b Buffer
				b.Scan("x "+w+after, 0)
				tok := &b.Tokens[1]
				want := strings.ToLower(strings.ReplaceAll(w, "Š", "s"))
				if got := b.Folded(tok); got != want || tok.Hash != Hash(want) || tok.Head != Head(want) || int(tok.Start) != 2 {
					t.Fatalf("%q before %q: %q, token %+v", w, after, got, tok)
				}
				for k := 1; k <= n; k++ {
					if b.HashFirst(tok, k) != Hash(want[:k]) {
						t.Fatalf("%q: hash of the first %d bytes", w, k)
					}
				}
			}
		}
	}
}
