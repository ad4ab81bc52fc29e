package inflect

import (
	_ "embed" // acronyms.txt, three.txt
	"slices"
	"strings"

	"watcher/internal/rules/words"
)

// acronymWords are acronyms of the field (acronyms.txt) whose letters
// are a frequent word of a language, with these languages. Frequent are the
// thousand words that each of these texts has most often in small letters, and
// those of the lists: the translated messages of a Debian 12 system
// (/usr/share/locale), fortunes-bg, -cs, -de, -es, -it, -pl and -ru of Debian 12,
// the treebanks of Universal Dependencies 2 for da, fi, hr, lt, lv, nb, ro, sk, sl,
// sv and tr; the stop words of PostgreSQL 15, stopwords-iso 1.1.0 but for de, en and
// nl, and for English the words that check warns of. Left out are NATO, NASA and
// AIDS, which papers write with one capital, and what programs call things.
const acronymWords = `
AI fr lt pt it ro
AID en
ALS de nl
AM en de sl ro hu
ANO cs es pt sk
ANSA it
AP lv
ARM en de
ASI cs es sk
ATT sv
AU fr ro
BAR en it hu da
BIS de
CAN en pl es
CAP en
CAR en fr
CARE en ro
CAS fr cs sk sl
CIA lt sk
CO pl cs it sk
COST en
DAS de pt
DEA ro
DEL lv lt es it sv da sl
DEM de sv da
DES de fr
DIA es pt it
DIN sv da ro
DNI pl sk sl
DOD lv
EES et
ES de fr lv es pt it hu
ESA es
ETA it
EU fr pt ro
FARA pt it ro
FAST en de it sv da
GAS en
HELP en
HUR sv
ICE en
IDEA en es it
INS de
IO it
IRA es pt
IS en de pl lt nl hu tr
ISI ro tr
IT en pl lv lt it
KAM de cs lv sk sl
KAS et lv lt
KO lv lt sl
KOD pl hr
KU pl cs sk
LETA cs sl
LIFE en
LOT en
LU fr cs
MAD en
MAN en de lv lt nl sv da tr
MAR es hu
MAS cs es pt sk hu
MIC ro
MIN sv da hu
MIT de cs da hu
MOD cs da ro hu
MON fr
MY en pl cs sk tr
NAM pl cs sk sl hr
NET en pl lt
NRO fi
ONU tr
PA lv sv da sl hr
PACE en it
PAN en fr pl cs es
PAS fr lt
PLAN en fr hr da
PO pl cs lt it sk sl hr
POD pl cs sk sl hr
POP da
PU fr
ROK pl cs sl hr
SAFE en
SALT en
SAM pl cs sl hr
SEAL en
SHAPE en
SIS lv lt
SOS lv
STAN pl
STAR en sv da
START en pl sv da
STEP en
SURE en tr
TAPI lv
TIR tr
TOP en da
TU fr pl cs lv lt es pt it sk sl hr ro tr
TY pl cs sk
UN fr lv es it ro tr
UNGA sv
UNO es it
US en
USA es pt it ro
VA fr lt es it sv ro
VAS fr cs es sk sl hr
VI pl cs it sv da sl hr ro
VID sv
VIS lv lt da
VU fr
WHO en
ГО bg
ДА ru uk bg
ДО ru uk bg
КОД ru uk bg
КТО ru
МИ uk bg
НА ru uk bg
ПРО ru uk
СО ru
ТО ru bg
`

// shouted are words of three letters that stand in capitals for emphasis more often
// than for an acronym.
var shouted = words.Hashes(`act air ban bid boy cut day fly gun jet job law man men new now oil one own pay raw ray row run sea set ship sky spy tax top tow two vow war wars win won
weg tag see bau not mut amt arm mer roi loi feu mur bus or tir ami boj mir les let led
mer kuu maa riik keel tuul mets laev jogi mees oja
мир бой газ суд дом лес лед сын рок мер пан ліс рік хід дім зло зір
`)

//go:embed acronyms.txt
var acronymList string

//go:embed three.txt
var threeLetters string

// knownAcronyms are acronyms of the field, by the hashes of their folded forms.
// Other words of four or five capitals may be words as well.
var knownAcronyms = readAcronyms()

func readAcronyms() map[uint64]bool {
	var b strings.Builder
	for line := range strings.Lines(acronymList) {
		if line[0] != '#' {
			b.WriteString(line)
		}
	}
	return words.Hashes(b.String())
}

// everyday is what is known of an acronym that is also a word.
type everyday struct {
	langs Langs    // those of them that have tables
	codes []string // of all
}

var everydays = readEverydays()

// readEverydays reads acronymWords, and of the other short words that are known what
// may be taken for an acronym.
func readEverydays() map[uint64]everyday {
	in := map[uint64][]string{}
	for line := range strings.Lines(acronymWords) {
		if f := strings.Fields(line); len(f) > 1 {
			in[words.Hash(fold(f[0]))] = f[1:]
		}
	}
	var b words.Buffer
	add := func(w, code string) {
		b.Reset()
		w = foldWith(&b, w)
		h := words.Hash(w)
		if words.Letters(w) != 3 || in[h] == nil && knownAcronyms[h] || shouted[h] || slices.Contains(in[h], code) {
			return
		}
		in[h] = append(in[h], code)
	}
	for i, line := range hints {
		for w := range strings.FieldsSeq(line) {
			add(w, hintCode(i))
		}
	}
	for line := range strings.Lines(threeLetters) {
		code, list, _ := strings.Cut(line, " ")
		for w := range strings.FieldsSeq(list) {
			if code != "#" {
				add(w, code)
			}
		}
	}
	m := make(map[uint64]everyday, len(in))
	for h, all := range in {
		m[h] = everyday{langsOf(all), all}
	}
	return m
}

func langsOf(all []string) (l Langs) {
	for i, code := range codes {
		if slices.Contains(all, code) {
			l |= 1 << i
		}
	}
	return l
}

// hintCode is the code of the language of an entry of hints.
func hintCode(i int) string {
	if i < firstOther {
		return codes[i]
	}
	return otherCodes[i-firstOther]
}

// OtherCode is the code, in what Everyday returns, of a language of a BCP 47 tag
// whose forms are not known; empty for any other tag. Norwegian is that of Danish.
func OtherCode(tag string) string {
	if i := otherCode(tag); i > 0 {
		return hintCode(i)
	}
	return ""
}

// Everyday says in which languages an acronym, folded, is an everyday word too:
// langs are those of them that have tables, all are the codes of all, nil if there
// is none. EU is had in French and Romanian, MIT with in German.
func Everyday(folded string) (langs Langs, all []string) {
	e := everydays[words.Hash(folded)]
	return e.langs, e.codes
}
