package inflect

import (
	"math/bits"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"watcher/internal/rules/words"
)

// What the table of languages must say of each, so that none is incomplete.
func TestTableOfLanguages(t *testing.T) {
	type written struct {
		tag    string
		script words.Script
	}
	tags := map[written]string{}
	for i, l := range languages {
		for _, tag := range slices.Concat([]string{l.code}, l.also) {
			if other, ok := tags[written{tag, l.script}]; ok {
				t.Errorf("%s is a tag of %s and of %s", tag, other, l.code)
			}
			tags[written{tag, l.script}] = l.code
			for _, written := range []string{tag, strings.ToUpper(tag), tag + "-XX", tag + "_xx"} {
				if Language(written)&ofScript(l.script) != 1<<i {
					t.Errorf("the tag %s is not %s", written, l.code)
				}
			}
		}
		if len(strings.Fields(l.clues)) < 20 {
			t.Errorf("%s: %d clues tell no headline", l.code, len(strings.Fields(l.clues)))
		}
		for w := range strings.FieldsSeq(l.clues + " " + l.small) {
			if s := words.ScriptOf(folded(t, w)); s != l.script && s != words.OtherScript {
				t.Errorf("%s: %s is in another script", l.code, w)
			}
		}
		for w := range strings.FieldsSeq(l.small) {
			if words.Letters(folded(t, w)) > 2 {
				t.Errorf("%s: %s is no word of one or two letters", l.code, w)
			}
		}
		for w := range strings.FieldsSeq(l.three + " " + l.shouted) {
			if n := words.Letters(folded(t, w)); n < 2 || n > 4 {
				t.Errorf("%s: %s has %d letters", l.code, w, n)
			}
		}
		for _, r := range l.letters {
			if r < unicode.MaxASCII || unicode.IsUpper(r) {
				t.Errorf("%s: the letter %q speaks for every language, or is a capital", l.code, r)
			}
		}
		if !Known(l.code) && (Language(l.code)&inflected != 0 || OtherLanguage(l.code) == None) || Known(l.code) && OtherLanguage(l.code) != None {
			t.Errorf("%s is neither one whose forms are known nor another", l.code)
		}
	}
	for _, tag := range []string{"", "xx", "english", "e", "-en"} {
		if Language(tag) != None || Known(tag) {
			t.Errorf("%q is a language", tag)
		}
	}
}

// ofScript returns the languages of a script, whether or not their forms are known.
func ofScript(s words.Script) Langs { return inScript[s] | others[s] }

// Every set of languages has a class in each script in which forms are known, and the
// classes of a language are those of its family.
func TestPropertyClasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Langs(rapid.Uint64().Draw(t, "langs")) & (inflected | Other)
		for s := range words.Scripts {
			got := l.Classes(s)
			if (got == 0) != (inScript[s] == None) {
				t.Fatalf("script %d of %b: classes %b", s, l, got)
			}
			if got&1 != 0 || bits.Len16(got) > int(MaxClass)+1 {
				t.Fatalf("script %d of %b: classes %b, beyond those that there are", s, l, got)
			}
			if in := l & inScript[s]; in != None {
				var want uint16
				for ; in != 0; in &= in - 1 {
					want |= (in & -in).Classes(s)
				}
				if l&Other != 0 && s == words.LatinScript {
					want |= Other.Classes(s)
				}
				if got != want {
					t.Fatalf("script %d of %b: classes %b, of its languages one by one %b", s, l, got, want)
				}
			}
		}
	})
}

func TestCodes(t *testing.T) {
	for want, l := range map[string]Langs{"": None, "en": inEnglish, "en de lt": Language("lt") | Language("en") | Language("de"), "fr": Language("fr") | Other} {
		if got := strings.Join(l.Codes(), " "); got != want {
			t.Errorf("%b: %q, want %q", l, got, want)
		}
	}
}

// Acronyms that are a word in some language, in the order of the table, and acronyms that
// are none.
func TestEveryday(t *testing.T) {
	for acronym, want := range map[string]string{
		"EU": "fr pt ro", "НА": "ru uk bg sr", "UNGA": "sv", "ICE": "en",
		"NATO": "", "OSCE": "",
		"WAR": "", // in capitals it is emphasis, not an acronym
		"ABM": "", // of three letters, and not a word of any language
	} {
		if got := strings.Join(Everyday(folded(t, acronym)).Codes(), " "); got != want {
			t.Errorf("%s is a word of %q, want %q", acronym, got, want)
		}
	}
}

func TestShort(t *testing.T) {
	for _, c := range []struct {
		word, declared string
		langs          Langs
		want           bool
		why            string
	}{
		{"a", "en", inEnglish, true, "an article of English"},
		{"b", "en", inEnglish, false, "no word of English"},
		{"w", "pl", Language("pl"), true, "a preposition of Polish"},
		{"w", "en", inEnglish, false, "and none of English"},
		{"no", "en", inEnglish, false, "No 10 is an address"},
		{"в", "ru", Language("ru"), true, "a preposition of Russian"},
		{"є", "ru", Language("ru"), false, "a verb of Ukrainian"},
		{"i", "sv", Language("sv"), true, "a preposition of Swedish"},
		{"y", "es", Language("es"), true, "and a conjunction of Spanish"},
		{"y", "sv", Language("sv"), false, "which has no y"},
		{"y", "", Other, true, "where nothing tells it, it is a word of any of them"},
		{"un", "", inScript[words.LatinScript], false, "where nothing tells the language, two letters are those of English"},
		{"we", "", inScript[words.LatinScript], true, "which has this one"},
	} {
		if got := Short(folded(t, c.word), c.langs, c.declared); got != c.want {
			t.Errorf("%s, declared %q: %v; %s", c.word, c.declared, got, c.why)
		}
	}
}
