package inflect

import (
	"slices"
	"strings"
	"sync"

	"watcher/internal/rules/words"
)

// Serbian is written in two scripts, and readers of one read the other. A word in
// Cyrillic has one spelling in Latin script, as its letters fold; a word in Latin has
// several in Cyrillic (c is ц, ч or ћ). So words are compared in Latin script, and only
// where an article is in Serbian beyond doubt: рат is war in it, and most a bridge.

var (
	inSerbian      = Language("sr") & ofCyrillic
	inLatinSerbian = Language("sr") &^ ofCyrillic
	ofCyrillic     = inScript[words.CyrillicScript]

	latinSerbianClass = familyClass(words.LatinScript, &serbianLatin)
)

// toLatin writes the folded letters of Serbian Cyrillic in folded Latin ones.
var toLatin = sync.OnceValue(func() *strings.Replacer { return strings.NewReplacer(latinPairs()...) })

// latinPairs are the letters of Serbian Cyrillic, each before what it is in Latin
// script.
var latinPairs = sync.OnceValue(makeLatinPairs)

func makeLatinPairs() (pairs []string) {
	for pair := range strings.FieldsSeq("љ lj њ nj џ dž а a б b в v г g д d ђ đ е e ж ž з z и i ј j к k л l м m н n о o п p р r с s т t ћ ć у u ф f х h ц c ч č ш š") {
		pairs = append(pairs, fold(pair))
	}
	return pairs
}

// latin writes a folded word of Serbian Cyrillic in Latin letters; false where it has
// others.
func latin(word string) (string, bool) {
	out := toLatin().Replace(word)
	for _, c := range []byte(out) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return "", false
		}
	}
	return out, true
}

// InLatin is a folded word of Cyrillic in Latin script if these languages are Serbian
// alone, and the languages in which its forms are known there.
func (l Langs) InLatin(word string) (string, Langs, bool) {
	if l&ofCyrillic != inSerbian || !words.Cyrillic(word) {
		return "", None, false
	}
	out, ok := latin(word)
	return out, inLatinSerbian, ok
}

// acrossScripts writes the term or the word, which are of two scripts, in Latin; false
// where the languages are not Serbian.
func (t Term) acrossScripts(l Langs, word string) (Term, Langs, string, bool) {
	switch {
	case words.Latin(t.Folded):
		word, in, ok := l.InLatin(word)
		return t, in, word, ok
	case l&inLatinSerbian == None || l&inScript[words.LatinScript]&^(inLatinSerbian|Language("hr")) != None || !words.Latin(word):
		return t, None, "", false
	}
	folded, ok := latin(t.Folded)
	t.Folded = folded
	return t, inLatinSerbian, word, ok
}

// latinStems appends the stems under which words in Latin script find a Cyrillic term,
// if an article may be in Serbian.
func (t Term) latinStems(l Langs, out []Stem) []Stem {
	if l&inLatinSerbian == None || !words.Cyrillic(t.Folded) {
		return out
	}
	folded, ok := latin(t.Folded)
	if !ok || len(folded) < 3 {
		return out
	}
	t.Folded = folded
	out = append(out, Stem{folded, latinSerbianClass})
	if t.OnlyAcronym() && len(folded) < pronounced {
		return out
	}
	for _, s := range serbianLatin.forms.stems(nil, t) {
		if s != folded {
			out = append(out, Stem{s, latinSerbianClass})
		}
	}
	return out
}

// familyClass is the class of a language within its script.
func familyClass(s words.Script, l *language) Class {
	for c := 1; c < len(classes[s]); c++ {
		if slices.Contains(classes[s][c].members, l) {
			return Class(c)
		}
	}
	panic("inflect: " + l.code + " has no class")
}
