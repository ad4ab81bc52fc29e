package inflect

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"watcher/internal/rules/words"
)

// hints are the small words of each language, those that it does not share with
// its neighbours first of all. The languages after the blank are known only so
// that their articles are not taken for another's.
var hints = [...]string{
	"the of and to in that is for was with on by from at are has have this said not as it be will were its who which after been",
	"der die und das den von zu mit ist im des fur nicht auf dem ein eine sich auch nach wird als sind bei aus es einen hat einer uber wurde werden dass",
	"le la les de l d qu des et en est pour dans que une du sur pas qui par au avec plus sont ce aux ont cette été mais ete",
	"w i z na sie do nie jest ze od przez dla oraz jak po przy tym które ktory ktora byl byla bylo są sa jego takze czy ale tego",
	"se na v je ze že s z do o pro ve by jsou byl bylo jako podle také pri ale po k ktery ktera jeho uz bude aby jsme roku",
	"ja on ei et see oma mis ka kui ning aga oli olid kes selle seda need pole eesti tema nende voi nii juba veel aasta mille",
	"un ir ar no par ka uz bet lai tas kas vai tika nav viņš vina ari pie sis bija gan lidz pec ta to kur vel es",
	"ir kad su is yra bet buvo kaip tai del apie po nuo per iki jis savo taip pat uz bei nes kurie ar dar jau sako metu",
	"и в не на что с по он как его из это за от но для был была были к же так или она они все бы только со",
	"і в у та що не на з це до за як від про його був була були але або вже для які також цей при є й ще бо",
	"и на да се в за от е са не че с по ще като до при но след това му има той които го към си бе",

	// others, in scripts that are shared
	"el los las de que y del por con una para su es al como mas pero fue sobre entre",
	"o os da do das dos que e em um uma para com nao na no por mais foi pelo pela",
	"il di che e della per una con del sono non gli dei nel alla piu anche dal",
	"de het een van en dat niet zijn op te voor met aan ook als bij door naar wordt",
	"och att det som en for pa av med till har inte om ett den var sig vid",
	"og at det som en pa af til med er ikke har den et ble blir fra ved",
	"ja on etta ei se oli han mutta myos kun joka sen ovat kuin mukaan jonka hanen ole",
	"a je sa na v ze si sme pre ako som aj ktory ktore bol bola podla uz by ich",
	"in je da se na za ki so z v pa bi ni kot tudi pri po od",
	"i je da se na u za su od koji bi kao sto ali nije biti",
	"si de la in cu pe nu din este care pentru mai ca au fost sunt un lui prin",
	"a az es hogy nem egy is ez volt meg csak mint de el magyar szerint",
	"ve bir bu icin ile da de olarak cok olan daha gibi kadar sonra turkiye",
	"и в на што не да за се ў з як па гэта было ад для але",
	"и на во да се од за не со го ќе што како",
	"и у је да се на за од су који са ће није",
}

// clues are the small words by the hashes of their folded forms, each with a bit
// for every entry of hints that has it.
type clues struct {
	keys  [clueSlots]uint32
	langs [clueSlots]uint32
}

const clueSlots = 2048

var allClues = readClues()

func readClues() *clues {
	c := new(clues)
	for i, line := range hints {
		for w := range strings.FieldsSeq(line) {
			h := words.Hash(fold(w))
			at := c.slot(h)
			c.keys[at] = h
			c.langs[at] |= 1 << i
		}
	}
	return c
}

func (c *clues) slot(h uint32) uint32 {
	i := h % clueSlots
	for c.langs[i] != 0 && c.keys[i] != h {
		i = (i + 1) % clueSlots
	}
	return i
}

// Small says whether the word with this hash is a small word of some language,
// one that most articles have.
func Small(hash uint32) bool { return allClues.langs[allClues.slot(hash)] != 0 }

// codeOf gives the language of a BCP 47 tag; known is false for a tag of a
// language without tables.
func codeOf(tag string) (l Langs, known bool) {
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	for i, code := range codes {
		if base == code {
			return 1 << i, true
		}
	}
	return None, false
}

// considered is the number of words from which a language is told.
const considered = 80

// Detect returns the languages that an item of these texts, whose words are the
// first toks of b, may be in, as one or several of
// each script: as declared, unless its script or its small words contradict;
// else by these and by its letters; else all that share the script. code is the
// language of most of its words where that is beyond doubt, else empty.
func Detect(declared string, texts []string, b *words.Buffer, toks int) (l Langs, code string) {
	var votes [len(hints)]int
	lat, cyr := 0, 0
	for i := range min(toks, considered) {
		t := &b.Tokens[i]
		switch w := b.Folded(t); {
		case words.Cyrillic(w):
			cyr++
		case words.Latin(w):
			lat++
		default:
			continue
		}
		for set, k := allClues.langs[allClues.slot(t.Hash)], 0; set != 0; set, k = set>>1, k+1 {
			if set&1 != 0 {
				votes[k]++
			}
		}
	}
	own, known := codeOf(declared)
	letterVotes(texts, &votes)
	inLatin, latinCode := pick(own, known, declared != "", &votes, 0, 8, latin, lat >= cyr)
	inCyrillic, cyrillicCode := pick(own, known, declared != "", &votes, 8, 11, cyrillic, cyr > lat)
	if cyr > lat {
		return inLatin | inCyrillic, cyrillicCode.only()
	}
	return inLatin | inCyrillic, latinCode.only()
}

// others says which entries of hints without tables are in Latin script.
const firstOther, firstCyrillicOther = len(codes), len(codes) + 13

// pick tells the languages of one script: those whose forms are to be found, and
// among them those that it most likely is in. main is set for the script that most
// words are in: a declaration is about that one.
func pick(declared Langs, known, says bool, votes *[len(hints)]int, from, to int, all Langs, main bool) (l, certain Langs) {
	best, other := 0, 0 // votes for a language with tables, and for one without
	for i, n := range votes {
		switch latinEntry := i < 8 || i >= firstOther && i < firstCyrillicOther; {
		case latinEntry != (all == latin):
		case i < firstOther:
			best = max(best, n)
		default:
			other = max(other, n)
		}
	}
	if says && main {
		own := 0
		for i := from; i < to; i++ {
			if declared == 1<<i {
				own = votes[i]
			}
		}
		loudest := max(best, other)
		switch fits := known && declared&all != 0; {
		case fits && (loudest < 4 || loudest < 2*own+2):
			return declared | above(votes, own, from, to), declared
		case fits && declared != English && loudest < 4*own+8:
			// Feeds declare en by default whatever they carry, but another
			// language only when they mean it.
			return declared | likely(votes, best, from, to), leaders(votes, best, from, to)
		case !known && loudest < 6:
			return None, None
		}
	}
	if best == 0 && other == 0 {
		switch {
		case says && main && !known:
			return None, None
		case !main && all == latin:
			return English, English // names in an article of another script
		}
		return all, None
	}
	switch {
	case other > best && other >= 4 && other >= 2*best:
		return None, None
	case best < 2:
		return all, None // one small word proves nothing
	case other > best:
		return likely(votes, best, from, to), None
	}
	return likely(votes, best, from, to), leaders(votes, best, from, to)
}

// leaders are the languages with the most votes, or hardly fewer.
func leaders(votes *[len(hints)]int, best, from, to int) Langs {
	var l Langs
	for i := from; i < to; i++ {
		if votes[i]*5 >= best*4 && votes[i] > 0 {
			l |= 1 << i
		}
	}
	return l
}

// likely are the languages with nearly the most votes. Those of Cyrillic share
// most of their small words, and hardly ever have each other's forms.
func likely(votes *[len(hints)]int, best, from, to int) Langs {
	var l Langs
	for i := from; i < to; i++ {
		n := votes[i]
		if n > 0 && (n*5 >= best*4 || n+1 >= best || cyrillic>>i&1 == 1 && n*2 >= best) {
			l |= 1 << i
		}
	}
	return l
}

// above are the languages that speak louder than the declared one: not loud
// enough to contradict it, but a short text in them would be lost.
func above(votes *[len(hints)]int, own, from, to int) Langs {
	var l Langs
	for i := from; i < to; i++ {
		if votes[i] > own {
			l |= 1 << i
		}
	}
	return l
}

// letterVotes looks for letters that few languages have.
func letterVotes(texts []string, votes *[len(hints)]int) {
	budget := 400
	for _, text := range texts {
		text = text[:min(len(text), budget)]
		budget -= len(text)
		for i := 0; i < len(text); {
			if text[i] < utf8.RuneSelf {
				i++
				continue
			}
			r, size := utf8.DecodeRuneInString(text[i:])
			i += size
			if r >= lettersFrom && r < lettersTo {
				for set, k := letterTable[r-lettersFrom], 0; set != 0; set, k = set>>1, k+1 {
					if set&1 != 0 {
						votes[k] += 2
					}
				}
			}
		}
	}
}

const lettersFrom, lettersTo = 0xA0, 0x4A0

var letterTable = makeLetterTable()

func makeLetterTable() *[lettersTo - lettersFrom]uint32 {
	var t [lettersTo - lettersFrom]uint32
	for _, h := range letterHints {
		for _, r := range h.letters {
			for _, l := range h.langs {
				t[unicode.ToLower(r)-lettersFrom] |= 1 << l
				if up := unicode.ToUpper(r); up >= lettersFrom && up < lettersTo {
					t[up-lettersFrom] |= 1 << l
				}
			}
		}
	}
	return &t
}

// Indexes into hints, for letterHints.
const (
	en = iota
	de
	fr
	pl
	cs
	et
	lv
	lt
	ru
	uk
	bg
	es
	pt
	it
	nl
	sv
	da
	fi
	sk
	sl
	hr
	ro
	hu
	tr
	be
	mk
	sr
)

// letterHints are the languages that a letter speaks for.
var letterHints = []struct {
	letters string
	langs   []int
}{
	{"ß", []int{de}}, {"ü", []int{de, et, tr, hu}}, {"ö", []int{de, et, fi, sv, hu, tr}}, {"ä", []int{de, et, fi, sv}}, {"õ", []int{et, pt}},
	{"łżśźń", []int{pl}}, {"ąę", []int{pl, lt}}, {"ć", []int{pl, hr}}, {"řěů", []int{cs}}, {"ýťďň", []int{cs, sk}}, {"ľĺŕ", []int{sk}},
	{"ėįų", []int{lt}}, {"ū", []int{lt, lv}}, {"āēīķļņģ", []int{lv}}, {"èêûîœ", []int{fr}}, {"ç", []int{fr, tr, pt}}, {"à", []int{fr, it, pt}},
	{"ñ¿¡", []int{es}}, {"ã", []int{pt}}, {"å", []int{sv, da, fi}}, {"øæ", []int{da}}, {"őű", []int{hu}}, {"șțăşţ", []int{ro}}, {"ğı", []int{tr}},
	{"ыэё", []int{ru, be}}, {"їєґ", []int{uk}}, {"і", []int{uk, be}}, {"ў", []int{be}}, {"ъ", []int{bg}}, {"щ", []int{ru, uk, bg}},
	{"љњђћџ", []int{sr}}, {"ј", []int{sr, mk}}, {"ѓќѕ", []int{mk}},
}
