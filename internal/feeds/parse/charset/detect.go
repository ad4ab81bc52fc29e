package charset

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/text/encoding/charmap"
)

// guess names the encoding of a document that nobody names: by its letters if they
// are clear, else windows-1252, which most such documents are.
func guess(body []byte) label {
	const (
		enough  = 20 // letters beyond ASCII
		certain = 45 // percent
	)
	western := label{name: "windows-1252", enc: charmap.Windows1252}
	words, high := foreignWords(body)
	if l, ok := guessLatin(words); ok {
		return l
	}
	if l, ok := guessScript(words); ok {
		return l
	}
	if high < enough {
		return western
	}
	found, err := chardet.NewTextDetector().DetectBest(slices.Concat(words...))
	if err != nil || found.Confidence < certain {
		return western
	}
	if l, ok := lookupLabel(found.Charset); ok && l.enc != nil {
		return l
	}
	return western
}

// foreignWords are the first words with letters beyond ASCII, each with a blank
// behind it, as the tags around them are English; high is how many bytes they have.
func foreignWords(body []byte) (words [][]byte, high int) {
	const most = 1000
	for i := nextHigh(body, 0); i < len(body) && high < most; i = nextHigh(body, i) {
		start := i
		for i < min(len(body), start+most) && (body[i] >= utf8.RuneSelf || body[i-1] >= utf8.RuneSelf) {
			i++
		}
		high += i - start
		words = append(words, append(body[start:i:i], ' '))
	}
	return words, high
}

// alphabet is an encoding of one byte a letter, and the letters of which texts in it
// mostly consist.
type alphabet struct {
	enc    *charmap.Charmap
	name   string
	common string
}

const (
	cyrillicLetters = "оеаинтсрвлкмдпуызбяієї"
	greekLetters    = "αοιετσνηυρπκμλωςάέίόήύώ"
)

var alphabets = [...]alphabet{
	{charmap.Windows1251, "windows-1251", cyrillicLetters},
	{charmap.KOI8R, "koi8-r", cyrillicLetters},
	{charmap.KOI8U, "koi8-u", cyrillicLetters},
	{charmap.ISO8859_5, "iso-8859-5", cyrillicLetters},
	{charmap.CodePage866, "ibm866", cyrillicLetters},
	{charmap.Windows1253, "windows-1253", greekLetters},
	{charmap.Windows1255, "windows-1255", "יוהלאבתרמשנדעקחפם"},
	{charmap.Windows1256, "windows-1256", "اليمنتروبةعدسفأحقكجى"},
}

// guessScript finds the encoding that makes words of a script other than Latin:
// of the letters that are frequent in it, and none in upper case behind another.
// The same bytes are such words in one encoding alone. A headline is enough for
// that, while the frequencies of pairs, by which chardet tells them, take a page.
func guessScript(words [][]byte) (label, bool) {
	const (
		enough = 8    // letters
		clear  = 0.65 // of them are frequent ones
	)
	best, l := clear, label{}
	for _, s := range alphabets {
		letters, score := 0, 0
		for _, w := range words {
			if len(w) < 4 { // in rows, as Latin has its accents not
				continue
			}
			before := false // a letter
			for _, c := range w[:len(w)-1] {
				if c < utf8.RuneSelf {
					before = false
					continue
				}
				r := s.enc.DecodeByte(c)
				letters++
				switch {
				case !unicode.IsLetter(r):
					score -= 2
				case before && unicode.IsUpper(r):
					score--
				case strings.ContainsRune(s.common, unicode.ToLower(r)):
					score++
				}
				before = unicode.IsLower(r)
			}
		}
		if letters >= enough && float64(score) > best*float64(letters) {
			best, l = float64(score)/float64(letters), label{name: s.name, enc: s.enc}
		}
	}
	return l, l.enc != nil
}

// latin is an encoding of one byte a letter, and the letters beyond ASCII of a language
// of which texts in it are, in lower case. marks are those whose bytes are no letters, or
// the rarest of all, in windows-1252.
type latin struct {
	enc            *charmap.Charmap
	name           string
	letters, marks string
	clear          bool // the letters alone are enough
}

const (
	lithuanian = "ąčęėįšųūž"
	latvian    = "āčēģīķļņšūž"
	estonian   = "õäöüšž"
	polish     = "ąćęłńóśźż"
)

var latins = [...]latin{
	{charmap.Windows1257, "windows-1257", lithuanian, "šž", true},
	{charmap.Windows1257, "windows-1257", latvian, "šž", true},
	{charmap.Windows1257, "windows-1257", estonian, "šž", false},
	{charmap.Windows1257, "windows-1257", lithuanian + latvian + estonian, "šž", false},
	{charmap.Windows1250, "windows-1250", polish, "łżąś", false},
	{charmap.ISO8859_2, "iso-8859-2", polish, "łżąś", false},
}

// guessLatin finds the encoding that makes words of a language of the Baltic or of Polish:
// all their letters beyond ASCII are of the language, and several of them. Languages of
// windows-1252 that share some of the bytes have others among their most frequent
// letters: é, å, ö, á, ã; and none has the marks.
func guessLatin(words [][]byte) (label, bool) {
	const enough, kinds, short = 6, 3, 4
	for _, l := range latins {
		seen := map[rune]bool{}
		letters, marks, foreign := 0, 0, false
		for _, w := range words {
			row := 0
			for _, c := range w {
				if row++; c < utf8.RuneSelf {
					row = 0
					continue
				}
				r := unicode.ToLower(l.enc.DecodeByte(c))
				if !unicode.IsLetter(r) && (c <= 0xA0 || strings.ContainsRune("«»§°", r)) { // as are quotes and dashes
					continue
				}
				foreign = foreign || row > 3 || !strings.ContainsRune(l.letters, r)
				if strings.ContainsRune(l.marks, r) {
					marks++
				}
				seen[r] = true
				letters++
			}
		}
		if !foreign && len(seen) >= kinds && (l.clear && letters >= enough || letters >= short && marks >= 2) {
			return label{name: l.name, enc: l.enc}, true
		}
	}
	return label{}, false
}
