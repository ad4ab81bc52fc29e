package words

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A folded word is a string of bytes in an alphabet of our own, so that the
// scripts that matter most take one byte a letter: digits and a to z are
// themselves, Cyrillic is 0x80 to 0xB7, Greek 0xC0 to 0xD8. Any other letter is
// escape2 and two bytes, or escape3 and three. No letter's bytes begin
// another's, so equal bytes mean equal words and a prefix of bytes that ends
// with a letter is a prefix of letters.
const (
	cyrillic = 0x80 // а, U+0430
	greek    = 0xC0 // α, U+03B1
	escape2  = 0xFE
	escape3  = 0xFF
)

// What a rune is to the scanner; a class is kept beside the folded byte.
const (
	classNone   = iota << 8 // ends a word
	classLetter             // part of a word; folds to the low byte
	classDouble             // folds to two letters, see doubles
	classMark               // an accent that stands alone: part of the letter before
	classSlow               // ask slowRune
	classMask   = 0xFF00
)

// tabled is the number of runes whose folding is looked up in a table: Latin,
// Greek and Cyrillic with what lies between.
const tabled = 0x530

var foldTable = makeFoldTable()

// letters are the folded bytes of what has one in foldTable, 0 for what has not.
var letters = makeLetters()

func makeLetters() *[tabled]byte {
	var t [tabled]byte
	for r, f := range foldTable {
		if f&classMask == classLetter {
			t[r] = byte(f)
		}
	}
	return &t
}

// capitals says which runes of the table are capital letters.
var capitals = makeCapitals()

func makeCapitals() *[tabled]bool {
	var t [tabled]bool
	for r := range t {
		t[r] = unicode.IsUpper(rune(r))
	}
	return &t
}

// doubles are the letters that readers write with two.
var doubles = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ǆ': "dz", 'ǳ': "dz", 'ǉ': "lj", 'ǌ': "nj", 'ĳ': "ij",
	'ﬀ': "ff", 'ﬁ': "fi", 'ﬂ': "fl", 'ﬃ': "ffi", 'ﬄ': "ffl", 'ﬅ': "st", 'ﬆ': "st",
}

// strokes are the letters whose accent Unicode does not take apart.
var strokes = map[rune]byte{
	'ł': 'l', 'ø': 'o', 'đ': 'd', 'ð': 'd', 'ħ': 'h', 'ŧ': 't', 'ı': 'i', 'ŋ': 'n', 'ſ': 's', 'ƒ': 'f', 'ĸ': 'k', 'ŀ': 'l', 'ŉ': 'n', 'ə': 'e',
}

// cyrillicExtra are letters outside U+0430 to U+045F that get one byte, from
// 0xB0 on.
var cyrillicExtra = []rune{'ґ', 'ғ', 'қ', 'ң', 'ү', 'ұ', 'һ', 'ә'}

func makeFoldTable() *[tabled]uint16 {
	var t [tabled]uint16
	for r := range rune(tabled) {
		switch {
		case r >= 0x300 && r < 0x370 || r >= 0x483 && r <= 0x487:
			t[r] = classMark
		case r == 0xAD: // soft hyphen: a reader does not see it
			t[r] = classMark
		case r >= 0x2B0 && r < 0x300, r == 'ª', r == 'º', r == 'ʹ', r == 'ͺ':
			t[r] = classNone // modifiers: apostrophes and the like
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			t[r] = foldLetter(r)
		}
	}
	return &t
}

// foldLetter folds a letter or digit of the table's range.
func foldLetter(r rune) uint16 {
	r = unicode.ToLower(r)
	if r == 'i'+0x307 { // never: kept apart so that İ, whose lower case is i, is plain
		r = 'i'
	}
	if _, ok := doubles[r]; ok {
		return classDouble
	}
	if b, ok := oneByte(r); ok {
		return classLetter | uint16(b)
	}
	if base, ok := baseLetter(r); ok {
		if b, ok := oneByte(base); ok {
			return classLetter | uint16(b)
		}
	}
	return classSlow
}

// oneByte gives the folded byte of a lower-case letter that has one of its own.
func oneByte(r rune) (byte, bool) {
	switch {
	case r >= '0' && r <= '9', r >= 'a' && r <= 'z':
		return byte(r), true
	case r == 'ё':
		return cyrillic + 'е' - 'а', true
	case r == 'ѐ':
		return cyrillic + 'е' - 'а', true
	case r == 'ѝ':
		return cyrillic + 'и' - 'а', true
	case r >= 0x430 && r <= 0x45F:
		return byte(cyrillic + r - 0x430), true
	case r == 'ς':
		return greek + 'σ' - 'α', true
	case r >= 0x3B1 && r <= 0x3C9:
		return byte(greek + r - 0x3B1), true
	}
	if b, ok := strokes[r]; ok {
		return b, true
	}
	for i, x := range cyrillicExtra {
		if x == r {
			return byte(cyrillic + 0x30 + i), true
		}
	}
	return 0, false
}

// baseLetter takes the accents off a Latin or Greek letter. Cyrillic letters
// keep theirs: й is not и.
func baseLetter(r rune) (rune, bool) {
	if !unicode.In(r, unicode.Latin, unicode.Greek) {
		return 0, false
	}
	base, _ := utf8.DecodeRuneInString(norm.NFKD.String(string(r)))
	base = unicode.ToLower(base)
	if base == r {
		return 0, false
	}
	return base, true
}

// kinds of runs: a word ends where the kind changes.
const (
	kindNone   = iota
	kindWord   // letters, digits and their marks
	kindKana   // a run of katakana
	kindHangul // one of Hangul: in NATO는 the particle is no part of the name
	kindSolo   // scripts without spaces: every letter is a word
	kindMark   // an accent: belongs to the word before it
	kindTrail  // a vowel sign: a letter that begins no word
)

// noSpaces are the scripts that set no spaces between words.
var noSpaces = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// slowRune classifies and folds what the table does not have. The bytes are
// appended to dst.
func slowRune(dst []byte, r rune) ([]byte, int) {
	switch {
	case r >= 0x2010 && r < 0x2040: // dashes and quotes, of which there are many
		return dst, kindNone
	case r >= 0xFF01 && r <= 0xFF5E: // full-width ASCII
		r -= 0xFEE0
	}
	lower := unicode.ToLower(r)
	if lower < tabled && lower > 0 {
		switch c := foldTable[lower]; c & classMask {
		case classLetter:
			return append(dst, byte(c)), kindWord
		case classMark:
			return dst, kindMark
		case classNone:
			return dst, kindNone
		}
	}
	if s, ok := doubles[lower]; ok {
		return append(dst, s...), kindWord
	}
	switch {
	case accent(r):
		return dst, kindMark
	case unicode.IsDigit(r):
		return append(dst, digitOf(r)), kindWord
	case r >= '₀' && r <= '₉': // CO₂, which is CO2
		return append(dst, '0'+byte(r-'₀')), kindWord
	case unicode.Is(unicode.Katakana, r) || r == 'ー':
		return escape(dst, r), kindKana
	case unicode.IsMark(r):
		return escape(dst, r), kindTrail
	case !unicode.IsLetter(r):
		return dst, kindNone
	case unicode.Is(unicode.Hangul, r):
		return escape(dst, r), kindHangul
	case unicode.In(r, noSpaces...):
		return escape(dst, simplify(r)), kindSolo
	case r >= 0xFB1D && r <= 0xFEFC: // forms of Hebrew and Arabic letters, and ligatures of them
		for _, part := range norm.NFKC.String(string(r)) {
			if part != r {
				dst, _ = slowRune(dst, part)
			}
		}
		return dst, kindWord
	}
	if base, ok := baseLetter(lower); ok && base < tabled {
		if c := foldTable[base]; c&classMask == classLetter {
			return append(dst, byte(c)), kindWord
		}
	}
	if (lower == 'ւ' || lower == 'վ') && bytes.HasSuffix(dst, armenianYech) {
		dst, lower = dst[:len(dst)-len(armenianYech)], 'և'
	}
	if like, ok := alike[lower]; ok {
		lower = like
	}
	return escape(dst, lower), kindWord
}

// armenianYech is the folded ե. It and the letter behind it are one, և, which some
// papers write եւ, and all of them ԵՎ in capitals: Երևան, Երեւան, ԵՐԵՎԱՆ.
var armenianYech = escape(nil, 'ե')

// alike are the letters that readers take for another one. Of Arabic, Persian and
// Urdu those with a hamza, which is left out as often as it is written, and those in
// which the keyboards of the languages differ; Lucene folds the same
// (ArabicNormalizer, PersianNormalizer), but for the hamza on waw and yeh, which
// Unicode takes apart like that on alef. Of Hebrew the forms at the end of a word.
var alike = map[rune]rune{
	'أ': 'ا', 'إ': 'ا', 'آ': 'ا', 'ٱ': 'ا', 'ؤ': 'و', 'ئ': 'ي', 'ى': 'ي', 'ی': 'ي', 'ے': 'ي', 'ۓ': 'ي', 'ې': 'ي', 'ک': 'ك', 'ڪ': 'ك',
	'ة': 'ه', 'ۀ': 'ه', 'ہ': 'ه', 'ۂ': 'ه', 'ۃ': 'ه', 'ھ': 'ه', 'ە': 'ه', 'ں': 'ن',
	'ך': 'כ', 'ם': 'מ', 'ן': 'נ', 'ף': 'פ', 'ץ': 'צ',
}

// digitOf is the ASCII digit of a decimal digit of another script: of ٥, ۵ and ५
// the 5. Unicode has them in runs of ten.
func digitOf(r rune) byte {
	for _, x := range unicode.Nd.R16 {
		if r >= rune(x.Lo) && r <= rune(x.Hi) {
			return '0' + byte((r-rune(x.Lo))%10)
		}
	}
	for _, x := range unicode.Nd.R32 {
		if r >= rune(x.Lo) && r <= rune(x.Hi) {
			return '0' + byte((r-rune(x.Lo))%10)
		}
	}
	return '0'
}

// accent reports whether r is a sign that readers leave out: accents of Latin,
// Greek and Cyrillic, points of Hebrew and Arabic, and what shows nothing.
func accent(r rune) bool {
	switch {
	case r >= 0x591 && r <= 0x5C7, r >= 0x610 && r <= 0x61A, r >= 0x64B && r <= 0x65F, r == 0x670, r == 0x640,
		r >= 0x6D6 && r <= 0x6ED && unicode.IsMark(r), r >= 0x1AB0 && r <= 0x1AFF, r >= 0x1DC0 && r <= 0x1DFF, r >= 0xFE20 && r <= 0xFE2F:
		return unicode.IsMark(r) || r == 0x640
	case r >= 0x200B && r <= 0x200F, r == 0x61C, r == 0x2060, r == 0xFEFF, r >= 0xFE00 && r <= 0xFE0F:
		return true
	}
	return false
}

func escape(dst []byte, r rune) []byte {
	if r < 0x10000 {
		return append(dst, escape2, byte(r>>8), byte(r))
	}
	return append(dst, escape3, byte(r>>16), byte(r>>8), byte(r))
}

// Letters counts the letters of a folded word.
func Letters(w string) int {
	n := 0
	for i := 0; i < len(w); n++ {
		i += letterLen(w[i])
	}
	return n
}

// FirstLetters is the number of bytes of the first n letters of a folded word, or
// of all if it has no more.
func FirstLetters(w string, n int) int {
	i := 0
	for ; n > 0 && i < len(w); n-- {
		i += letterLen(w[i])
	}
	return min(i, len(w))
}

// letterLen is the number of bytes of a letter that begins with c.
func letterLen(c byte) int {
	switch c {
	case escape2:
		return 3
	case escape3:
		return 4
	}
	return 1
}

// Script is the script of a word: that of its first letter.
type Script uint8

// The scripts that words are told by. A word that begins with a digit, or is in
// another script, is of OtherScript.
const (
	OtherScript Script = iota
	LatinScript
	CyrillicScript
	GreekScript
	ArmenianScript
	HebrewScript
	ArabicScript
	GeorgianScript
	HangulScript

	Scripts // how many there are
)

// firstBytes are the scripts of what folded words begin with.
var firstBytes = makeFirstBytes()

func makeFirstBytes() *[256]Script {
	var t [256]Script
	for c := range t {
		switch {
		case c >= 'a' && c <= 'z':
			t[c] = LatinScript
		case c >= cyrillic && c < greek:
			t[c] = CyrillicScript
		case c >= greek && c <= greek+'ω'-'α':
			t[c] = GreekScript
		}
	}
	return &t
}

// ScriptOf tells the script of a folded word.
func ScriptOf(w string) Script {
	if w == "" {
		return OtherScript
	}
	if s := firstBytes[w[0]]; s != OtherScript || w[0] != escape2 {
		return s
	}
	return escapedScript(rune(w[1])<<8 | rune(w[2]))
}

// escapedScript is the script of a letter that takes three bytes.
func escapedScript(r rune) Script {
	switch {
	case unicode.Is(unicode.Armenian, r):
		return ArmenianScript
	case unicode.Is(unicode.Hebrew, r):
		return HebrewScript
	case unicode.Is(unicode.Arabic, r):
		return ArabicScript
	case unicode.Is(unicode.Georgian, r):
		return GeorgianScript
	case unicode.Is(unicode.Hangul, r):
		return HangulScript
	}
	return OtherScript
}

// Cyrillic reports whether the folded word begins with a Cyrillic letter.
func Cyrillic(w string) bool { return len(w) > 0 && w[0] >= cyrillic && w[0] < greek }

// Latin reports whether the folded word begins with a Latin letter.
func Latin(w string) bool { return len(w) > 0 && w[0] >= 'a' && w[0] <= 'z' }

// Number reports whether the folded word is made of digits alone.
func Number(w string) bool {
	for _, c := range []byte(w) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(w) > 0
}

// composed gives the folded byte of a Cyrillic letter that was written as a
// base and a mark of its own: й, ї and ў are letters, not accented ones.
func composed(base byte, mark rune) (byte, bool) {
	switch {
	case base == cyrillic+'и'-'а' && mark == 0x306:
		return cyrillic + 'й' - 'а', true
	case base == cyrillic+'у'-'а' && mark == 0x306:
		return cyrillic + 'ў' - 'а', true
	case base == cyrillic+'і'-'а' && mark == 0x308:
		return cyrillic + 'ї' - 'а', true
	}
	return 0, false
}
