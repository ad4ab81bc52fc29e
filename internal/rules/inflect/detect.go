package inflect

import (
	"math/bits"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"watcher/internal/rules/words"
)

// clues are the small words by the hashes of their folded forms.
type clues struct {
	slots   []clue  // a power of two, at least twice as many as there are clues
	sets    []Langs // the sets of languages that clues have; the first is empty
	longest int     // bytes of the longest one
	// likely has a bit for each hash that a clue may have, by its lowest bits: it fits
	// into the nearest cache, and most words end there. See BenchmarkMatch.
	likely [likelyBits / 64]uint64
}

const likelyBits = 1 << 15

// clue is a small word, by half of its hash, and the place in sets of the languages
// that have it. It is small: all of them are to fit in a processor's cache.
type clue struct {
	hash uint32
	set  uint16
}

var allClues = sync.OnceValue(readClues)

func readClues() *clues {
	c := &clues{sets: []Langs{None}}
	langs := make(map[uint64]Langs, 4096)
	var b words.Buffer
	for i, l := range languages {
		for w := range strings.FieldsSeq(l.clues) {
			b.Reset()
			w = foldWith(&b, w)
			c.longest = max(c.longest, len(w))
			langs[words.Hash(w)] |= 1 << i
		}
	}
	c.slots = make([]clue, 1<<bits.Len(uint(2*len(langs))))
	places := map[Langs]uint16{}
	for hash, l := range langs {
		if places[l] == 0 {
			places[l] = uint16(len(c.sets))
			c.sets = append(c.sets, l)
		}
		*c.at(hash) = clue{uint32(hash), places[l]}
		c.likely[hash%likelyBits/64] |= 1 << (hash % 64)
	}
	return c
}

// at is the clue with this hash, or where it would be.
func (c *clues) at(hash uint64) *clue {
	mask := uint64(len(c.slots) - 1)
	for i := hash; ; i++ {
		if x := &c.slots[i&mask]; x.set == 0 || x.hash == uint32(hash) {
			return x
		}
	}
}

// langs are the languages that the word with this hash speaks for.
func (c *clues) langs(hash uint64) Langs {
	if c.likely[hash%likelyBits/64]>>(hash%64)&1 == 0 {
		return None
	}
	return c.sets[c.at(hash).set]
}

// Small says whether the word with this hash is a small word of some language,
// one that most articles have.
func Small(hash uint64) bool { return allClues().at(hash).set != 0 }

// considered is the number of words from which a language is told.
const considered = 80

// Detect returns the languages that an item of these texts, whose words are the
// first toks of b, may be in, as one or several of
// each script: as declared, unless its script or its small words contradict or it
// has no tables; else by these and by its letters; else all that share the script. code is the
// language of most of its words where that is beyond doubt, else empty.
func Detect(declared string, texts []string, b *words.Buffer, toks int) (l Langs, code string) {
	v := votes{declared: Language(declared), says: declared != ""}
	known := allClues()
	for i := range min(toks, considered) {
		t := &b.Tokens[i]
		s := words.ScriptOf(b.Folded(t))
		v.words[s]++
		if s == words.OtherScript || t.Len() > known.longest {
			continue
		}
		for set := known.langs(t.Hash); set != 0; set &= set - 1 {
			v.of[set.first()]++
		}
	}
	v.letters(texts)
	main := words.LatinScript
	for s := words.LatinScript; s < words.Scripts; s++ {
		if inScript[s] != None && v.words[s] > v.words[main] {
			main = s
		}
	}
	for s := words.LatinScript; s < words.Scripts; s++ {
		if inScript[s] == None {
			continue
		}
		in, certain := v.pick(s, s == main)
		l |= in
		if s == main {
			code = certain.only()
		}
	}
	return l, code
}

// votes are what speaks for each language in an item.
type votes struct {
	of       [maxLanguages]int32
	words    [words.Scripts]int32
	declared Langs // None for a language that is not in the table
	says     bool  // the feed declares a language, be it one that is not
}

// silent is the number of words from which a text that declares English has one
// that speaks for it.
const silent = 4

// most is the number of votes of the language in the set that has most.
func (v *votes) most(l Langs) int32 {
	n := int32(0)
	for ; l != 0; l &= l - 1 {
		n = max(n, v.of[l.first()])
	}
	return n
}

// pick tells the languages of one script: those whose forms are to be found, and
// among them those that it most likely is in. main is set for the script that most
// words are in: a declaration is about that one.
func (v *votes) pick(s words.Script, main bool) (l, certain Langs) {
	all := inScript[s]
	best, other := v.most(all), v.most(others[s])
	known := v.declared&inflected != 0
	if v.says && main {
		own := v.most(v.declared & all)
		loudest := max(best, other)
		switch fits := v.declared&all != 0; {
		case fits && (loudest < 4 || loudest < 2*own+2):
			if v.declared == inEnglish && loudest == 0 && v.words[words.LatinScript] >= silent {
				return all, inEnglish // by default, and a headline in whatever it is
			}
			return v.declared | v.above(all, own), v.declared & all
		case fits && v.declared != inEnglish && loudest < 4*own+8:
			// Feeds declare en by default whatever they carry, but another
			// language only when they mean it.
			return v.declared | v.likely(all, best), v.leaders(all, best)
		}
	}
	// A language without tables, declared or not, is told by the words: what says
	// that it is one must not lose what another finds that says nothing.
	unknown := None
	if s == words.LatinScript && (other > 0 && other >= best || v.says && main && !known) {
		unknown = Other
	}
	if best == 0 && other == 0 {
		if !main && s == words.LatinScript {
			return inEnglish, inEnglish // names in an article of another script
		}
		return all | unknown, None
	}
	switch {
	case other > best && other >= 4 && other >= 2*best:
		return unknown, None
	case best < 2:
		return all | unknown, None // one small word proves nothing
	case other > best:
		return v.likely(all, best) | unknown, None
	}
	return v.likely(all, best) | unknown, v.leaders(all, best)
}

// among are the languages of a set whose number of votes is enough.
func (v *votes) among(set Langs, enough func(n int32) bool) Langs {
	l := None
	for ; set != 0; set &= set - 1 {
		if one := set & -set; enough(v.of[one.first()]) {
			l |= one
		}
	}
	return l
}

// leaders are the languages with the most votes, or hardly fewer.
func (v *votes) leaders(all Langs, best int32) Langs {
	return v.among(all, func(n int32) bool { return n > 0 && n*5 >= best*4 })
}

// likely are the languages with nearly the most votes. Those of Cyrillic share
// most of their small words, and hardly ever have each other's forms.
func (v *votes) likely(all Langs, best int32) Langs {
	cyrillic := all == inScript[words.CyrillicScript]
	return v.among(all, func(n int32) bool {
		return n > 0 && (n*5 >= best*4 || n+1 >= best || cyrillic && n*2 >= best)
	})
}

// above are the languages that speak louder than the declared one, or as loud
// where that is English and has but one word: not loud enough to contradict it, but
// a short text in them would be lost.
func (v *votes) above(all Langs, own int32) Langs {
	return v.among(all, func(n int32) bool {
		return n > own || v.declared == inEnglish && own == 1 && n == 1
	})
}

// letters counts the letters that few languages have.
func (v *votes) letters(texts []string) {
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
			if at := int(r) - lettersFrom; at >= 0 && at < len(letterTable) {
				for set := letterTable[at]; set != 0; set &= set - 1 {
					v.of[set.first()] += 2
				}
			}
		}
	}
}

// lettersFrom is the first letter that may speak for a language.
const lettersFrom = 0xA0

// letterTable are the languages that a letter speaks for, in either case, from
// lettersFrom on.
var letterTable = makeLetterTable()

func makeLetterTable() []Langs {
	var t []Langs
	for i, l := range languages {
		for _, r := range l.letters {
			for _, r := range []rune{unicode.ToLower(r), unicode.ToUpper(r)} {
				at := int(r) - lettersFrom
				if at < 0 {
					continue // ı is I as a capital
				}
				t = append(t, make([]Langs, max(0, at+1-len(t)))...)
				t[at] |= 1 << i
			}
		}
	}
	return t
}
