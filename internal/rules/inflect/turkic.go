package inflect

import "strings"

// Turkish and Azerbaijani glue endings on one behind the other, and the vowels of
// each follow the word's last one. A is a or e, I is ı, i, u or ü, which fold to i
// and u; behind the plural it is i. What follows stands behind a consonant, and
// behind a vowel with what parts the two.
const (
	turkicPlural = `lAr lAri lArA lArdA lArdAn lArin lArlA lArdAki lArdAkilAr lArdAkiler lArdir
lArini lArinA lArindA lArindAn lArinin lAriylA lArindAki lArim lArimi lArimA lArimin
lArimiz lArimizi lArimizA lArimizdA lArimizdAn lArimizin lAriniz lArinizi lArinizin `
	turkicOwn = `Im ImI ImA ImdA ImdAn ImIn ImlA ImIz ImIzI ImIzA ImIzdA ImIzdAn ImIzIn ImIzlA ImIzdAki
InIz InIzI InIzA InIzdA InIzdAn InIzIn `
	turkicHers = `:I InI InA IndA IndAn InIn IndAki IndAkilAr IndAkiler IylA IylI IdIr IydI `
)

// turkicLines are the paradigms of words by what turkicClass tells of them. Endings
// in which D stands for d have t behind a voiceless consonant.
func turkicLines(behindConsonant, behindVowel string) string {
	own := strings.Fields(turkicOwn + turkicHers)
	behindConsonant += " " + turkicPlural + turkicOwn + turkicHers
	behindVowel += " " + turkicPlural
	for _, ending := range own {
		switch hers := strings.Contains(" "+turkicHers, " "+ending+" "); {
		case ending == ":I":
			ending = "sI"
		case hers:
			ending = "s" + ending
		default:
			ending = ending[1:] // its vowel is the word's own
		}
		behindVowel += " " + ending
	}
	var b strings.Builder
	for _, last := range []string{"a", "e", "i", "o", "u"} {
		high, low := "i", []string{last}
		if last == "o" || last == "u" {
			high = "u"
		}
		if last > "e" {
			low = []string{"a", "e"} // the dots that tell are folded away
		}
		for _, l := range low {
			b.WriteString(turkicLine(last, l, high, "d", behindVowel))
			b.WriteString(turkicLine(last+"n", l, high, "d", behindConsonant))
			b.WriteString(turkicLine(last+"t", l, high, "t", behindConsonant))
		}
	}
	b.WriteString(turkicLine("al", "a", "i", "d", behindConsonant))
	b.WriteString(turkicLine("alt", "a", "i", "t", behindConsonant))
	b.WriteString(turkicLine(": al", "e", "i", "d", behindConsonant)) // general, generale
	b.WriteString(turkicLine(": alt", "e", "i", "t", behindConsonant))
	return b.String()
}

// turkicLine is a paradigm of words that turkicClass tells by cite.
func turkicLine(cite, low, high, d, endings string) string {
	return cite + " | " + oneLine(strings.NewReplacer("A", low, "I", high, "D", d).Replace(endings)) + "\n"
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// turkicClass tells a folded word by its last vowel, with an n if a voiced consonant
// ends it, and a t if a voiceless one does. Many longer words in al and at are foreign,
// and may have front vowels behind them: they are told by al and alt.
func turkicClass(folded string) string {
	at := strings.LastIndexAny(folded, "aeiou")
	switch {
	case at < 0:
		return "en" // it is spelled: BM, of which the last letter is em
	case at == len(folded)-1:
		return folded[at:]
	case len(folded) >= 5 && strings.HasSuffix(folded, "al"):
		return "al"
	case len(folded) >= 5 && strings.HasSuffix(folded, "at"):
		return "alt"
	case strings.IndexByte("fstkchpxq", folded[len(folded)-1]) >= 0:
		return folded[at:at+1] + "t"
	}
	return folded[at:at+1] + "n"
}
