package inflect

import (
	_ "embed" // acronyms.txt
	"maps"
	"slices"
	"strings"
	"sync"

	"watcher/internal/rules/words"
)

// shouted are the words of all languages that stand in capitals for emphasis.
var shouted = sync.OnceValue(readShouted)

func readShouted() map[uint64]bool {
	var b strings.Builder
	for _, l := range languages {
		b.WriteString(l.shouted + "\n")
	}
	return words.Hashes(b.String())
}

//go:embed acronyms.txt
var acronymList string

// knownAcronyms are acronyms of the field, by the hashes of their folded forms.
// Other words of four or five capitals may be words as well.
var knownAcronyms = sync.OnceValue(readAcronyms)

func readAcronyms() map[uint64]bool {
	var b strings.Builder
	for line := range strings.Lines(acronymList) {
		if line[0] != '#' {
			b.WriteString(line)
		}
	}
	return words.Hashes(b.String())
}

// everydays are the languages in which an acronym is an everyday word too, by the
// hash of its folded form.
var everydays = sync.OnceValue(readEverydays)

// readEverydays reads the acronyms of each language, and of its other short words
// what may be taken for an acronym.
func readEverydays() map[uint64]Langs {
	acronyms := map[uint64]Langs{}
	var b words.Buffer
	each := func(list string, do func(hash uint64, letters int)) {
		for w := range strings.FieldsSeq(list) {
			b.Reset()
			w = foldWith(&b, w)
			do(words.Hash(w), words.Letters(w))
		}
	}
	for i, l := range languages {
		each(l.acronyms, func(hash uint64, _ int) { acronyms[hash] |= 1 << i })
	}
	m := maps.Clone(acronyms)
	for i, l := range languages {
		each(l.clues+" "+l.three, func(hash uint64, letters int) {
			if letters == 3 && !shouted()[hash] && (acronyms[hash] != None || !knownAcronyms()[hash]) {
				m[hash] |= 1 << i
			}
		})
	}
	return m
}

// common are the languages of common words, by the hashes of their folded forms.
// They are read when they are first asked for: only check asks.
var common = sync.OnceValue(func() map[uint64]Langs {
	m := map[uint64]Langs{}
	for i, l := range languages {
		for h := range words.Hashes(l.common) {
			m[h] |= 1 << i
		}
	}
	return m
})

// Common says in which languages an acronym, folded, is a word so frequent that
// whoever writes a rule with it is to be asked what they mean.
func Common(folded string) Langs { return common()[words.Hash(folded)] }

// OtherLanguage is the language of a BCP 47 tag if its forms are not known; None
// for any other tag.
func OtherLanguage(tag string) Langs { return Language(tag) &^ inflected }

// Everyday says in which languages an acronym, folded, is an everyday word too.
// EU is had in French and Romanian, MIT with in German.
func Everyday(folded string) Langs { return everydays()[words.Hash(folded)] }

// Codes are the codes of the languages, in the order of the table.
func (l Langs) Codes() []string {
	var out []string
	for set := l &^ Other; set != 0; set &= set - 1 {
		if code := languages[set.first()].code; !slices.Contains(out, code) { // Serbian has two scripts
			out = append(out, code)
		}
	}
	return out
}
