package words

import (
	_ "embed" // chinese.txt
	"strings"
	"sync"
	"unicode/utf8"
)

// The block of Unicode that has the characters of modern Chinese.
const (
	firstHan = 0x4E00
	lastHan  = 0x9FFF
)

//go:embed data/chinese.txt
var chineseTable string

// simplified is the character that readers of Chinese take for a traditional one or
// a regional variant (臺 and 台), less firstHan; 0 where there is none. Several may
// have the same, 發 and 髮 the 发. The table is read when the first character of
// Chinese is folded.
var simplified = sync.OnceValue(readChinese)

func readChinese() *[lastHan - firstHan + 1]uint16 {
	var t [lastHan - firstHan + 1]uint16
	for line := range strings.Lines(chineseTable) {
		if line[0] == '#' {
			continue
		}
		for pair := range strings.FieldsSeq(line) {
			from, size := utf8.DecodeRuneInString(pair)
			to, _ := utf8.DecodeRuneInString(pair[size:])
			t[from-firstHan] = uint16(to - firstHan)
		}
	}
	return &t
}

// simplify folds a character of Chinese.
func simplify(r rune) rune {
	if r < firstHan || r > lastHan {
		return r
	}
	if to := simplified()[r-firstHan]; to != 0 {
		return rune(to) + firstHan
	}
	return r
}
