package story

import (
	"hash/fnv"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// storyWords is the minimum number of words of a text that is compared: what two
	// short texts share is mostly boilerplate.
	storyWords = 40
	// shingle is how many neighbouring words are hashed together. Of a text in which
	// every fourth word was replaced, half of the pairs remain but only four in ten of
	// the triples. Unrelated texts share a tenth of their pairs, because every language
	// has pairs that are always there.
	shingle = 2
	// sketchSize bounds a sketch. Texts with fewer shingles are kept whole.
	sketchSize = 400
)

// The criteria for one story. Each threshold lies between what copies of a text have in
// common (shortened, framed and reworded), and what unrelated articles have: the next
// day's report in the same words, a follow-up that repeats half of the old one, or
// another text with the same boilerplate of its outlet. In doubt they are two stories:
// a story sent twice costs less than one that is not sent. TestStoryThreshold measures
// them.
const (
	// copied is the part of the shingles of the shorter text that the other must
	// contain. For a short text it is copiedShort, because what that shares is often
	// boilerplate; between longText and shortText shingles it is interpolated.
	copied      = 0.4
	copiedShort = 0.45
	longText    = 120
	shortText   = 60
	// copiedLead is the part of the first leadSize shingles of each text that the other
	// must contain: news is at the beginning of an article, and what it repeats comes
	// later. If copiedWhole of the longer text is in both, and nearlyAll of one
	// beginning, then the other beginning is an introduction that a newsroom added.
	copiedLead  = 0.3
	copiedWhole = 0.6
	leadSize    = 40

	// retold is the threshold for long words alone, for two newsrooms that tell
	// something in sentences of their own; they must still share retoldShingles. It is
	// retoldFigures if they share at least figuresAgree figures, and nearly all of
	// them.
	retoldShingles    = 0.2
	retold            = 0.6
	retoldLead        = 0.6
	retoldFigures     = 0.55
	retoldFiguresLead = 0.5
	leadTerms         = 20
	figuresAgree      = 3
	nearlyAll         = 0.8
	minTerms          = 0.2

	// sameFigures is the part of the figures of the text with fewer that the other must
	// have, if it has minFigures: losses, weather and share prices of two days are
	// reported in the same words.
	sameFigures = 0.5
	minFigures  = 2
	maxFigures  = 64

	// least is the minimum number of hashes for a statement about a text.
	least = 8
)

// Sketch stands for the text of an article in comparisons. The zero value stands for a
// text that is not compared.
type Sketch struct {
	// Text has the smallest hashes of its shingles in order (MinHash, Broder's bottom-k
	// sketch). Unlike signatures of fixed positions it shows how much of a short text
	// is in a long one. Lead has all hashes of the beginning.
	Text, Lead []uint32
	// Terms has the smallest hashes of the first letters of its long words in order,
	// and LeadTerms those of the beginning.
	Terms, LeadTerms []uint32
	// Figures has the hashes of its numbers in order.
	Figures []uint32
	// Index has the hashes by which the article is looked up, in no order. It is empty
	// in sketches of older versions.
	Index []uint32
	// Said has the title and the beginning of the text, one line each. It is empty in
	// sketches of older versions.
	Said string
}

// SketchOf returns the sketch of an article, the zero one if its text has fewer than 40
// words. Different titles mean nothing, because every editor writes another; titles
// that are equal up to a name do.
func SketchOf(title, text string) Sketch {
	var window [shingle]uint32
	n := 0
	var s Sketch
	for word := range storyWordsOf(text) {
		copy(window[:], window[1:])
		window[shingle-1] = hashOf(word)
		if n++; n >= shingle {
			s.Text = append(s.Text, mixed(window[:]...))
		}
		if term := beginning(word); term != "" {
			s.Terms = append(s.Terms, mixed(hashOf(term)))
		}
	}
	if n < storyWords {
		return Sketch{}
	}
	return Sketch{
		Text: setOf(s.Text, sketchSize), Lead: setOf(s.Text[:min(len(s.Text), leadSize)], leadSize),
		Terms: setOf(s.Terms, sketchSize), LeadTerms: setOf(s.Terms[:min(len(s.Terms), leadTerms)], leadTerms),
		Figures: setOf(slices.Collect(figuresOf(text)), maxFigures),
		Said:    wordingOf(title, text),
	}.Indexed()
}

// beginning returns the first five letters of a word that has so many, otherwise "":
// these are names and topics, whatever their endings.
func beginning(word string) string {
	n := 0
	for i, r := range word {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return ""
		}
		if n++; n == 5 {
			return word[:i+utf8.RuneLen(r)]
		}
	}
	return ""
}

// IsZero reports whether the text is not compared.
func (s Sketch) IsZero() bool { return len(s.Text) == 0 }

// setOf returns the smallest distinct hashes, at most most of them.
func setOf(hashes []uint32, most int) []uint32 {
	set := slices.Clone(hashes)
	slices.Sort(set)
	set = slices.Compact(set)
	return slices.Clip(set[:min(len(set), most)])
}

func hashOf(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}

// mixed combines hashes into one.
func mixed(parts ...uint32) uint32 {
	h := uint32(2166136261)
	for _, p := range parts {
		h = (h ^ p) * 16777619
		h ^= h >> 15
	}
	// Finalizer of MurmurHash3: the high bits of FNV are too uneven to choose the
	// smallest by.
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}

// figuresOf yields the hashes of a text's numbers, without years, which are the
// background of many articles, and digits within words.
func figuresOf(text string) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		inWord := false
		for i := 0; i < len(text); {
			r, size := utf8.DecodeRuneInString(text[i:])
			if n := digitsAt(text[i:]); n > 0 && !inWord {
				digits, size := figureAt(text[i:])
				year := size == 4 && (digits[:2] == "19" || digits[:2] == "20")
				if !year && !yield(mixed(hashOf(digits))) {
					return
				}
				i += size
				continue
			}
			inWord = unicode.IsLetter(r) || unicode.IsDigit(r) && inWord
			i += size
		}
	}
}

// figureAt returns the digits of the number that a text begins with, and its length in
// the text, whatever separates thousands and decimals: "98,000", "98 000" and "98.000"
// are the same.
func figureAt(text string) (digits string, size int) {
	size = digitsAt(text)
	digits = text[:size]
	thousands := size <= 3
	for {
		r, n := utf8.DecodeRuneInString(text[size:])
		more := digitsAt(text[size+n:])
		space := r == ' ' || r == '\u00a0' || r == '\u202f'
		if more == 0 || !space && !strings.ContainsRune(".,:’'", r) || space && !(thousands && more == 3) {
			return digits, size
		}
		digits += text[size+n : size+n+more]
		size += n + more
	}
}

// digitsAt returns how many digits a text begins with.
func digitsAt(text string) (n int) {
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}

// storyWordsOf yields a text's words in lower case. In scripts without spaces each
// character is a word.
func storyWordsOf(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		var word strings.Builder
		end := func() bool {
			if word.Len() == 0 {
				return true
			}
			defer word.Reset()
			return yield(word.String())
		}
		for _, r := range norm.NFC.String(text) {
			switch {
			case r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
				if !end() {
					return
				}
				word.WriteRune(r)
				if !end() {
					return
				}
			case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
				word.WriteRune(unicode.ToLower(r))
			default:
				if !end() {
					return
				}
			}
		}
		end()
	}
}

// Contained returns about how much of the shorter of two texts is in the other, from 0
// to 1. It is 0 if one of them is not compared.
func (s Sketch) Contained(o Sketch) float64 { return contained(s.Text, o.Text) }

func contained(a, b []uint32) float64 {
	// Nothing is known beyond the largest hash of a truncated set, so both are compared
	// only up to there.
	a, b = upTo(a, limit(b)), upTo(b, limit(a))
	return share(shared(a, b), min(len(a), len(b)))
}

// inCommon returns about how much of the longer of two texts is in the other.
func (s Sketch) inCommon(o Sketch) float64 {
	a, b := upTo(s.Text, limit(o.Text)), upTo(o.Text, limit(s.Text))
	return share(shared(a, b), max(len(a), len(b)))
}

// begins returns how much of a beginning is in another text.
func begins(lead, text []uint32) float64 {
	lead = upTo(lead, limit(text))
	if len(lead) < least {
		return 1
	}
	return share(shared(lead, text), len(lead))
}

// shared counts the common elements of two sorted sets.
func shared(a, b []uint32) (both int) {
	if len(a) > len(b) {
		a, b = b, a
	}
	j := 0
	for _, h := range a {
		for j < len(b) && b[j] < h {
			j++
		}
		if j < len(b) && b[j] == h {
			both++
		}
	}
	return both
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// limit is the largest hash up to which a set is complete.
func limit(set []uint32) uint32 {
	if len(set) < sketchSize {
		return 1<<32 - 1
	}
	return set[len(set)-1]
}

func upTo(set []uint32, limit uint32) []uint32 {
	i, found := slices.BinarySearch(set, limit)
	if found {
		i++
	}
	return set[:i]
}

// SameStory reports whether two articles are the same story: in the same words, and not
// a form filled in twice.
func (s Sketch) SameStory(o Sketch) bool {
	return s.sameWords(o) && !sameForm(transcriptOf(s.Said), transcriptOf(o.Said))
}

// sameWords reports whether two texts are in the same words, judging by their hashes.
func (s Sketch) sameWords(o Sketch) bool {
	few, both := min(len(s.Figures), len(o.Figures)), shared(s.Figures, o.Figures)
	if few >= minFigures && share(both, few) < sameFigures {
		return false
	}
	shingles := s.Contained(o)
	if shingles >= needed(min(len(s.Text), len(o.Text))) {
		x, y := begins(s.Lead, o.Text), begins(o.Lead, s.Text)
		if min(x, y) >= copiedLead || max(x, y) >= nearlyAll && s.inCommon(o) >= copiedWhole {
			return true
		}
	}
	words, lead := retold, retoldLead
	if both >= figuresAgree && share(both, few) >= nearlyAll {
		words, lead = retoldFigures, retoldFiguresLead
	}
	return shingles >= retoldShingles && s.hasTerms() && o.hasTerms() && contained(s.Terms, o.Terms) >= words &&
		begins(s.LeadTerms, o.Terms) >= lead && begins(o.LeadTerms, s.Terms) >= lead
}

// hasTerms reports whether a text's long words represent it. Those of a Chinese text
// may be English boilerplate of its outlet.
func (s Sketch) hasTerms() bool {
	return len(s.Terms) >= least && float64(len(s.Terms)) >= minTerms*float64(len(s.Text))
}

// needed is the part that must be contained of a text of n shingles.
func needed(n int) float64 {
	part := float64(min(max(n, shortText), longText)-shortText) / (longText - shortText)
	return copiedShort + part*(copied-copiedShort)
}
