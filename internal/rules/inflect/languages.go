package inflect

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"watcher/internal/rules/words"
)

// languages are all that are known, each with a file of its own, in the order in
// which they are named to users. A language that others must be held apart from,
// see language.contrary, stands before them.
var languages = []*language{
	&english, &german, &french, &polish, &czech, &estonian, &latvian, &lithuanian, &russian, &ukrainian, &bulgarian,
	&spanish, &portuguese, &italian, &dutch, &swedish, &danish, &norwegian, &icelandic, &finnish, &slovak, &slovene, &croatian, &romanian, &hungarian, &turkish, &azerbaijani,
	&greek, &albanian, &belarusian, &macedonian, &serbian, &serbianLatin, &korean, &armenian, &georgian,
	&hebrew, &arabic, &persian, &urdu,
}

// language is what is known of one language. All texts are words with spaces
// between; case and accents do not matter but in letters.
type language struct {
	code   string       // as BCP 47 tags begin
	also   []string     // other codes whose language is taken for this one
	script words.Script // in which it is written; one that is written in two has a language each

	// family names the languages in which a word is likely to have the same stem.
	// Stems are filed by family, so that an English article does not bring up what
	// a Polish one would. Needed where forms are known.
	family string
	// forms tells the forms of words; nil where they are not known. Such a language
	// is known only so that its articles are not taken for those of another.
	forms inflection
	// contrary, where it is set, tells what is no form wherever an article may be in
	// this language, whatever languages behind it in the table say.
	contrary interface{ apart(term, word string) bool }

	// clues are words that speak for the language: its small words, those that it
	// does not share with its neighbours first of all, and words that its headlines
	// are made of, for many an item is a headline and nothing else.
	clues string
	// letters are those that few languages have: each speaks for the language.
	letters string
	// small are its everyday words of one and two letters: what a capital letter
	// before a number may stand for (A 10 percent rise, С 400 солдатами). The
	// English no is not there: No 10 is an address.
	small string
	// three are frequent words of three letters: a rule's acronym of these letters
	// is found in the language in capitals only. They are of the thousand words that
	// each of these texts has most often: fortunes-bg, -cs, -de, -es, -it, -pl and
	// -ru of Debian 12, the treebanks of Universal Dependencies 2 for da, fi, hr, lt,
	// lv, nb (with da), ro, sk, sl, sv and tr; and the stop words of PostgreSQL 15
	// and, but for de, en and nl, of stopwords-iso 1.1.0. For et, fr, lt, lv, pl, cs
	// and uk also what the translated messages of a Debian 12 system have, where few
	// other languages have it.
	three string
	// acronyms are those of acronyms.txt whose letters are a frequent word of the
	// language: one of the thousand words that such a text has most often, or one of
	// three. For English they are the words that check warns of. Left out are NATO,
	// NASA and AIDS, which papers write with one capital, and what programs call
	// things.
	acronyms string
	// counted are what numbers in the news count, as they are written.
	counted string
	// common are words of up to five letters that an acronym of a rule may be, and
	// that are too frequent for a rule that finds both.
	common string
	// shouted are words of three letters that stand in capitals for emphasis more
	// often than for an acronym.
	shouted string
}

// inflection tells which words are forms of one word in a language. Terms and
// words are folded, and of its script. Implementations are read by many
// goroutines at the same time.
type inflection interface {
	// joins says whether word is a form of the term. They are not the same, and both
	// have two bytes or more.
	joins(t Term, word string) bool
	// stems appends texts such that every form of the term is one of them with an
	// ending that cuts knows.
	stems(out []string, t Term) []string
	// cuts adds which endings word may have, whatever the term, see Langs.Cuts.
	cuts(word string, known uint64) uint64
}

// prefixing is an inflection of a language that writes small words before a word
// without a space.
type prefixing interface {
	inflection
	// heads says what may stand before word, see Langs.Heads.
	heads(word string) uint64
	// before returns all that heads may find.
	before() []string
}

// Langs is a set of languages, bit i for the i-th of the table.
type Langs uint64

const (
	// None is for text in a script of which no language is known.
	None Langs = 0

	// Any are all languages.
	Any = ^None

	// Other is any language in Latin script whose forms are not known. There a word
	// has the form it is written in, and an s, the genitive of the Nordic
	// languages: Ukrainas, Natos.
	Other Langs = 1 << maxLanguages

	maxLanguages = 63
)

// inflected are the languages whose forms are known, in all and by script;
// others are those whose forms are not known, headed those that are prefixing.
var inflected, inScript, others, headed = sortLanguages()

func sortLanguages() (inflected Langs, inScript, others [words.Scripts]Langs, headed Langs) {
	if len(languages) > maxLanguages {
		panic("inflect: too many languages")
	}
	for i, l := range languages {
		switch {
		case l.forms == nil:
			others[l.script] |= 1 << i
		case l.family == "":
			panic(fmt.Sprintf("inflect: language %s has forms and no family", l.code))
		default:
			inflected |= 1 << i
			inScript[l.script] |= 1 << i
			if _, ok := l.forms.(prefixing); ok {
				headed |= 1 << i
			}
		}
	}
	return inflected, inScript, others, headed
}

// inEnglish is English, which feeds declare by default whatever they carry.
var inEnglish = Language("en")

// Language is the language of a BCP 47 tag, in each script in which it is written;
// None where it is not in the table.
func Language(tag string) Langs {
	base := tag
	if i := strings.IndexAny(tag, "-_"); i >= 0 {
		base = tag[:i]
	}
	return byCode[strings.ToLower(base)]
}

// byCode are the languages by how their BCP 47 tags begin.
var byCode = languagesByCode()

func languagesByCode() map[string]Langs {
	all := make(map[string]Langs)
	for i, l := range languages {
		for _, code := range append([]string{l.code}, l.also...) {
			all[code] |= 1 << i
		}
	}
	return all
}

// Known says whether the forms of words are known in the language of a BCP 47 tag.
func Known(tag string) bool { return Language(tag)&inflected != 0 }

// only returns the code of the language if the set has exactly one, else "".
func (l Langs) only() string {
	if l&(l-1) != 0 || l&^Other == 0 {
		return ""
	}
	return languages[l.first()].code
}

// first is the place in the table of the first language of the set, which has
// one.
func (l Langs) first() int { return bits.TrailingZeros64(uint64(l)) }

// Script returns the languages that are written in the script of the folded
// word. An article of another script may quote one in any of those of Cyrillic.
func (l Langs) Script(word string) Langs { return l.InScript(words.ScriptOf(word)) }

// InScript returns the languages that are written in a script, as Script does.
func (l Langs) InScript(s words.Script) Langs {
	all := inScript[s]
	if s == words.LatinScript {
		return l & (all | Other)
	}
	if l&all == 0 {
		return all
	}
	return l & all
}

// Class is a family within its script, counted from 1.
type Class uint8

const (
	// AnyClass is for what does not depend on the language: single forms, acronyms.
	AnyClass Class = 0
	// MaxClass is the highest one.
	MaxClass Class = 14
)

// class is a family and its languages.
type class struct {
	langs   Langs
	members []*language
}

// classes are those of each script; that with the place 0 stands for AnyClass and
// is empty.
var classes = sortClasses()

func sortClasses() *[words.Scripts][]class {
	var out [words.Scripts][]class
	names := [words.Scripts][]string{}
	for i, l := range languages {
		if l.forms == nil {
			continue
		}
		s := l.script
		if names[s] == nil {
			names[s], out[s] = []string{""}, []class{{}}
		}
		at := slices.Index(names[s], l.family)
		if at < 0 {
			at = len(names[s])
			names[s], out[s] = append(names[s], l.family), append(out[s], class{})
		}
		if at > int(MaxClass) {
			panic("inflect: too many families in the script of " + l.family)
		}
		c := &out[s][at]
		c.langs |= 1 << i
		c.members = append(c.members, l)
	}
	latin := out[words.LatinScript]
	latin[otherClass].langs |= Other
	return &out
}

// otherClass is the class of Other: that of the first language, English, whose
// genitive is an s as well.
const otherClass Class = 1

// Classes are the classes in which words of an item in these languages are looked
// up, bit 1<<c for class c: those in a script. There is at least one wherever forms
// are known, in which a word at least finds itself.
func (l Langs) Classes(s words.Script) uint16 {
	set, all := uint16(0), uint16(0)
	for c := 1; c < len(classes[s]); c++ {
		all |= 1 << c
		if classes[s][c].langs&l != 0 {
			set |= 1 << c
		}
	}
	switch {
	case set != 0:
		return set
	case s == words.LatinScript:
		return 1 << otherClass
	}
	return all
}

// Spoken are the languages of codes, as a text in one of them is said to be in:
// Other where the forms of one are not known. None where there are no codes.
func Spoken(codes []string) Langs {
	l := None
	for _, c := range codes {
		one := Language(c)
		if one&inflected == 0 {
			one = Other
		}
		l |= one
	}
	return l
}
