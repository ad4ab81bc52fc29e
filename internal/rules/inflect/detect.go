package inflect

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"watcher/internal/rules/words"
)

// clues are the small words by the hashes of their folded forms.
type clues struct {
	slots   [clueSlots]clue
	longest int // bytes of the longest one
}

// clue is a small word, by half of its hash, and the entries of hints that have
// it, a bit each.
type clue struct{ hash, langs uint32 }

const clueSlots = 4096 // more than there are clues, few enough for a processor's cache

var allClues = readClues()

func readClues() *clues {
	c := new(clues)
	var b words.Buffer
	for i, line := range hints {
		for w := range strings.FieldsSeq(line) {
			b.Reset()
			w = foldWith(&b, w)
			c.longest = max(c.longest, len(w))
			at := c.at(words.Hash(w))
			at.hash = uint32(words.Hash(w))
			at.langs |= 1 << i
		}
	}
	return c
}

// at is the clue with this hash, or where it would be.
func (c *clues) at(hash uint64) *clue {
	for i := hash; ; i++ {
		if x := &c.slots[i%clueSlots]; x.langs == 0 || x.hash == uint32(hash) {
			return x
		}
	}
}

// Small says whether the word with this hash is a small word of some language,
// one that most articles have.
func Small(hash uint64) bool { return allClues.at(hash).langs != 0 }

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

// Known says whether the forms of words are known in the language of a BCP 47 tag.
func Known(tag string) bool {
	_, known := codeOf(tag)
	return known
}

// considered is the number of words from which a language is told.
const considered = 80

// Detect returns the languages that an item of these texts, whose words are the
// first toks of b, may be in, as one or several of
// each script: as declared, unless its script or its small words contradict or it
// has no tables; else by these and by its letters; else all that share the script. code is the
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
		if t.Len() > allClues.longest {
			continue
		}
		for set := allClues.at(t.Hash).langs; set != 0; set &= set - 1 {
			votes[bits.TrailingZeros32(set)]++
		}
	}
	own, known := codeOf(declared)
	letterVotes(texts, &votes)
	inLatin, latinCode := pick(own, known, declared != "", &votes, 0, 8, latin, lat >= cyr, lat)
	inCyrillic, cyrillicCode := pick(own, known, declared != "", &votes, 8, 11, cyrillic, cyr > lat, lat)
	if cyr > lat {
		return inLatin | inCyrillic, cyrillicCode.only()
	}
	return inLatin | inCyrillic, latinCode.only()
}

// others says which entries of hints without tables are in Latin script.
const firstOther, firstCyrillicOther = len(codes), len(codes) + 13

// silent is the number of words from which a text that declares English has one
// that speaks for it.
const silent = 4

// pick tells the languages of one script: those whose forms are to be found, and
// among them those that it most likely is in. main is set for the script that most
// words are in: a declaration is about that one. lat is the number of Latin words.
func pick(declared Langs, known, says bool, votes *[len(hints)]int, from, to int, all Langs, main bool, lat int) (l, certain Langs) {
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
			if declared == English && loudest == 0 && lat >= silent {
				return all, declared // en by default, and a headline in whatever it is
			}
			return declared | above(declared, votes, own, from, to), declared
		case fits && declared != English && loudest < 4*own+8:
			// Feeds declare en by default whatever they carry, but another
			// language only when they mean it.
			return declared | likely(votes, best, from, to), leaders(votes, best, from, to)
		}
	}
	// A language without tables, declared or not, is told by the words: what says
	// that it is one must not lose what another finds that says nothing.
	unknown := None
	if all == latin && (other > 0 && other >= best || says && main && !known) {
		unknown = Other
	}
	if best == 0 && other == 0 {
		if !main && all == latin {
			return English, English // names in an article of another script
		}
		return all | unknown, None
	}
	switch {
	case other > best && other >= 4 && other >= 2*best:
		return unknown, None
	case best < 2:
		return all | unknown, None // one small word proves nothing
	case other > best:
		return likely(votes, best, from, to) | unknown, None
	}
	return likely(votes, best, from, to) | unknown, leaders(votes, best, from, to)
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

// above are the languages that speak louder than the declared one, or as loud
// where that is English and has but one word: not loud enough to contradict it, but a short text
// in them would be lost.
func above(declared Langs, votes *[len(hints)]int, own, from, to int) Langs {
	var l Langs
	for i := from; i < to; i++ {
		if votes[i] > own || declared == English && own == 1 && votes[i] == 1 {
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
			var r rune
			if c := text[i]; c < 0xE0 && i+1 < len(text) {
				r = rune(c&0x1F)<<6 | rune(text[i+1]&0x3F)
				i += 2
			} else {
				size := 0
				r, size = utf8.DecodeRuneInString(text[i:])
				i += size
			}
			if r >= lettersFrom && r < lettersTo {
				for set := letterTable[r-lettersFrom]; set != 0; set &= set - 1 {
					votes[bits.TrailingZeros32(set)] += 2
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
