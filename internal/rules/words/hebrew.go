package words

import (
	"strings"
	"unicode/utf8"
)

// hebrewSign reports whether r, between the folded letters before and a text, is the
// sign of a Hebrew acronym (צה"ל, דו"חות) or that of a foreign sound (צ'כיה), and no
// quotation mark: it stands between two letters. One behind a small word opens a
// quotation (ב"הארץ"), unless a single letter follows (מ"מ).
func hebrewSign(before []byte, r rune, after string) bool {
	if !hebrewLetter(before) || !isApostrophe(r) && !strings.ContainsRune("\"״”“„″׳", r) {
		return false
	}
	next, size := utf8.DecodeRuneInString(after)
	if next < 'א' || next > 'ת' {
		return false
	}
	second, _ := utf8.DecodeRuneInString(after[size:])
	if second < 0x591 || second > 'ת' {
		return true
	}
	for i := 2; i < len(before); i += 3 {
		if !strings.ContainsRune("והבלמשכ", rune(before[i-1])<<8|rune(before[i])) {
			return true
		}
	}
	return false
}

// hebrewLetter reports whether a Hebrew letter ends the folded word.
func hebrewLetter(w []byte) bool {
	n := len(w)
	return n >= 3 && w[n-3] == escape2 && w[n-2] == 0x05 && w[n-1] >= 0xD0 && w[n-1] <= 0xEA
}
