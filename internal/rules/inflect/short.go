package inflect

import (
	"strings"
	"sync"

	"watcher/internal/rules/words"
)

// smallTable has the languages that have a folded word of one or two letters.
var smallTable = sync.OnceValue(readSmall)

func readSmall() map[string]Langs {
	t := map[string]Langs{}
	var b words.Buffer
	for i, l := range languages {
		for w := range strings.FieldsSeq(l.small) {
			b.Reset()
			t[foldWith(&b, w)] |= 1 << i
		}
	}
	return t
}

// Short says whether a folded word of one or two letters is an everyday word in
// an item of the languages l, which was declared to be in a language: of a
// language without tables only the declaration tells which it is. Where nothing
// tells the language, words of one letter are those of any language with tables,
// others those of English.
func Short(word string, l Langs, declared string) bool {
	known := inScript[words.ScriptOf(word)]
	has, of := smallTable()[word], l&known
	d := Language(declared)
	if d&^inflected != 0 && (of == None || of == known) {
		return has&d != 0
	}
	if of&d != 0 && words.Letters(word) > 1 {
		of = d // what is said of it counts more than the word in question
	}
	switch {
	case of == None:
		return has != None
	case of == known && known&inEnglish != 0 && words.Letters(word) > 1:
		return has&inEnglish != 0
	}
	return has&of != 0
}

// counted are what numbers count in any language.
var counted = sync.OnceValue(readCounted)

func readCounted() map[string]bool {
	m := map[string]bool{}
	for _, l := range languages {
		for w := range strings.FieldsSeq(l.counted) {
			m[w] = true
		}
	}
	return m
}

// Counted says whether a word, as an article writes it, is what numbers count: 10
// percent is no name of a gun.
func Counted(raw string) bool { return counted()[raw] }
