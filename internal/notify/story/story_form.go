package story

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Two texts in the same words may be a story and its copy, or a form filled in twice:
// an air raid warning for each region, a travel advice for each country. What was
// replaced tells them apart. An editor changes ordinary words, and removes and adds
// some. A form changes in names and figures and nothing else.

const (
	// maxSaid and maxSaidBytes bound the wording that is kept of an article.
	maxSaid      = 300
	maxSaidBytes = 4 << 10
	// maxSwap is how many words may replace others in one place; a longer replacement
	// is a rewritten passage.
	maxSwap = 12
	// maxName is how many words, or characters that are words, a name has.
	maxName = 3
)

// wordingOf returns the title and the beginning of a text as a sketch keeps them, on
// two lines.
func wordingOf(title, text string) string {
	words := func(s string, most, bytes int) string {
		var b strings.Builder
		n := 0
		for w := range strings.FieldsSeq(s) {
			if n++; n > most || b.Len()+len(w) > bytes {
				break
			}
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(w)
		}
		return b.String()
	}
	return words(title, 40, maxSaidBytes/8) + "\n" + words(text, maxSaid, maxSaidBytes)
}

// transcript is the words of an article.
type transcript struct {
	title, text []said
	all         map[string]bool // the letters of all words
	capitals    bool            // capitals begin more than names, as in German
}

// said is a word in its place.
type said struct {
	letters string // in lower case, without accents
	capital bool   // it begins with a capital
	figure  bool   // it has a digit
	plain   bool   // its script has no capitals
	first   bool   // it begins a sentence
	last    bool   // it ends a sentence, a heading, a parenthesis
}

func transcriptOf(s string) *transcript {
	title, text, _ := strings.Cut(s, "\n")
	w := &transcript{title: saidIn(title), text: saidIn(text), all: make(map[string]bool)}
	inside, capital := 0, 0
	for _, part := range [][]said{w.title, w.text} {
		for _, word := range part {
			w.all[word.letters] = true
		}
	}
	for _, word := range w.text {
		if !word.first && !word.figure {
			inside++
			if word.capital {
				capital++
			}
		}
	}
	w.capitals = capital*4 > inside
	return w
}

// saidIn splits a text into words, as storyWordsOf does.
func saidIn(text string) []said {
	var words []said
	first := true
	start := -1
	end := func(at int) {
		if start < 0 {
			return
		}
		words = append(words, saidOf(text[start:at], first))
		start, first = -1, false
	}
	for i, r := range text {
		switch {
		case r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			end(i)
			words = append(words, said{letters: string(r), plain: true, first: first})
			first = false
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if start < 0 {
				start = i
			}
		case start >= 0 && strings.ContainsRune(".,:", r) && digitsAt(text[i-1:]) > 0 && digitsAt(text[i+1:]) > 0:
			// within a number
		default:
			end(i)
			if strings.ContainsRune(".!?:;…–—()[]|。！？：；（）\n", r) && len(words) > 0 {
				words[len(words)-1].last = true
				first = true
			}
		}
	}
	end(len(text))
	return words
}

func saidOf(word string, first bool) said {
	r, _ := utf8.DecodeRuneInString(word)
	s := said{capital: unicode.IsUpper(r), figure: strings.ContainsAny(word, "0123456789"), first: first}
	s.plain = unicode.IsLetter(r) && (!s.capital && !unicode.IsLower(r) || unicode.Is(unicode.Georgian, r))
	s.letters = strings.ToLower(word)
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			s.letters = folded(s.letters)
			break
		}
	}
	return s
}

// folded returns a word without accents.
func folded(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(word))
}

// changes are the differences of two texts in the same words.
type changes struct {
	names    int       // places where names replace names
	figures  int       // places where figures replace figures
	agreed   int       // common figures
	ordinary int       // places where other words changed
	likely   int       // of those, where both sides have a word with a capital
	swaps    []swapped // what replaces what
	matched  int       // common words
}

// swapped are words that replace each other. telling says that their letters permit
// names, headline that a title has one of them.
type swapped struct {
	x, y              string
	telling, headline bool
	unseen            bool
}

// changesOf compares two texts, or their titles.
func changesOf(a, b *transcript, x, y []said, title bool) changes {
	var c changes
	i, j := 0, 0
	for _, m := range append(solid(aligned(x, y)), [2]int{len(x), len(y)}) {
		if m[0] > i && m[1] > j && (title || !passage(x, y, i, j, m)) {
			c.gap(a, b, x[i:m[0]], y[j:m[1]])
		}
		if i, j = m[0]+1, m[1]+1; i <= len(x) {
			c.matched++
			if x[m[0]].figure {
				c.agreed++
			}
		}
	}
	return c
}

// solid drops words that are in both by chance: those without a matched neighbour.
func solid(pairs [][2]int) [][2]int {
	out := make([][2]int, 0, len(pairs)+1)
	for k, p := range pairs {
		if k > 0 && pairs[k-1] == [2]int{p[0] - 1, p[1] - 1} || k+1 < len(pairs) && pairs[k+1] == [2]int{p[0] + 1, p[1] + 1} {
			out = append(out, p)
		}
	}
	return out
}

// passage reports whether the stretch between two matches is more than one thing
// replaced by another: too long, whole sentences, such as a byline, or the end.
func passage(x, y []said, i, j int, m [2]int) bool {
	if m[0]-i > maxSwap || m[1]-j > maxSwap {
		return true
	}
	whole := func(w []said, from, to int) bool {
		return (from == 0 || w[from-1].last) && (to == len(w) || w[to-1].last)
	}
	return whole(x, i, m[0]) && whole(y, j, m[1])
}

// gap counts the changes in one gap between matches.
func (c *changes) gap(a, b *transcript, x, y []said) {
	single := len(x) == len(y)
	if single {
		alike := true
		for i := range x {
			alike = alike && sameWord(x[i].letters, y[i].letters)
		}
		if alike {
			return
		}
	}
	full := max(len(x), len(y))
	if x[0].plain {
		full /= 2
	}
	x, y = a.only(x, b, single), b.only(y, a, single)
	fx, fy := figuresIn(x), figuresIn(y)
	switch {
	case len(x) == 0 || len(y) == 0:
		c.ordinary++
		return
	case a.hasName(x) && b.hasName(y):
		c.names++
	case fx != "" && fy != "":
		if fx != fy {
			c.figures++
		}
		return
	default:
		c.ordinary++
		if content(x) && content(y) && x[0].capital && y[0].capital {
			c.likely++
		}
	}
	if content(x) && content(y) {
		c.swaps = append(c.swaps, swapped{
			x: spelled(x), y: spelled(y),
			telling:  x[0].plain && y[0].plain || x[0].capital && y[0].capital,
			headline: full <= maxName && (a.heads(x) || b.heads(y)),
			unseen:   full <= maxName && x[0].plain && y[0].plain,
		})
	}
}

// figuresIn returns the digits of some words, except years.
func figuresIn(words []said) string {
	var digits strings.Builder
	for _, w := range words {
		if len(w.letters) == 4 && (w.letters[:2] == "19" || w.letters[:2] == "20") {
			continue
		}
		for _, r := range w.letters {
			if r >= '0' && r <= '9' {
				digits.WriteRune(r)
			}
		}
	}
	return digits.String()
}

func spelled(words []said) string {
	var b strings.Builder
	for _, w := range words {
		if b.Len() > 0 && !w.plain {
			b.WriteByte(' ')
		}
		b.WriteString(w.letters)
	}
	return b.String()
}

// content reports whether a word is longer than most function words.
func content(words []said) bool {
	return slices.ContainsFunc(words, func(w said) bool { return w.plain || utf8.RuneCountInString(w.letters) >= 3 })
}

// hasName reports whether one of some words of a text seems to be a name.
func (w *transcript) hasName(words []said) bool {
	return !w.capitals && slices.ContainsFunc(words, func(s said) bool { return s.capital && !s.first })
}

// only returns those of some words of a text that the other text does not have.
func (w *transcript) only(words []said, other *transcript, exact bool) []said {
	var rest []said
	for _, s := range words {
		if other.all[s.letters] {
			continue
		}
		if !exact && !s.figure {
			found := false
			for o := range other.all {
				if found = akin(s.letters, o); found {
					break
				}
			}
			if found {
				continue
			}
		}
		rest = append(rest, s)
	}
	return rest
}

// sameForm reports whether two articles in the same words are one form filled in
// differently. It is false if the wording of one is unknown.
func sameForm(a, b *transcript) bool {
	if len(a.text) == 0 || len(b.text) == 0 {
		return false
	}
	text, title := changesOf(a, b, a.text, b.text, false), changesOf(a, b, a.title, b.title, true)
	switch {
	case text.names > 0 && text.ordinary <= 4*text.names+1:
		return true
	case text.figures > text.agreed && text.ordinary <= 4*text.figures+1:
		return true
	case text.ordinary > 6:
		return false // somebody rewrote it
	case 5*title.matched >= 2*max(len(a.title), len(b.title)) && text.ordinary <= 3 &&
		(title.names > 0 || title.figures > title.agreed || title.likely > 0 && title.likely == title.ordinary && text.ordinary == 0):
		return true
	case text.likely > 0 && text.ordinary <= text.likely+1, text.alone():
		return true
	}
	return text.again(title)
}

// alone reports whether all that changed is a word or two of a script without capitals,
// where names are not visible.
func (c changes) alone() bool {
	return len(c.swaps) > 0 && c.ordinary <= 2 && !slices.ContainsFunc(c.swaps, func(s swapped) bool { return !s.unseen })
}

// again reports whether the same words replace the same others more than once, or a
// replacement is in a title.
func (c changes) again(title changes) bool {
	for i, s := range c.swaps {
		alike := func(o swapped) bool { return related(s.x, o.x) && related(s.y, o.y) }
		if s.headline && (c.ordinary <= 3 || s.telling) || slices.ContainsFunc(title.swaps, alike) ||
			s.telling && c.ordinary <= 4 && slices.ContainsFunc(c.swaps[i+1:], alike) {
			return true
		}
	}
	return false
}

// heads reports whether the title has a content word among some words.
func (w *transcript) heads(words []said) bool {
	return slices.ContainsFunc(words, func(s said) bool {
		return content([]said{s}) && slices.ContainsFunc(w.title, func(t said) bool {
			return s.letters == t.letters || akin(s.letters, t.letters) || s.plain && content([]said{t}) && related(s.letters, t.letters)
		})
	})
}

// related reports whether words are in others, or share a root with them.
func related(a, b string) bool {
	return strings.Contains(a, b) || strings.Contains(b, a) || akin(a, b)
}
